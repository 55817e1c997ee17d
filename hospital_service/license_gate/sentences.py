"""What the person at the screen is told. Each is a whole sentence that needs no knowledge of computers."""

from datetime import date, datetime

from common.clock import LAGOS
from license_gate.answers import Cause, Facts, Register

_NOTHING_SAID = "This says nothing about the license."
_WANTS_A_PAUSE = "it has been asked too often and wants a pause"

_WHAT_WENT_WRONG = {
    Cause.CONNECTION_FAILED: "The national register could not be reached.",
    Cause.TIMED_OUT: "The national register took too long to answer.",
    Cause.THROTTLED: "The national register has been asked too often and wants a pause.",
    Cause.SERVER_ERROR: "The national register reports a fault of its own.",
    Cause.AUTHENTICATION_FAILED: "The national register does not recognise this service; its operators must act.",
    Cause.REDIRECTED: "The question was sent on to another address, and is not followed there.",
    Cause.WRONG_MEDIA_TYPE: "Something answered that is not the national register.",
    Cause.MALFORMED_BODY: "What came back from the national register cannot be read.",
    Cause.BODY_TOO_LARGE: "What came back from the national register is far too long to be an answer.",
    Cause.WRONG_LICENSE: "What came back is about another license, and is not used.",
    Cause.CLOCK_DISAGREES: "What came back is not an answer of this moment, and is not used.",
    Cause.UNRECOGNISED_REFUSAL: "The question was turned away before the national register could answer it.",
}


def not_answered(cause: Cause) -> str:
    return f"{_WHAT_WENT_WRONG[cause]} {_NOTHING_SAID}"


def not_asked(cause: Cause, unanswered_since: datetime | None) -> str:
    """Why the question was not even sent, with a token at hand; the only causes of that are these three."""
    since = f" since {unanswered_since.astimezone(LAGOS):%H:%M on %-d %B %Y}" if unanswered_since else ""
    reason = {
        Cause.CIRCUIT_OPEN: f"it has not been answering{since}",
        Cause.THROTTLED: _WANTS_A_PAUSE,
        Cause.TIMED_OUT: "it took too long over the questions before this one",
    }[cause]
    return _not_asked_because(reason)


def not_signed_in(cause: Cause) -> str:
    """Why there was no token to send the question with; anything can go wrong with asking for one."""
    if cause.is_outage:
        return _not_asked_because("it did not answer when this service signed in")
    if cause is Cause.AUTHENTICATION_FAILED:
        return _not_asked_because(
            "it did not accept this service's credentials; the operators of this service must act"
        )
    if cause is Cause.THROTTLED:
        return _not_asked_because(_WANTS_A_PAUSE)
    return _not_asked_because("what came back when this service signed in cannot be used")


def not_asked_yet(*, was_tried: bool) -> str:
    """Where there is nothing of the latest attempt to show: there was none, or nothing could be sent."""
    if was_tried:
        return (
            "The national register could not be asked about this license at the latest attempt. "
            f"It will be asked again. {_NOTHING_SAID}"
        )
    return f"The national register has not been asked about this license yet. {_NOTHING_SAID}"


def _not_asked_because(reason: str) -> str:
    return f"The national register was not asked, because {reason}. It will be asked again. {_NOTHING_SAID}"


def may_practise(facts: Facts) -> str:
    limits = " Conditions apply." if facts.conditions else ""
    return f"The national register says that {facts.full_name} may practise.{limits}"


def may_not_practise(facts: Facts) -> str:
    return f"The national register says that {facts.full_name} may not practise now (status: {facts.status})."


def mistyped(number: str) -> str:
    return f"“{number}” is not a license number. Please compare it with the license and type it again."


def never_issued(number: str) -> str:
    return f"The national register has never issued a license with the number {number}."


def not_held(number: str, regulator: str | None, complete_to: date | None) -> str:
    whose = f" of {regulator}" if regulator else ""
    known = f", whose numbers it holds up to {complete_to:%-d %B %Y}" if complete_to else ""
    return (
        f"The national register does not hold the number {number}{whose}{known}. "
        "The person may well be licensed: please verify by hand."
    )


def held_in_several(number: str, registers: tuple[Register, ...]) -> str:
    names = ", ".join(f"{each.regulator} {each.register}" for each in registers)
    return f"Several registers hold the number {number} ({names}). Please say which one is meant."
