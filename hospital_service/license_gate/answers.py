"""What a question to the registry can yield, in the terms of the rest of the hospital service.

"The registry says no", "it never heard of it" and "it did not answer" are three different things. Here they are three
different outcomes, and only the first one says anything about the person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from license_gate import numbers


class Outcome(StrEnum):
    """What the hospital may conclude."""

    VERIFIED = "verified"
    """The register says that this person may practise."""
    REFUSED = "refused"
    """The register says no: may not practise, never issued, or mistyped. ``Answer.code`` tells the last two apart."""
    UNKNOWN = "unknown"
    """A council's number that the register does not hold. Not a refusal: it calls for manual verification."""
    AMBIGUOUS = "ambiguous"
    """Several registers hold the number. Ask again, naming one of ``Answer.registers``."""
    NOT_ANSWERED = "not_answered"
    """No answer worth believing. It says nothing about the license; ``Answer.cause`` says what went wrong."""


class Cause(StrEnum):
    """Why a question was not answered."""

    CONNECTION_FAILED = "connection_failed"
    TIMED_OUT = "timed_out"
    CIRCUIT_OPEN = "circuit_open"
    """Not even asked: the last questions all failed, and the registry is given time to recover."""
    THROTTLED = "throttled"
    SERVER_ERROR = "server_error"
    AUTHENTICATION_FAILED = "authentication_failed"
    """The registry does not accept this service's credentials: an operator must act."""
    REDIRECTED = "redirected"
    WRONG_MEDIA_TYPE = "wrong_media_type"
    MALFORMED_BODY = "malformed_body"
    BODY_TOO_LARGE = "body_too_large"
    WRONG_LICENSE = "wrong_license"
    """A well-formed answer about somebody else."""
    CLOCK_DISAGREES = "clock_disagrees"
    """A well-formed answer of another time: replayed, cached for too long, or one of the two clocks is wrong."""
    UNRECOGNISED_REFUSAL = "unrecognised_refusal"
    """A refusal that is not one of the contract's, such as a 404 that anything on the way may have made."""

    @property
    def is_outage(self) -> bool:
        """Whether the registry is down or slow, so that asking at once again would only add to it."""
        return self in _OUTAGES


_OUTAGES = frozenset({Cause.CONNECTION_FAILED, Cause.TIMED_OUT, Cause.SERVER_ERROR})


class RefusalCode(StrEnum):
    """The registry's refusals that mean something, as ``shared_contracts/errors`` lists them."""

    LICENSE_NUMBER_INVALID = "license_number_invalid"
    LICENSE_NOT_FOUND = "license_not_found"
    COUNCIL_NUMBER_NOT_HELD = "council_number_not_held"
    LICENSE_NUMBER_AMBIGUOUS = "license_number_ambiguous"


@dataclass(frozen=True)
class Register:
    """One part of one regulator's register, by the registry's codes."""

    regulator: str
    register: str


@dataclass(frozen=True)
class Question:
    """Whose license, as a person typed it; the register named only where its number alone is ambiguous."""

    license_number: str
    regulator: str | None = None
    register: str | None = None

    @property
    def is_askable(self) -> bool:
        """False for what cannot be a license number at all, such as ``..`` or a text with control characters."""
        named = (self.regulator or "") + (self.register or "")
        return numbers.could_be_a_number(self.license_number) and named.isprintable()


@dataclass(frozen=True)
class Certificate:
    """The practising certificate of one license period; both days belong to it, in Africa/Lagos."""

    number: str | None
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True)
class Freshness:
    """The last change of the whole register that an answer takes into account."""

    position: int
    changed_at: datetime


@dataclass(frozen=True)
class Facts:
    """The checked part of a 200 answer. Members that the registry may leave out are ``None`` or empty."""

    license_number: str
    may_practise: bool
    status: str
    full_name: str
    checked_at: datetime
    registered_on: date | None
    register: str | None
    """The kind of entry: full, provisional, temporary or specialist."""
    register_part: str | None
    """Which part of the regulator's register, by the registry's code."""
    reasons: tuple[Any, ...]
    profession: str | None
    regulator: str | None
    regulator_number: str | None
    specialties: tuple[Any, ...]
    certificate: Certificate | None
    renewal: str | None
    grace_until: date | None
    conditions: tuple[Mapping[str, Any], ...]
    discipline: tuple[Any, ...]
    data_as_of: Freshness | None
    position: int | None
    """Where in the register's order of changes this license was last changed; an older one never replaces a newer."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is concluded from what was heard, and a sentence that the person at the screen understands."""

    outcome: Outcome
    detail: str
    cause: Cause | None = None
    code: RefusalCode | None = None
    facts: Facts | None = None
    regulator: str | None = None
    """With UNKNOWN: whose register the number would belong to."""
    register_complete_to: date | None = None
    """With UNKNOWN: up to which day the register holds that council's numbers; ``None`` if not known."""
    registers: tuple[Register, ...] = ()
    retry_after: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Answer(Finding):
    """A finding with its evidence: what was asked, when, and what came back."""

    question: Question
    request_id: str
    asked_at: datetime
    answered_at: datetime
    was_sent: bool = True
    """False when the question never left this service."""
    http_status: int | None = None
    """``None`` when nothing came back, or nothing was asked."""
    body: str = ""
    """What came back, word for word; cut short only where it is no answer. Safe to store in PostgreSQL."""

    @property
    def duration(self) -> timedelta:
        return self.answered_at - self.asked_at

    @property
    def is_evidence(self) -> bool:
        """Whether there is anything to keep: an answer, or that the registry was asked and gave none."""
        return self.was_sent or self.outcome is not Outcome.NOT_ANSWERED


class Registry(Protocol):
    """Whoever answers for the register: the real one over HTTP, or a fake in memory. Neither ever raises."""

    def verify(self, question: Question, *, request_id: str = "", deadline_seconds: float | None = None) -> Answer:
        """Answer one question within the deadline, which defaults to the implementation's own."""
        ...

    def verify_many(
        self, questions: Sequence[Question], *, request_id: str = "", deadline_seconds: float | None = None
    ) -> list[Answer]:
        """One answer for each question, in the order asked, all of them within one deadline.

        What has no answer at the deadline is NOT_ANSWERED; what has one keeps it.
        """
        ...
