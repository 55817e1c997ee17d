"""What an applicant says: which answers there are, which of them each kind of application needs, and what cannot be."""

from dataclasses import dataclass
from datetime import date

from reference.rules import ApplicationKind, Category

# Every answer, in the order in which they are shown; it has the same name in a draft, in what is missing, and in a
# question.
ANSWERS = (
    "surname",
    "given_names",
    "title",
    "name_change_reason",
    "birth_date",
    "gender",
    "state",
    "lga",
    "telephone",
    "school",
    "qualification",
    "qualified_on",
    "trained_abroad",
    "regulator_number",
    "internship_hospital",
    "internship_ended_on",
    "specialty",
)


@dataclass(frozen=True)
class Missing:
    """Something that must be given before an application can be submitted; `pointer` is a JSON pointer to it."""

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
    ApplicationKind.ENTRY_CLAIM: ("surname", "given_names", "birth_date", "telephone", "regulator_number"),
}
# Years: nobody has finished a professional training before the one, or asks for anything after the other.
YOUNGEST, OLDEST = 16, 110

# The license on which a kind of application builds: its categories in the same profession, or any license of the same
# council; and how to say so.
BUILDS_ON: dict[str, tuple[tuple[Category, ...] | None, str]] = {
    ApplicationKind.UPGRADE: (
        (Category.PROVISIONAL,),
        "An upgrade starts from a provisional license of the same profession.",
    ),
    ApplicationKind.ADDITIONAL_QUALIFICATION: (
        (Category.FULL, Category.SPECIALIST),
        "An additional qualification is entered for somebody who is registered in full in the same profession.",
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
    if isinstance(birth, date):
        age = today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
        if age < YOUNGEST:
            found.append(Missing("/birth_date", "too_young", f"Nobody is registered before the age of {YOUNGEST}."))
        if age > OLDEST:
            found.append(Missing("/birth_date", "too_old", f"This is more than {OLDEST} years ago. Check the year."))
    for field in ("qualified_on", "internship_ended_on"):
        day = given.get(field)
        if isinstance(day, date) and day > today:
            found.append(Missing(f"/{field}", "in_future", "This day has not come yet."))
    if isinstance(birth, date) and isinstance(qualified, date) and qualified <= birth:
        found.append(Missing("/qualified_on", "before_birth", "This is before the birth date."))
    return found
