"""The words that reference rows may use, how rules may change, and what a practising term means for the calendar."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import TextChoices


class RegulatorStatus(TextChoices):
    ESTABLISHED = "established", "Established by law"
    NO_LAW_IN_FORCE = "no_law_in_force", "No law in force"


class Category(TextChoices):
    """What kind of entry a register part holds (nigeria-wide words; each council has its own names)."""

    FULL = "full", "Full"
    PROVISIONAL = "provisional", "Provisional"
    TEMPORARY = "temporary", "Temporary or limited"
    SPECIALIST = "specialist", "Specialist or additional qualification"


class TermKind(TextChoices):
    CALENDAR_YEAR = "calendar_year", "Calendar year"
    MONTHS_FROM_ISSUE = "months_from_issue", "Months from issue"


class ReasonKind(TextChoices):
    REMOVAL = "removal", "Why an entry was removed"
    SUSPENSION = "suspension", "Why a license was suspended"
    CONDITION = "condition", "What limits a license"
    APPROVAL = "approval", "Why an application was approved"
    REJECTION = "rejection", "Why an application was rejected"
    QUESTION = "question", "What is asked of an applicant"
    NAME_CHANGE = "name_change", "Why a person changes their name"
    MERGE = "merge", "Why two entries are one person's"
    DOUBT = "doubt", "Why a decision is doubted in a re-audit"


class ApplicationKind(TextChoices):
    """What a professional asks a council for."""

    FIRST_REGISTRATION = "first_registration", "First registration in a part of the register"
    UPGRADE = "upgrade", "From provisional to full registration"
    ADDITIONAL_QUALIFICATION = "additional_qualification", "Additional qualification or specialty"
    NAME_CHANGE = "name_change", "Change of name"
    ENTRY_CLAIM = "entry_claim", "An account for an entry that the register holds already"


# The categories of the register into which a kind of application leads; the other kinds change an entry where it is.
LEADS_TO: dict[str, tuple[Category, ...]] = {
    ApplicationKind.FIRST_REGISTRATION: (Category.FULL, Category.PROVISIONAL, Category.TEMPORARY),
    ApplicationKind.UPGRADE: (Category.FULL,),
    ApplicationKind.ADDITIONAL_QUALIFICATION: (Category.SPECIALIST,),
}


def kinds_for(category: str, *, has_provisional: bool) -> list[ApplicationKind]:
    """Return what can be asked for in a part of this category; upgraded is only who was registered provisionally."""
    kinds = [kind for kind in ApplicationKind if category in LEADS_TO.get(kind, tuple(Category))]
    return [kind for kind in kinds if has_provisional or kind is not ApplicationKind.UPGRADE]


class AppealCourt(TextChoices):
    """Where a decision of a council is appealed against."""

    COURT_OF_APPEAL = "court_of_appeal", "the Court of Appeal"
    FEDERAL_HIGH_COURT = "federal_high_court", "the Federal High Court"


class Currency(TextChoices):
    NAIRA = "NGN", "Naira, counted in kobo: 100 to the naira"


class Necessity(TextChoices):
    """When a document belongs to an application."""

    REQUIRED = "required", "Always"
    FOREIGN_TRAINED = "foreign_trained", "When trained abroad"
    OPTIONAL = "optional", "When there is one"


class Supplier(TextChoices):
    """From whom a document must come; what others send may not come through the applicant."""

    APPLICANT = "applicant", "The applicant"
    SCHOOL = "school", "The school"
    EMPLOYER = "employer", "The employer"
    FOREIGN_BOARD = "foreign_board", "The regulator abroad"


class DocumentForm(TextChoices):
    """What a file must be good for."""

    PHOTOGRAPH = "photograph", "A photograph of the person"
    SCAN = "scan", "A document, scanned or photographed"


# What may still be written in a rule that has begun; all else would change what was answered by it.
AMENDABLE = frozenset({"valid_until", "source"})
FOLLOW_INSTEAD = (
    "Of a rule that has begun only its end and its source can be changed. For anything else, write the day from which"
    " it is to hold into “Valid from” and choose “Save as new”: this rule then ends on that day."
)


def why_not_begin(first_day: date | None, today: date) -> str | None:
    """Return what stands against a rule's beginning on this day; no day means that it held ever since."""
    if first_day is None or first_day < today:
        return "It begins today at the earliest: what was answered before stays as it was."
    return None


def why_not_end(first_day_out: date | None, today: date) -> str | None:
    """Return what stands against a rule's ending on this day; none means that it goes on."""
    if first_day_out is not None and first_day_out < today:
        return "It ends today at the earliest: what was answered before stays as it was."
    return None


def why_not_redate(
    *,
    was: tuple[date | None, date | None],
    given: tuple[date | None, date | None],
    today: date,
) -> dict[str, str]:
    """Return what stands against giving a row other days, for `valid_from` and `valid_until`, each by its name.

    Rows that no other can follow, such as a part of a register, are still pointed at: what held of them on a day that
    is over stays as it was.
    """
    (was_from, was_until), (first_day, first_day_out) = was, given
    refused = {}
    if first_day != was_from:
        if was_from is None or was_from <= today:
            refused["valid_from"] = "It has begun, and its first day stays as it was."
        elif refusal := why_not_begin(first_day, today):
            refused["valid_from"] = refusal
    if first_day_out != was_until:
        if was_until is not None and was_until <= today:
            refused["valid_until"] = "It has ended, and its last day stays as it was."
        elif refusal := why_not_end(first_day_out, today):
            refused["valid_until"] = refusal
    return refused


def why_not_amend(
    *, valid_from: date | None, valid_until: date | None, changed: Collection[str], today: date
) -> str | None:
    """Return what stands against changing these fields of a rule that holds from `valid_from` to `valid_until`."""
    if valid_from is not None and valid_from > today:
        return None
    if valid_until is not None and valid_until <= today and "valid_until" in changed:
        return "This rule has ended, and its last day stays: begin another one."
    return None if set(changed) <= AMENDABLE else FOLLOW_INSTEAD


def term_from(issued_on: date, kind: str, months: int) -> tuple[date, date]:
    """Return the first day of a practising certificate and the first day after it.

    A calendar-year council issues for 1 January to 31 December of the year of issue, whatever the
    day; the others count `months` from the day of issue.
    """
    if kind == TermKind.CALENDAR_YEAR:
        return date(issued_on.year, 1, 1), date(issued_on.year + 1, 1, 1)
    return issued_on, add_months(issued_on, months)


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
