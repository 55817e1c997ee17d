"""What is noticed about an application that an officer must look at, and what may be said of it."""

from django.db.models import TextChoices


class FlagKind(TextChoices):
    DUPLICATE = "duplicate", "Somebody is likely the same person"
    SHARED_FILE = "shared_file", "Another person's application has the same file, or one that looks like it"
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
    FlagKind.IDENTITY_DIFFERS: _IN_ORDER,
    FlagKind.RAISED: _IN_ORDER,
}
