"""The machine of an application: what may happen from where, and whose turn it is meanwhile."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import TextChoices

from applications.rules.refusals import ApplicationTransitionNotAllowed


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
    REASSIGN = "reassign", "Give to another officer"
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


class Hindrance(TextChoices):
    """Why an officer of its council cannot be given a file."""

    CLOSED = "closed", "The file is closed."
    APPLICANT = "applicant", "It is their own application."
    INTEREST = "interest", "They have declared a conflict of interest."
    HAS_IT = "has_it", "They have the file already."
    COLLEAGUES = "colleagues", "It is a colleague's: nobody takes it for themselves."


CLOSED = frozenset({Status.APPROVED, Status.REJECTED, Status.WITHDRAWN, Status.LAPSED})
# An officer has the file.
HELD = frozenset({Status.UNDER_REVIEW, Status.INFORMATION_REQUESTED, Status.DECISION_PROPOSED})
# A council has it before it, whosever turn it is.
UNDECIDED = HELD | {Status.SUBMITTED}
# The worker looks for what an officer should look at, once for each time that the applicant said something.
TO_BE_CHECKED = UNDECIDED
# The clock of the council stands still while it waits for the applicant.
COUNCILS_TURN = frozenset({Status.SUBMITTED, Status.UNDER_REVIEW, Status.DECISION_PROPOSED})

# The whole machine: from which statuses each transition may start, and where it leads; None: it stays where it is.
TRANSITIONS: dict[Transition, tuple[frozenset[Status], Status | None]] = {
    Transition.SUBMIT: (frozenset({Status.DRAFT}), Status.SUBMITTED),
    Transition.WITHDRAW: (
        frozenset({Status.DRAFT, Status.SUBMITTED, Status.UNDER_REVIEW, Status.INFORMATION_REQUESTED}),
        Status.WITHDRAWN,
    ),
    Transition.CLAIM: (frozenset({Status.SUBMITTED}), Status.UNDER_REVIEW),
    Transition.ASSIGN: (frozenset({Status.SUBMITTED}), Status.UNDER_REVIEW),
    Transition.RELEASE: (frozenset({Status.UNDER_REVIEW}), Status.SUBMITTED),
    Transition.REASSIGN: (HELD, None),
    Transition.REQUEST_INFORMATION: (frozenset({Status.UNDER_REVIEW}), Status.INFORMATION_REQUESTED),
    Transition.RESPOND: (frozenset({Status.INFORMATION_REQUESTED}), Status.UNDER_REVIEW),
    Transition.LAPSE: (frozenset({Status.INFORMATION_REQUESTED}), Status.LAPSED),
    Transition.PROPOSE: (frozenset({Status.UNDER_REVIEW}), Status.DECISION_PROPOSED),
    Transition.RETURN: (frozenset({Status.DECISION_PROPOSED}), Status.UNDER_REVIEW),
    Transition.APPROVE: (frozenset({Status.UNDER_REVIEW, Status.DECISION_PROPOSED}), Status.APPROVED),
    # Grave: never by one officer.
    Transition.REJECT: (frozenset({Status.DECISION_PROPOSED}), Status.REJECTED),
}

# The steps whose words are meant for the applicant; the others' are for colleagues.
TOLD_TO_APPLICANT = frozenset(
    {
        Transition.WITHDRAW,
        Transition.REQUEST_INFORMATION,
        Transition.LAPSE,
        Transition.APPROVE,
        Transition.REJECT,
    }
)

ASSIGNED_AFTER = timedelta(days=1)
"""A file that no officer has taken on by then is given to the one who has the fewest."""
CHECKED_AGAIN_AFTER = timedelta(minutes=5)
"""What the worker could not look at waits so long before it tries again."""
REMINDED_BEFORE = timedelta(days=7)
"""So long before a file lapses its applicant is reminded of what was asked."""
MOST_VERSIONS = 20
"""So many versions of one document of an application are kept: more than any blurred photograph takes, and an end to
what one person can store."""
REQUEST_LIVES = timedelta(days=60)
"""For so long a school, an employer or a regulator abroad can answer by the link in our letter."""


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
    return target or status


def councils_time(steps: Sequence[tuple[Status, datetime]], now: datetime) -> timedelta:
    """Return for how long an application has been the council's turn; the clock stands still in between.

    `steps` are the statuses it came to, each with its instant, the earliest first.
    """
    ends = [*(at for _, at in steps[1:]), now]
    return sum(
        (end - at for (status, at), end in zip(steps, ends, strict=False) if status in COUNCILS_TURN), timedelta()
    )
