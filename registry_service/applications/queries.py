"""Who sees which application, and what is missing in one."""

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.queries import regulator_of, sees_every_council
from applications.models import ApplicationQuerySet, ProfessionalApplication
from applications.rules import (
    BUILDS_ON,
    AlreadyHeld,
    LicenseRequired,
)
from common.errors import NotFound
from licenses.queries import LicenseFacts, licenses_of
from practitioners.queries import practitioner_of_account
from reference.rules import ApplicationKind

if TYPE_CHECKING:
    from accounts.models import User
    from reference.models import RegisterPart

_SHOWN = ("register_part__regulator", "register_part__profession", "state", "lga", "specialty", "decision_reason")


def applications_of(user: "User") -> ApplicationQuerySet:
    """Return what this person has asked for."""
    return ProfessionalApplication.objects.of_applicant(user.pk).select_related(*_SHOWN, "license")


def applications_for(user: "User") -> ApplicationQuerySet:
    """Return what has been submitted to this officer's council, or to any for a national administrator.

    Nobody sees their own application there.
    """
    regulator = regulator_of(user)
    if regulator is None and not sees_every_council(user):
        return ProfessionalApplication.objects.none()
    submitted = ProfessionalApplication.objects.of_council(regulator).exclude(applicant_id=user.pk)
    return submitted.select_related(*_SHOWN, "license", "officer", "proposed_by")


def application_of(user: "User", uid: UUID) -> ProfessionalApplication:
    """Return one application of this person.

    Raises:
        NotFound: they have none with this id.
    """
    return _one(applications_of(user), uid)


def application_for(user: "User", uid: UUID) -> ProfessionalApplication:
    """Return one application that this officer may see.

    Raises:
        NotFound: there is none that they may see.
    """
    return _one(applications_for(user), uid)


def licenses_needed(user: "User", kind: str, part: "RegisterPart", today: date) -> list[LicenseFacts]:
    """Return the licenses of this person on which an application builds; none for a first registration.

    Raises:
        AlreadyHeld: a license is asked for that the person has.
        LicenseRequired: there is none to build on.
    """
    practitioner_id = practitioner_of_account(user.pk)
    held = licenses_of(practitioner_id) if practitioner_id else []
    if kind in (ApplicationKind.FIRST_REGISTRATION, ApplicationKind.UPGRADE):
        same = next((license for license in held if license.register_part == part.code), None)
        if same is not None:
            raise AlreadyHeld(license_number=same.number)
    if kind == ApplicationKind.FIRST_REGISTRATION:
        return []
    category, needed = BUILDS_ON[kind]
    fitting = [
        license
        for license in held
        if license.stands_on(today)
        and license.regulator == part.regulator.code
        and (category is None or (license.category == category and license.profession == part.profession.code))
    ]
    if not fitting:
        raise LicenseRequired(needed=needed)
    return fitting


def _one(applications: ApplicationQuerySet, uid: UUID) -> ProfessionalApplication:
    found = applications.filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found
