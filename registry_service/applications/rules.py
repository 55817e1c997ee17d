"""The machine of an application, and who may move it. No database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import TextChoices

from common.errors import DomainError
from reference.rules import ApplicationKind, Category


class Status(TextChoices):
    DRAFT = "draft", "Being written"
    SUBMITTED = "submitted", "Waiting for an officer"
    UNDER_REVIEW = "under_review", "With an officer"
    INFORMATION_REQUESTED = "information_requested", "Waiting for the applicant"
    DECISION_PROPOSED = "decision_proposed", "Waiting for a second officer"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LAPSED = "lapsed", "Lapsed"


class Transition(TextChoices):
    SUBMIT = "submit", "Submit"
    WITHDRAW = "withdraw", "Withdraw"
    CLAIM = "claim", "Take on"
    ASSIGN = "assign", "Give to an officer"
    RELEASE = "release", "Give back to the queue"
    REQUEST_INFORMATION = "request_information", "Ask the applicant"
    RESPOND = "respond", "Answer the officer"
    LAPSE = "lapse", "Close for want of an answer"
    PROPOSE = "propose", "Propose a decision to a second officer"
    RETURN = "return", "Disagree with the proposal"
    APPROVE = "approve", "Approve"
    REJECT = "reject", "Reject"


class Decision(TextChoices):
    APPROVE = "approve", "Approve"
    REJECT = "reject", "Reject"


CLOSED = frozenset({Status.APPROVED, Status.REJECTED, Status.WITHDRAWN, Status.LAPSED})
# The clock of the council stands still while it waits for the applicant.
COUNCILS_TURN = frozenset({Status.SUBMITTED, Status.UNDER_REVIEW, Status.DECISION_PROPOSED})

# The whole machine: from which statuses each transition may start, and where it leads.
TRANSITIONS: dict[Transition, tuple[frozenset[Status], Status]] = {
    Transition.SUBMIT: (frozenset({Status.DRAFT}), Status.SUBMITTED),
    Transition.WITHDRAW: (
        frozenset({Status.DRAFT, Status.SUBMITTED, Status.UNDER_REVIEW, Status.INFORMATION_REQUESTED}),
        Status.WITHDRAWN,
    ),
    Transition.CLAIM: (frozenset({Status.SUBMITTED}), Status.UNDER_REVIEW),
    Transition.ASSIGN: (frozenset({Status.SUBMITTED}), Status.UNDER_REVIEW),
    Transition.RELEASE: (frozenset({Status.UNDER_REVIEW}), Status.SUBMITTED),
    Transition.REQUEST_INFORMATION: (frozenset({Status.UNDER_REVIEW}), Status.INFORMATION_REQUESTED),
    Transition.RESPOND: (frozenset({Status.INFORMATION_REQUESTED}), Status.UNDER_REVIEW),
    Transition.LAPSE: (frozenset({Status.INFORMATION_REQUESTED}), Status.LAPSED),
    Transition.PROPOSE: (frozenset({Status.UNDER_REVIEW}), Status.DECISION_PROPOSED),
    Transition.RETURN: (frozenset({Status.DECISION_PROPOSED}), Status.UNDER_REVIEW),
    Transition.APPROVE: (frozenset({Status.UNDER_REVIEW, Status.DECISION_PROPOSED}), Status.APPROVED),
    Transition.REJECT: (frozenset({Status.UNDER_REVIEW, Status.DECISION_PROPOSED}), Status.REJECTED),
}


class ApplicationTransitionNotAllowed(DomainError):
    """The application is not in a status from which this can happen."""

    code = "application_transition_not_allowed"
    title = "This cannot happen to the application now"
    detail = "Cannot {transition} an application that is {application_status} ({last_step})."


class ApplicationChanged(DomainError):
    """Somebody else has changed the application since the caller read it."""

    code = "application_changed"
    status = 412
    title = "The application has changed meanwhile"
    detail = "It is at version {version} now: {last_step}. Read it again, then decide."


class ApplicationIncomplete(DomainError):
    """Something that the council needs is missing; `errors` says what, field by field."""

    code = "application_incomplete"
    status = 422
    title = "The application is not complete"
    detail = "Give what errors names, then submit again. Nothing that you have given is lost."


class NotYourFile(DomainError):
    """Another officer has taken the file on."""

    code = "application_not_yours"
    title = "Another officer has this file"
    detail = "It was taken on by {assigned_to}. Only that officer can do this, or give it back."


class SecondOfficerNeeded(DomainError):
    """The same officer cannot propose a decision and confirm it."""

    code = "application_second_officer_needed"
    status = 403
    title = "Another officer must decide this"
    detail = "You proposed this decision; it takes a second officer to confirm it."


class DecisionDiffers(DomainError):
    """The second officer wants something else than what was proposed."""

    code = "application_decision_differs"
    title = "The first officer proposed another decision"
    detail = "The proposal is to {proposed}. Confirm that, or return the file."


class ConflictOfInterest(DomainError):
    """The officer has declared an interest in this file."""

    code = "application_conflict_of_interest"
    status = 403
    title = "You have declared a conflict of interest"
    detail = "Another officer must take this file on."


class NobodyToAssign(DomainError):
    """No officer of the council is free of a conflict of interest."""

    code = "application_nobody_to_assign"
    title = "No officer can take this file on"
    detail = "Every officer of {regulator} is the applicant or has declared a conflict of interest."


class OpenApplicationExists(DomainError):
    """The same thing is being asked for already."""

    code = "application_already_open"
    title = "You have asked for this already"
    detail = "Your application {application} for the same is still open; go on with that one."


class AlreadyHeld(DomainError):
    """The applicant stands in this part of the register already."""

    code = "application_license_already_held"
    title = "You are in this part of the register already"
    detail = "You hold {license_number}."


class LicenseRequired(DomainError):
    """What is asked for builds on a license that the applicant does not hold."""

    code = "application_needs_license"
    title = "This needs a license that you do not hold"
    detail = "{needed}"


def next_status(status: Status, transition: Transition, *, last_step: str = "") -> Status:
    """Return where `transition` leads from `status`; `last_step` tells whoever is refused what happened last.

    Raises:
        ApplicationTransitionNotAllowed: the table above has no such step.
    """
    sources, target = TRANSITIONS[transition]
    if status not in sources:
        raise ApplicationTransitionNotAllowed(
            transition=transition.label.lower(), application_status=status.label.lower(), last_step=last_step
        )
    return target


def councils_time(steps: Sequence[tuple[Status, datetime]], now: datetime) -> timedelta:
    """Return for how long an application has been the council's turn; the clock stands still in between.

    `steps` are the statuses it came to, each with its instant, the earliest first.
    """
    ends = [*(at for _, at in steps[1:]), now]
    return sum(
        (end - at for (status, at), end in zip(steps, ends, strict=False) if status in COUNCILS_TURN), timedelta()
    )


@dataclass(frozen=True)
class Missing:
    """Something that must be given before an application can be submitted; `field` is a JSON pointer."""

    pointer: str
    code: str
    detail: str


# What each kind of application must say, beside its documents.
REQUIRED_FIELDS: dict[str, tuple[str, ...]] = {
    ApplicationKind.FIRST_REGISTRATION: (
        "surname",
        "given_names",
        "birth_date",
        "gender",
        "state",
        "telephone",
        "school",
        "qualification",
        "qualified_on",
    ),
    ApplicationKind.UPGRADE: ("internship_hospital", "internship_ended_on"),
    ApplicationKind.ADDITIONAL_QUALIFICATION: ("specialty", "school", "qualification", "qualified_on"),
    ApplicationKind.NAME_CHANGE: ("surname", "given_names", "name_change_reason"),
}
ASSIGNED_AFTER = timedelta(days=1)
"""A file that no officer has taken on by then is given to the one who has the fewest."""
YOUNGEST = 16
"""Years: nobody has finished a professional training before; a birth date after that is a slip."""


# The license on which a kind of application builds: its category, and how to say so.
BUILDS_ON: dict[str, tuple[str | None, str]] = {
    ApplicationKind.UPGRADE: (
        Category.PROVISIONAL,
        "An upgrade starts from a provisional license of the same profession.",
    ),
    ApplicationKind.ADDITIONAL_QUALIFICATION: (
        None,
        "An additional qualification is entered for somebody whom the same council has registered.",
    ),
    ApplicationKind.NAME_CHANGE: (None, "A name is changed at a council that has registered you."),
}


def missing_fields(kind: str, given: dict[str, object], today: date) -> list[Missing]:
    """Return which fields are empty, or cannot be true, in the order in which they are asked for."""
    found = [
        Missing(f"/{field}", "required", "This must be given before you submit.")
        for field in REQUIRED_FIELDS[kind]
        if given.get(field) in (None, "")
    ]
    birth, qualified = given.get("birth_date"), given.get("qualified_on")
    if isinstance(birth, date) and birth.replace(year=min(birth.year + YOUNGEST, 9999), day=min(birth.day, 28)) > today:
        found.append(Missing("/birth_date", "too_young", f"Nobody is registered before the age of {YOUNGEST}."))
    if isinstance(qualified, date) and qualified > today:
        found.append(Missing("/qualified_on", "in_future", "This day has not come yet."))
    if isinstance(birth, date) and isinstance(qualified, date) and qualified <= birth:
        found.append(Missing("/qualified_on", "before_birth", "This is before the birth date."))
    return found
