"""A registry in memory, for tests and for development without the other service.

It makes replies as the real one would send them and lets the same judge read them, so it cannot answer in a way in
which the real registry does not.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from license_gate import numbers
from license_gate.answers import Answer, Cause, Question, RefusalCode
from license_gate.documents import ANSWER_MARKER
from license_gate.reading import (
    ANSWER_MEDIA_TYPE,
    PROBLEM_MEDIA_TYPE,
    NoReplyError,
    NotAskedError,
    Reply,
    Stamp,
    read_answer,
    refuse_unasked,
)


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class FakeLicense:
    """A license in the fake register; what a test does not care about has a believable value."""

    license_number: str
    full_name: str = "Adaeze Okafor"
    may_practise: bool = True
    status: str = "registered"
    reasons: Sequence[str] = ()
    profession: str = "doctor"
    regulator: str = "MDCN"
    register: str = "full"
    register_part: str = "mdcn-medical-full"
    regulator_number: str = ""
    registered_on: date = date(2015, 6, 1)
    valid_until: date | None = None
    """The last day of the practising certificate; no certificate at all when None."""
    conditions: Sequence[Mapping[str, Any]] = ()
    position: int = 1

    def is_meant_by(self, question: Question) -> bool:
        if numbers.is_phb_number(question.license_number):
            return numbers.is_same_phb_number(question.license_number, self.license_number)
        return (
            numbers.is_same_council_number(question.license_number, self.regulator_number)
            and question.regulator in (None, self.regulator)
            and question.register in (None, self.register_part)
        )


class FakeRegistry:
    """Answers like RegistryClient, at once, from what was added to it."""

    def __init__(self, *, now: Callable[[], datetime] = _utc_now) -> None:
        self._now = now
        self._licenses: list[FakeLicense] = []
        self._mistyped: set[str] = set()
        self._outage: NoReplyError | None = None
        self.questions: list[Question] = []
        """What was asked, oldest first, answered or not."""

    def add(self, license_number: str, **members: Any) -> FakeLicense:
        """Enter a license, in place of any with this number; ``members`` are those of FakeLicense."""
        entered = FakeLicense(license_number, **members)
        self._licenses = [each for each in self._licenses if each.license_number != license_number]
        self._licenses.append(entered)
        return entered

    def add_mistyped(self, number: str) -> None:
        """Have this number fail its check character, which the fake does not compute."""
        self._mistyped.add(number)

    def go_down(self, cause: Cause = Cause.CONNECTION_FAILED) -> None:
        """Answer nothing, for this cause, until ``come_back``."""
        self._outage = NoReplyError(cause)

    def open_circuit(self, unanswered_since: datetime) -> None:
        """Let nobody ask, as while the registry is known not to answer, until ``come_back``."""
        self._outage = NotAskedError(Cause.CIRCUIT_OPEN, unanswered_since=unanswered_since)

    def come_back(self) -> None:
        self._outage = None

    def verify(self, question: Question, *, request_id: str = "", deadline_seconds: float | None = None) -> Answer:
        """As Registry.verify; the deadline is always met."""
        now = self._now()
        stamp = Stamp(request_id or uuid4().hex, now, now)
        if not question.is_askable:
            return refuse_unasked(question, stamp)
        if not isinstance(self._outage, NotAskedError):
            self.questions.append(question)
        heard = self._outage or self._reply(question, now)
        return read_answer(question, heard, stamp)

    def verify_many(
        self, questions: Sequence[Question], *, request_id: str = "", deadline_seconds: float | None = None
    ) -> list[Answer]:
        """As Registry.verify_many."""
        request_id = request_id or uuid4().hex
        return [self.verify(question, request_id=request_id) for question in questions]

    def _reply(self, question: Question, now: datetime) -> Reply:
        if question.license_number in self._mistyped:
            return _problem(422, RefusalCode.LICENSE_NUMBER_INVALID)
        meant = [each for each in self._licenses if each.is_meant_by(question)]
        if len(meant) > 1:
            registers = [{"regulator": each.regulator, "register": each.register_part} for each in meant]
            return _problem(409, RefusalCode.LICENSE_NUMBER_AMBIGUOUS, registers=registers)
        if meant:
            return Reply(200, ANSWER_MEDIA_TYPE, json.dumps(_document(meant[0], now)).encode())
        if numbers.is_phb_number(question.license_number):
            return _problem(404, RefusalCode.LICENSE_NOT_FOUND)
        regulator = question.regulator or "MDCN"
        return _problem(404, RefusalCode.COUNCIL_NUMBER_NOT_HELD, regulator=regulator, register_complete_to=None)


def _problem(status: int, code: RefusalCode, **members: Any) -> Reply:
    problem = {"type": "about:blank", "status": status, "code": code, **members}
    return Reply(status, PROBLEM_MEDIA_TYPE, json.dumps(problem).encode())


def _document(license_: FakeLicense, now: datetime) -> dict[str, Any]:
    return {
        "type": ANSWER_MARKER,
        "license_number": license_.license_number,
        "registered_on": license_.registered_on.isoformat(),
        "register": license_.register,
        "register_part": license_.register_part,
        "status": license_.status,
        "may_practise": license_.may_practise,
        "reasons": list(license_.reasons),
        "professional": {
            "full_name": license_.full_name,
            "profession": license_.profession,
            "regulator": license_.regulator,
            "regulator_number": license_.regulator_number,
            "specialties": [],
        },
        "certificate": _certificate(license_),
        "renewal": None,
        "grace_until": None,
        "conditions": [dict(condition) for condition in license_.conditions],
        "discipline": [],
        "data_as_of": {"position": license_.position, "changed_at": now.isoformat()},
        "checked_at": now.isoformat(),
        "position": license_.position,
    }


def _certificate(license_: FakeLicense) -> dict[str, str] | None:
    if license_.valid_until is None:
        return None
    first = license_.valid_until.replace(month=1, day=1)
    number = f"PC-{first.year}"
    return {"number": number, "valid_from": first.isoformat(), "valid_until": license_.valid_until.isoformat()}
