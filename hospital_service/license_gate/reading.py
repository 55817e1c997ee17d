"""Judging what came back from the registry: all of it, and nothing but that.

Whatever is not exactly one of the answers that the contract promises is NOT_ANSWERED. A misrouted 404, a page of HTML
with status 200 and another person's record must never be mistaken for a word of the register.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from license_gate import documents, numbers, sentences
from license_gate.answers import Answer, Cause, Facts, Finding, Outcome, Question, RefusalCode
from license_gate.documents import Document, MalformedError

ANSWER_MEDIA_TYPE = "application/vnd.phb.verification.v1+json"
BATCH_MEDIA_TYPE = "application/vnd.phb.verification-batch.v1+json"
PROBLEM_MEDIA_TYPE = "application/problem+json"
BATCH_MARKER = "ng.phb.registry.verification-batch.v1"

CLOCK_TOLERANCE = timedelta(minutes=10)
"""Servers that keep time differ by far less; an answer kept by something on the way soon differs by more."""
DEFAULT_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
"""However long a pause the other side asks for: a wrong header must not close the gate for a day."""
LARGEST_ENVELOPE = 32_768
"""Characters of a batch's own members, which are kept once more with every row."""
KEPT_OF_NO_ANSWER = 4_000
"""Characters of a body that is no answer; enough to see what it was."""

_STATUS_OF = {
    RefusalCode.LICENSE_NUMBER_INVALID: 422,
    RefusalCode.LICENSE_NOT_FOUND: 404,
    RefusalCode.COUNCIL_NUMBER_NOT_HELD: 404,
    RefusalCode.LICENSE_NUMBER_AMBIGUOUS: 409,
}


@dataclass(frozen=True)
class Reply:
    """A whole HTTP response, or as much of it as was read."""

    status: int
    media_type: str = ""
    body: bytes = b""
    retry_after: str = ""


