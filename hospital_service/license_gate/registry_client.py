"""Asking the registry over HTTP. What to do when it does not answer is policy, and lives elsewhere."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import uuid4

from common.deadline import Deadline
from license_gate.answers import Answer, Cause, Question
from license_gate.circuit_breaker import CircuitBreaker, Pause
from license_gate.reading import (
    ANSWER_MEDIA_TYPE,
    BATCH_MEDIA_TYPE,
    PROBLEM_MEDIA_TYPE,
    NoReplyError,
    NotAskedError,
    Reply,
    Stamp,
    read_answer,
    read_batch,
    refuse_unasked,
)
from license_gate.tokens import ClientToken
from license_gate.transport import Call, Transport

LARGEST_ANSWER = 262_144
"""Bytes; an answer with its receipt is a few thousand."""
LARGEST_ROW = 16_384
"""Bytes that each row may add to a batch."""
LARGEST_BATCH = 1_000
"""Questions: as many as the hospital service ever asks at once, so that a round is one request. The contract allows
10,000, and the gateway a body of 1 MB, which a thousand of the longest stay below."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class RegistryClient:
    """The registry at its address. Make one for each process, after any fork; its threads share it.

    ``deadline_seconds`` bounds a question from beginning to end: looking up the host, connecting, the token, retries
    and the last byte of the body. Whatever the registry does, each method answers by then and raises nothing.
    After ``outages_to_open`` outages in a row nothing is asked for ``open_seconds``, then one question at a time tries.
    """

    def __init__(
        self,
        base_url: str,
        client_id: str,
        client_secret: str,
        *,
        deadline_seconds: float = 2.5,
        batch_size: int = LARGEST_BATCH,
        outages_to_open: int = 5,
        open_seconds: float = 10.0,
        ca_bundle: str | None = None,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._transport = Transport(base_url, ca_bundle)
        self._token = ClientToken(self._transport, client_id, client_secret)
        self._circuit_breaker = CircuitBreaker(outages_to_open, open_seconds, now)
        self._pause = Pause()
        self._deadline_seconds = deadline_seconds
        self._batch_size = batch_size
        self._now = now

    def verify(self, question: Question, *, request_id: str = "", deadline_seconds: float | None = None) -> Answer:
        """Ask about one license. ``request_id`` is passed on; without one, one is made."""
        request_id = request_id or uuid4().hex
        asked_at = self._now()
        if not question.is_askable:
            return refuse_unasked(question, Stamp(request_id, asked_at, asked_at))
        deadline = Deadline(deadline_seconds or self._deadline_seconds)
        heard = self._ask(_single_call(question), deadline, request_id)
        return read_answer(question, heard, Stamp(request_id, asked_at, self._now()))

    def verify_many(
        self, questions: Sequence[Question], *, request_id: str = "", deadline_seconds: float | None = None
    ) -> list[Answer]:
        """Ask about many licenses, ``batch_size`` to a request; one answer for each, in the order asked."""
        request_id = request_id or uuid4().hex
        started_at = self._now()
        deadline = Deadline(deadline_seconds or self._deadline_seconds)
        askable = [question for question in questions if question.is_askable]
        answers: list[Answer] = []
        while batch := askable[len(answers) :][: self._size_of_batch()]:
            answers += self._verify_batch(batch, deadline, request_id)
        remaining = iter(answers)
        unasked = Stamp(request_id, started_at, started_at)
        return [next(remaining) if each.is_askable else refuse_unasked(each, unasked) for each in questions]

    def _size_of_batch(self) -> int:
        # One question finds out whether the registry is back as well as two hundred do, and leaves one row of evidence.
        return self._batch_size if self._circuit_breaker.is_closed else 1

    def _verify_batch(self, questions: Sequence[Question], deadline: Deadline, request_id: str) -> list[Answer]:
        asked_at = self._now()
        heard = self._ask(_batch_call(questions), deadline, request_id)
        return read_batch(questions, heard, Stamp(request_id, asked_at, self._now()))

    def _ask(self, call: Call, deadline: Deadline, request_id: str) -> Reply | NoReplyError:
        if deadline.has_passed:
            return NotAskedError(Cause.TIMED_OUT)
        try:
            self._pause.check()
            with self._circuit_breaker.guarding():
                return self._send_with_token(call, deadline, request_id)
        except NoReplyError as no_reply:
            if no_reply.retry_after is not None:
                self._pause.extend(no_reply.retry_after)
            return no_reply

    def _send_with_token(self, call: Call, deadline: Deadline, request_id: str) -> Reply:
        token = self._token.get(deadline, request_id)
        try:
            return self._transport.send(call, deadline, _headers(token, request_id))
        except NoReplyError as no_reply:
            if no_reply.reply is None or no_reply.reply.status != 401:
                raise
            refused = no_reply.reply
        # The registry may have changed its keys, or ended the token early: once more with a fresh one.
        self._token.discard(token)
        try:
            fresh = self._token.get(deadline, request_id)
        except NotAskedError as failed:
            # The question was sent, with the token of before.
            raise NoReplyError(failed.cause, refused, failed.retry_after) from failed
        return self._transport.send(call, deadline, _headers(fresh, request_id))


def _headers(token: str, request_id: str) -> dict[str, str]:
    return {
        "Accept": f"{ANSWER_MEDIA_TYPE}, {BATCH_MEDIA_TYPE}, {PROBLEM_MEDIA_TYPE}",
        "Authorization": f"Bearer {token}",
        "X-Request-ID": request_id,
    }


def _register_named(question: Question) -> dict[str, str]:
    named = {"regulator": question.regulator, "register": question.register}
    return {name: value for name, value in named.items() if value is not None}


def _single_call(question: Question) -> Call:
    # A council's number has slashes of its own; quoted, they stay inside one segment of the path.
    path = f"/api/registry/verify/{quote(question.license_number, safe='')}/"
    return Call("GET", path, LARGEST_ANSWER, params=_register_named(question))


def _batch_call(questions: Sequence[Question]) -> Call:
    rows = [{"license_number": each.license_number, **_register_named(each)} for each in questions]
    largest = LARGEST_ANSWER + LARGEST_ROW * len(rows)
    return Call("POST", "/api/registry/verify/batch/", largest, json={"items": rows})
