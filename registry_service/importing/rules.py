"""The words of an import: what a list may change, why a row is left out, what is only noted (MAPPING.md)."""

import re
import unicodedata

from django.db.models import TextChoices


class Subject(TextChoices):
    """What a list can be the authority for."""

    NAMES = "names", "Names, birth date, sex"
    REGISTRATION = "registration", "People, licenses and their numbers"
    STANDING = "standing", "Registered, suspended, removed"
    CERTIFICATE = "certificate", "Practising certificates"
    SPECIALTIES = "specialties", "Specialties"
    CONTACT = "contact", "State, e-mail, telephone"


class Reason(TextChoices):
    """Why a row is rejected, in the order in which the reasons are looked for."""

    WRONG_COLUMN_COUNT = "wrong_column_count", "Another number of cells than the heading"
    DUPLICATE_ROW = "duplicate_row", "The same as an earlier row"
    NOT_A_PERSON = "not_a_person", "Not a person"
    UNREADABLE_TEXT = "unreadable_text", "Text that cannot be read"
    MISSING_NUMBER = "missing_number", "No number"
    MISSING_NAME = "missing_name", "No name"
    UNKNOWN_REGISTER = "unknown_register", "A register that the mapping does not name"
    UNKNOWN_STATUS = "unknown_status", "A status that the mapping does not name"
    INVALID_DATE = "invalid_date", "A date that cannot be"
    DATE_IN_FUTURE = "date_in_future", "A date after the day of the list"
    REGISTERED_BEFORE_BIRTH = "registered_before_birth", "Registered before birth"
    NUMBER_HELD_BY_ANOTHER_PERSON = "number_held_by_another_person", "The number is another person's"
    PERSON_HAS_ANOTHER_NUMBER = "person_has_another_number", "The person has another number there"
    UNKNOWN_PERSON = "unknown_person", "A person whom this source may not add"
    REFUSED_BY_REGISTER = "refused_by_register", "What the register cannot hold"


# Rows that are left out and are about nobody who could be missing from the register.
NOBODY_IS_MISSING = frozenset({Reason.DUPLICATE_ROW, Reason.NOT_A_PERSON})


class Note(TextChoices):
    """What somebody should look at in a row that was taken."""

    UNUSUAL_NUMBER = "unusual_number", "The number does not look like the others of its register"
    UNKNOWN_SPECIALTY = "unknown_specialty", "The specialty is not known and was left out"
    UNKNOWN_STATE = "unknown_state", "The state is not known and was left out"
    SUSPENDED_PAST_ITS_END = "suspended_past_its_end", "Still called suspended after the suspension's last day"


class RowRejected(Exception):
    """A row is left out; the sentence says what is wrong with it."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        self.reason = reason
        super().__init__(sentence)


_SPACES = re.compile(r"[ \t\r\n\u00a0\u2000-\u200a\u202f\u3000]+")


def clean(text: str) -> str:
    """Return text in Unicode NFC, without spaces at its ends and repeated ones."""
    if text.isascii():
        return " ".join(text.split())
    return unicodedata.normalize("NFC", _SPACES.sub(" ", text).strip(" "))


def word_key(text: str) -> str:
    """Return a council's word as it is compared: without regard to case, dots and repeated spaces."""
    return " ".join(text.replace(".", "").casefold().split())
