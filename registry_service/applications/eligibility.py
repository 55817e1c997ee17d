"""What a person may ask a council for: in which part of the register, and on which of their licenses it builds."""

from datetime import date
from typing import TYPE_CHECKING

from applications.rules import BUILDS_ON, AlreadyHeld, LicenseRequired, LicenseSuspended
from common.errors import InvalidInput, NotFound
from licenses.queries import LicenseFacts, licenses_of
from practitioners.queries import practitioner_of_account
from reference.queries import register_part_by_code, review_rule
from reference.rules import LEADS_TO, ApplicationKind, Category

if TYPE_CHECKING:
    from accounts.models import User
    from reference.models import RegisterPart, ReviewRule


def part_asked_for(code: str) -> "RegisterPart":
    """Return the part of the register that an application names.

    Raises:
        InvalidInput: there is none with this code.
    """
    try:
        return register_part_by_code(code)
    except NotFound:
        problem = "No register has a part with this code; `register-parts/` lists them."
        raise _refused("/register_part", "unknown", problem) from None


def check_can_be_asked_for(kind: str, part: "RegisterPart", today: date) -> "ReviewRule":
    """Check that an application of this kind for this part can be begun, or submitted, today; returns its rule.

    Raises:
        InvalidInput: it does not lead there, nobody is entered there any more, or the council takes no such thing.
    """
    if kind in LEADS_TO:
        if part.category not in LEADS_TO[kind]:
            asked, there = ApplicationKind(kind).label, Category(part.category).label.lower()
            raise _refused("/register_part", "not_led_to", f"“{asked}” leads to no part of this category: {there}.")
        if not all(row.holds_on(today) for row in (part, part.profession, part.regulator)):
            raise _refused("/register_part", "not_in_force", "Nobody is entered in this part of the register today.")
    try:
        return review_rule(kind, part, today)
    except NotFound:
        raise _refused("/kind", "not_taken", f"{part.regulator.name} takes no such application.") from None


def licenses_needed(user: "User", kind: str, part: "RegisterPart", today: date) -> list[LicenseFacts]:
    """Return the licenses of this person on which an application builds; none for one that builds on none.

    Raises:
        AlreadyHeld: a license is asked for that the person has.
        LicenseRequired: there is none to build on.
        LicenseSuspended: what would be entered beside it would escape its suspension.
    """
    practitioner_id = practitioner_of_account(user.pk)
    held = licenses_of(practitioner_id) if practitioner_id else []
    if kind not in BUILDS_ON or kind == ApplicationKind.UPGRADE:
        same = next((license for license in held if license.register_part == part.code), None)
        if same is not None:
            raise AlreadyHeld(license_number=same.number)
    if kind not in BUILDS_ON:
        return []
    categories, needed = BUILDS_ON[kind]
    fitting = [
        license
        for license in held
        if license.stands_on(today)
        and license.regulator == part.regulator.code
        and (categories is None or (license.category in categories and license.profession == part.profession.code))
    ]
    if not fitting:
        raise LicenseRequired(needed=needed)
    if kind in LEADS_TO:
        _check_none_is_suspended(fitting, today)
    return fitting


def _check_none_is_suspended(licenses: list[LicenseFacts], today: date) -> None:
    """Check that none is suspended on a day or later on, as far as the register knows."""
    for license in licenses:
        if any(period.end is None or period.end > today for period in license.standing.suspensions):
            raise LicenseSuspended(license_number=license.number)


def _refused(pointer: str, code: str, sentence: str) -> InvalidInput:
    return InvalidInput(errors=[{"pointer": pointer, "code": code, "detail": sentence}])
