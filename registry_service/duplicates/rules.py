"""The machine of a merge, and why an act on one is refused. No database, no clock."""

from django.db.models import TextChoices

from common.errors import DomainError


class Status(TextChoices):
    PROPOSED = "proposed", "Waiting for a second officer"
    MERGED = "merged", "Merged"
    DECLINED = "declined", "Declined"
    UNDONE = "undone", "Undone"


class Transition(TextChoices):
    CONFIRM = "confirm", "Merge"
    DECLINE = "decline", "Decline"
    UNDO = "undo", "Undo"


# The whole machine: from which status each transition starts, and where it leads. A merge takes two officers, who
# cannot be wrong for long: undoing one takes one.
TRANSITIONS: dict[Transition, tuple[Status, Status]] = {
    Transition.CONFIRM: (Status.PROPOSED, Status.MERGED),
    Transition.DECLINE: (Status.PROPOSED, Status.DECLINED),
    Transition.UNDO: (Status.MERGED, Status.UNDONE),
}


class MergeTransitionNotAllowed(DomainError):
    """The merge is not in a status from which this can happen."""

    code = "merge_transition_not_allowed"
    title = "This cannot happen to the merge now"
    detail = "Cannot {transition} a merge that is {merge_status}."


class MergeProposedAlready(DomainError):
    """The entry that should go is part of another merge."""

    code = "merge_proposed_already"
    title = "A merge of this entry is proposed or done already"
    detail = "Confirm, decline or undo that one first."


class MergeSecondOfficerNeeded(DomainError):
    """Whoever proposed a merge cannot confirm it."""

    code = "merge_second_officer_needed"
    status = 403
    title = "Another officer must confirm this"
    detail = (
        "You proposed this merge; it takes a second officer, of a council that the entry belongs to, to confirm it."
    )


class MergeOfOneself(DomainError):
    """An officer is one of the two people."""

    code = "merge_of_oneself"
    status = 403
    title = "This is your own entry"
    detail = "Another officer must decide about it."


def next_status(status: Status, transition: Transition) -> Status:
    """Return where `transition` leads from `status`.

    Raises:
        MergeTransitionNotAllowed: the table above has no such step.
    """
    source, target = TRANSITIONS[transition]
    if status is not source:
        raise MergeTransitionNotAllowed(transition=transition.label.lower(), merge_status=status.label.lower())
    return target