class NoReplyError(Exception):
    """There is no reply that could be an answer; ``reply`` is what came back instead, if anything."""

    def __init__(self, cause: Cause, reply: Reply | None = None, retry_after: timedelta | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.reply = reply
        self.retry_after = retry_after


class NotAskedError(NoReplyError):
    """The question never left this service."""

    def __init__(
        self, cause: Cause, *, unanswered_since: datetime | None = None, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(cause, retry_after=retry_after)
        self.unanswered_since = unanswered_since


class NotSignedInError(NotAskedError):
    """There was no token to send the question with; the cause is what became of asking for one."""


@dataclass(frozen=True)
class Stamp:
    """By which request, and between which two moments of this service's clock, something was asked and answered."""

    request_id: str
    asked_at: datetime
    answered_at: datetime


def read_answer(question: Question, heard: Reply | NoReplyError, stamp: Stamp) -> Answer:
    """Judge what came back for one question."""
    if isinstance(heard, NoReplyError):
        return _no_answer(question, heard, stamp, heard.reply)
    return _answer(question, _judge(question, heard, stamp), stamp, heard)


def read_batch(questions: Sequence[Question], heard: Reply | NoReplyError, stamp: Stamp) -> list[Answer]:
    """Judge what came back for many questions: one answer for each, in the order asked."""
    if isinstance(heard, NoReplyError):
        return [_no_answer(question, heard, stamp, heard.reply) for question in questions]
    try:
        envelope, rows = _read_envelope(questions, heard, stamp)
    except NoReplyError as no_reply:
        return [_no_answer(question, no_reply, stamp, heard) for question in questions]
    return [_read_row(question, row, envelope, stamp) for question, row in zip(questions, rows, strict=True)]


def refuse_unasked(question: Question, stamp: Stamp) -> Answer:
    """The answer to what cannot be a license number at all, for which the registry need not be asked."""
    return _answer(question, _mistyped(question), stamp, None, was_sent=False)


def cause_of_status(reply: Reply, now: datetime) -> NoReplyError | None:
    """What a status alone shows to be no answer, from any endpoint of the registry or from anything before it."""
    if reply.status == 429:
        return NoReplyError(Cause.THROTTLED, reply, read_retry_after(reply.retry_after, now))
    if reply.status >= 500:
        return NoReplyError(Cause.SERVER_ERROR, reply)
    if reply.status in (401, 403):
        return NoReplyError(Cause.AUTHENTICATION_FAILED, reply)
    if 300 <= reply.status < 400:
        return NoReplyError(Cause.REDIRECTED, reply)
    return None


def read_retry_after(header: str, now: datetime) -> timedelta:
    """How long a ``Retry-After`` asks to wait, given as seconds or as a date (RFC 9110), within sensible limits."""
    try:
        pause = timedelta(seconds=int(header)) if header.isdecimal() else _until(header, now)
    except (ValueError, OverflowError):
        pause = DEFAULT_PAUSE
    return min(max(pause, timedelta(0)), LONGEST_PAUSE)


def _until(http_date: str, now: datetime) -> timedelta:
    moment = parsedate_to_datetime(http_date)
    return moment.replace(tzinfo=moment.tzinfo or UTC) - now


def _judge(question: Question, reply: Reply, stamp: Stamp) -> Finding:
    no_reply = cause_of_status(reply, stamp.answered_at)
    if no_reply is not None:
        return _unanswered(no_reply)
    try:
        if reply.status == 200:
            return _judge_facts(question, _parse(reply, ANSWER_MEDIA_TYPE), stamp)
        return _judge_problem(question, reply)
    except MalformedError:
        return _not_answered(Cause.MALFORMED_BODY)
    except NoReplyError as nothing:
        return _unanswered(nothing)


def _parse(reply: Reply, media_type: str) -> Document:
    if reply.media_type.partition(";")[0].strip().lower() != media_type:
        raise NoReplyError(Cause.WRONG_MEDIA_TYPE)
    return documents.parse(reply.body)


def _judge_facts(question: Question, document: Document, stamp: Stamp) -> Finding:
    facts = documents.read_facts(document)
    if not _is_about(question, facts):
        return _not_answered(Cause.WRONG_LICENSE)
    if not stamp.asked_at - CLOCK_TOLERANCE <= facts.checked_at <= stamp.answered_at + CLOCK_TOLERANCE:
        return _not_answered(Cause.CLOCK_DISAGREES)
    if facts.may_practise:
        return Finding(outcome=Outcome.VERIFIED, detail=sentences.may_practise(facts), facts=facts)
    return Finding(outcome=Outcome.REFUSED, detail=sentences.may_not_practise(facts), facts=facts)


def _is_about(question: Question, facts: Facts) -> bool:
    """Whether the record is that of the number asked for, and of the register named with it."""
    if numbers.is_phb_number(question.license_number):
        return numbers.is_same_phb_number(question.license_number, facts.license_number)
    return (
        numbers.is_same_council_number(question.license_number, facts.regulator_number or "")
        and question.regulator in (None, facts.regulator)
        and question.register in (None, facts.register_part)
    )


def _judge_problem(question: Question, reply: Reply) -> Finding:
    """Believe a refusal only if status, media type and code agree that the registry made it."""
    try:
        problem = _parse(reply, PROBLEM_MEDIA_TYPE)
    except (MalformedError, NoReplyError):
        return _not_answered(Cause.UNRECOGNISED_REFUSAL)
    code = _read_code(problem)
    if code is None or _STATUS_OF[code] != reply.status:
        return _not_answered(Cause.UNRECOGNISED_REFUSAL)
    return _judge_refusal(question, code, problem)


def _read_code(document: Document) -> RefusalCode | None:
    code = document.get("code")
    return RefusalCode(code) if code in list(RefusalCode) else None


def _judge_refusal(question: Question, code: RefusalCode, members: Document) -> Finding:
    match code:
        case RefusalCode.LICENSE_NUMBER_INVALID:
            return _mistyped(question)
        case RefusalCode.LICENSE_NOT_FOUND:
            detail = sentences.never_issued(question.license_number)
            return Finding(outcome=Outcome.REFUSED, detail=detail, code=code)
        case RefusalCode.COUNCIL_NUMBER_NOT_HELD:
            return _not_held(question, members)
        case RefusalCode.LICENSE_NUMBER_AMBIGUOUS:
            registers = documents.read_registers(members)
            detail = sentences.held_in_several(question.license_number, registers)
            return Finding(outcome=Outcome.AMBIGUOUS, detail=detail, code=code, registers=registers)


def _mistyped(question: Question) -> Finding:
    # An unaskable text may be of any length, or hold what a database will not store: it is not repeated.
    shown = question.license_number if question.is_askable else "What was typed"
    code = RefusalCode.LICENSE_NUMBER_INVALID
    return Finding(outcome=Outcome.REFUSED, detail=sentences.mistyped(shown), code=code)


def _not_held(question: Question, members: Document) -> Finding:
    regulator = documents.optional(members, "regulator", str)
    complete_to = documents.optional_day(members, "register_complete_to")
    return Finding(
        outcome=Outcome.UNKNOWN,
        detail=sentences.not_held(question.license_number, regulator, complete_to),
        code=RefusalCode.COUNCIL_NUMBER_NOT_HELD,
        regulator=regulator,
        register_complete_to=complete_to,
    )


def _read_envelope(questions: Sequence[Question], reply: Reply, stamp: Stamp) -> tuple[Document, tuple[Document, ...]]:
    """The batch's own members, and a row for each question. Raises NoReplyError when the whole batch is no answer."""
    no_reply = cause_of_status(reply, stamp.answered_at)
    if no_reply is not None:
        raise no_reply
    if reply.status != 200:
        raise NoReplyError(Cause.UNRECOGNISED_REFUSAL)
    try:
        document = _parse(reply, BATCH_MEDIA_TYPE)
        rows = documents.objects(document, "results")
    except MalformedError as error:
        raise NoReplyError(Cause.MALFORMED_BODY) from error
    envelope = {name: member for name, member in document.items() if name != "results"}
    if document.get("type") != BATCH_MARKER or len(rows) != len(questions):
        raise NoReplyError(Cause.MALFORMED_BODY)
    if len(documents.dump(envelope)) > LARGEST_ENVELOPE:
        raise NoReplyError(Cause.BODY_TOO_LARGE)
    return envelope, rows


def _read_row(question: Question, row: Document, envelope: Document, stamp: Stamp) -> Answer:
    # The batch's members (its receipt among them) stay with the row, so that it can be kept and checked alone.
    kept = documents.dump({**envelope, "results": [row]})
    try:
        finding = _judge_row(question, row, stamp)
    except MalformedError:
        finding = _not_answered(Cause.MALFORMED_BODY)
    return _answer(question, finding, stamp, Reply(200, BATCH_MEDIA_TYPE, kept.encode()))


def _judge_row(question: Question, row: Document, stamp: Stamp) -> Finding:
    if row.get("license_number") != question.license_number:
        return _not_answered(Cause.WRONG_LICENSE)
    if row.get("outcome") == "found":
        return _judge_facts(question, documents.needed(row, "answer", dict), stamp)
    code = _read_code(row) if row.get("outcome") == "refused" else None
    if code is None:
        return _not_answered(Cause.UNRECOGNISED_REFUSAL)
    return _judge_refusal(question, code, row)


def _not_answered(cause: Cause) -> Finding:
    return _unanswered(NoReplyError(cause))


def _unanswered(heard: NoReplyError) -> Finding:
    return Finding(outcome=Outcome.NOT_ANSWERED, detail=_told(heard), cause=heard.cause, retry_after=heard.retry_after)


def _told(heard: NoReplyError) -> str:
    match heard:
        case NotSignedInError():
            return sentences.not_signed_in(heard.cause)
        case NotAskedError():
            return sentences.not_asked(heard.cause, heard.unanswered_since)
    return sentences.not_answered(heard.cause)


def _no_answer(question: Question, heard: NoReplyError, stamp: Stamp, reply: Reply | None) -> Answer:
    was_sent = not isinstance(heard, NotAskedError)
    return _answer(question, _unanswered(heard), stamp, reply, was_sent=was_sent)


def _answer(
    question: Question, finding: Finding, stamp: Stamp, reply: Reply | None, *, was_sent: bool = True
) -> Answer:
    text = reply.body.decode(errors="replace").replace("\0", "\ufffd") if reply else ""
    return Answer(
        **vars(finding),
        question=question,
        request_id=stamp.request_id,
        asked_at=stamp.asked_at,
        answered_at=stamp.answered_at,
        was_sent=was_sent,
        http_status=reply.status if reply else None,
        body=text if finding.cause is None else text[:KEPT_OF_NO_ANSWER],
    )
