"""Licenses for tests, also those of other modules. All are made by the services, on one day: 23 November 2026."""

from datetime import date

from changes.tests.factories import TODAY, act, change
from licenses import services
from licenses.models import PHBProfessionalRegistry
from licenses.rules import Transition
from practitioners.models import Practitioner
from practitioners.tests.factories import make_person

TOMORROW = date(2026, 11, 24)
REGISTERED_ON = date(2015, 6, 1)
THIS_YEAR = (date(2026, 1, 1), date(2027, 1, 1))
DOCTORS = "mdcn-medical-full"
# What others are told of each step.
EVENTS = {
    Transition.SUSPEND: "ng.phb.registry.license.suspended.v1",
    Transition.REINSTATE: "ng.phb.registry.license.reinstated.v1",
    Transition.REMOVE: "ng.phb.registry.license.revoked.v1",
    Transition.RESTORE: "ng.phb.registry.license.restored.v1",
}


def make_license(
    *,
    person: Practitioner | None = None,
    register_part: str = DOCTORS,
    registered_on: date = REGISTERED_ON,
    certificate: tuple[date, date] | None = THIS_YEAR,
    regulator_number: str = "",
) -> PHBProfessionalRegistry:
    """A license; with the certificate of this year, unless told otherwise."""
    with change() as opened:
        license = services.register_license(
            opened,
            practitioner_id=(person or make_person()).pk,
            register_part=register_part,
            registered_on=registered_on,
            regulator_number=regulator_number,
        )
        if certificate is not None:
            start, end = certificate
            services.issue_certificate(
                opened, license_id=license.pk, valid_from=start, valid_until=end, number="PC/26/1"
            )
    license.refresh_from_db()
    return license


def suspend(license: PHBProfessionalRegistry, from_day: date = TODAY, until: date | None = None) -> None:
    act(
        services.suspend_license,
        license_id=license.pk,
        reason="interim_order",
        note="Pending inquiry",
        from_day=from_day,
        until=until,
    )


def reinstate(license: PHBProfessionalRegistry, from_day: date = TODAY) -> None:
    act(services.reinstate_license, license_id=license.pk, note="Inquiry closed", from_day=from_day)


def remove(license: PHBProfessionalRegistry, from_day: date = TODAY, reason: str = "non_payment") -> None:
    act(services.remove_license, license_id=license.pk, reason=reason, note="", from_day=from_day)


def restore(license: PHBProfessionalRegistry, from_day: date = TODAY) -> None:
    act(services.restore_license, license_id=license.pk, note="Paid", from_day=from_day)
