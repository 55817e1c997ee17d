"""What is noticed about an application that an officer must look at, and what may be said of it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import TextChoices


class FlagKind(TextChoices):
    DUPLICATE = "duplicate", "Somebody is likely the same person"
    SHARED_FILE = "shared_file", "Another person's application has the same file, or one that looks like it"
    REGISTER_DIFFERS = "register_differs", "The applicant's own entry in the register differs"
    STANDING = "standing", "A license of theirs is or was suspended, removed or under a condition"
    IDENTITY_DIFFERS = "identity_differs", "What was proven of the applicant's identity differs"
    RAISED = "raised", "An officer noticed something"


class Verdict(TextChoices):
    """What an officer says of a flag. What is not in order is no verdict, but a rejection."""

    SAME_PERSON = "same_person", "It is the same person"
    ANOTHER_PERSON = "another_person", "It is another person"
    NO_CONCERN = "no_concern", "It is in order"


_IN_ORDER = frozenset({Verdict.NO_CONCERN})
VERDICTS_ON: dict[FlagKind, frozenset[Verdict]] = {
    FlagKind.DUPLICATE: frozenset({Verdict.SAME_PERSON, Verdict.ANOTHER_PERSON}),
    FlagKind.SHARED_FILE: _IN_ORDER,
    FlagKind.REGISTER_DIFFERS: _IN_ORDER,
    FlagKind.STANDING: _IN_ORDER,
    FlagKind.IDENTITY_DIFFERS: _IN_ORDER,
    FlagKind.RAISED: _IN_ORDER,
}


def tells_more(reasons: Iterable[dict[str, Any]], told: Iterable[dict[str, Any]]) -> bool:
    """Return whether these reasons of a flag say something beside what was told; a weight is nothing that they say."""
    return not {_said(reason) for reason in reasons} <= {_said(reason) for reason in told}


def _said(reason: dict[str, Any]) -> tuple[str, str, tuple[str, ...]]:
    return reason["fact"], reason["how"], tuple(reason["words"] or ())


UPGRADED = "upgraded"
"""Why a provisional entry is removed when its holder is registered in full; it says nothing against anybody."""
