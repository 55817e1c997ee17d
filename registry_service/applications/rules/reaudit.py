"""The draw of decisions that are looked at again, and the machine of a re-audit, whose decision it never changes."""

from django.db.models import TextChoices

from applications.rules.refusals import WHAT_HAPPENED_SINCE
from common.errors import DomainError


class ReauditStatus(TextChoices):
    """What became of a decision in the draw; what was not drawn stays so, and nobody is shown it."""

    NOT_DRAWN = "not_drawn", "Not drawn"
    DRAWN = "drawn", "Waiting for an officer"
    TAKEN = "taken", "With an officer"
    UPHELD = "upheld", "Upheld"
    DOUBTED = "doubted", "Doubted"


class ReauditAct(TextChoices):
    TAKE = "take", "Take"
    RELEASE = "release", "Give back"
    UPHOLD = "uphold", "Uphold"
    DOUBT = "doubt", "Doubt"


# The whole machine: from which status each act starts, and where it leads.
REAUDIT_TRANSITIONS: dict[ReauditAct, tuple[ReauditStatus, ReauditStatus]] = {
    ReauditAct.TAKE: (ReauditStatus.DRAWN, ReauditStatus.TAKEN),
    ReauditAct.RELEASE: (ReauditStatus.TAKEN, ReauditStatus.DRAWN),
    ReauditAct.UPHOLD: (ReauditStatus.TAKEN, ReauditStatus.UPHELD),
    ReauditAct.DOUBT: (ReauditStatus.TAKEN, ReauditStatus.DOUBTED),
}
REAUDIT_SHOWN = [(status.value, status.label) for status in ReauditStatus if status is not ReauditStatus.NOT_DRAWN]
"""The statuses that anybody is told of, as choices."""
REAUDIT_CLOSED = frozenset({ReauditStatus.UPHELD, ReauditStatus.DOUBTED})
LOTS = 100
"""Every decision draws one of so many lots, each as likely as the others; `percent` of them lead to a re-audit."""


class ReauditTransitionNotAllowed(DomainError):
    """The re-audit is not in a status from which this can happen."""

    code = "reaudit_transition_not_allowed"
    title = "This cannot happen to the re-audit now"
    detail = "Cannot {act} a re-audit that is {reaudit_status}. The last step: {last_step}."


class ReauditChanged(DomainError):
    """Somebody else has changed the re-audit since the caller read it; `steps` says what happened since."""

    code = "reaudit_changed"
    status = 412
    title = "The re-audit has changed meanwhile"
    detail = "It is at version {version} now. The last step: {last_step}. Read it again, then decide."
    carries = WHAT_HAPPENED_SINCE


class NotYourReaudit(DomainError):
    """Another officer has taken the re-audit."""

    code = "reaudit_not_yours"
    title = "Another officer has this re-audit"
    detail = "It was taken by {taken_by[name]}. Only that officer can do this."


def status_drawn(percent: int, lot: int) -> ReauditStatus:
    """Return what a decision comes to that drew this lot, from 0 to 99, where `percent` of a hundred are drawn."""
    return ReauditStatus.DRAWN if lot < percent else ReauditStatus.NOT_DRAWN


def next_reaudit_status(status: ReauditStatus, act: ReauditAct, *, last_step: str) -> ReauditStatus:
    """Return where an act leads from `status`; `last_step` tells whoever is refused what happened last.

    Raises:
        ReauditTransitionNotAllowed: the table above has no such step.
    """
    source, target = REAUDIT_TRANSITIONS[act]
    if status is not source:
        raise ReauditTransitionNotAllowed(
            act=act.label.lower(), reaudit_status=status.label.lower(), last_step=last_step
        )
    return target
