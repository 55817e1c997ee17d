"""Every act of `licenses.services`, prepared so that it can be done, and what it then leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from changes.tests.factories import TODAY, act
from licenses import services
from licenses.models import Condition, PHBProfessionalRegistry
from licenses.tests.factories import DOCTORS, REGISTERED_ON, TOMORROW, make_license, remove, suspend
from practitioners.models import Practitioner
from practitioners.tests.factories import make_person
from reference.models import Specialty

NURSES, MIDWIVES = "nmcn-general-nurse", "nmcn-midwife"
NEXT_YEAR = {"valid_from": date(2027, 1, 1), "valid_until": date(2028, 1, 1)}
WHY = "A test."
NAME = {"surname": "Bello", "given_names": "Adaeze", "reason": "marriage", "on": TODAY}

Row = tuple[str, str, list[str], str]


@dataclass
class Case:
    """One act: what it is told, and what it then leaves."""

    arguments: dict[str, Any]
    events: list[tuple[str, dict[str, str]]]
    records: list[Row]


def says(license: PHBProfessionalRegistry, from_day: date = TODAY, **more: str) -> dict[str, str]:
    """The data of an event."""
    return {"license_number": license.number, "from_day": from_day.isoformat(), **more}


def of(license: PHBProfessionalRegistry, act: str, *fields: str) -> Row:
    """A record of a license."""
    return ("license", license.number, sorted(fields), f"{act}; {WHY}")


def of_person(person: Practitioner, act: str, *fields: str) -> Row:
    """A record of a person."""
    return ("practitioner", str(person.uid), sorted(fields), f"{act}; {WHY}")


def register_license() -> Case:
    arguments = {"practitioner_id": make_person().pk, "register_part": DOCTORS, "registered_on": REGISTERED_ON}
    return Case(arguments, [], [])  # its number is drawn: see below


def issue_certificate() -> Case:
    license = make_license()
    return Case(
        {"license_id": license.pk, **NEXT_YEAR},
        [("renewed", says(license, NEXT_YEAR["valid_from"]))],
        [of(license, "issue_certificate", "certificates")],
    )


def grant_renewal_grace() -> Case:
    license = make_license()
    return Case(
        {"license_id": license.pk, **NEXT_YEAR},
        [("grace_granted", says(license, NEXT_YEAR["valid_from"]))],
        [of(license, "grant_renewal_grace", "graces")],
    )


def recognise_specialty() -> Case:
    license = make_license()
    return Case(
        {"license_id": license.pk, "specialty_id": specialty().pk, "from_day": TODAY},
        [("specialty_recognised", says(license))],
        [of(license, "recognise_specialty", "specialties")],
    )


def impose_condition() -> Case:
    license = make_license()
    days = {"valid_from": TOMORROW, "valid_until": None}
    return Case(
        {"license_id": license.pk, "condition": "chaperone_required", "text": "A chaperone at every visit", **days},
        [("conditions_changed", says(license, TOMORROW))],
        [of(license, "impose_condition: chaperone_required", "conditions")],
    )


def lift_condition() -> Case:
    license = make_license()
    condition: Condition = act(
        services.impose_condition,
        license_id=license.pk,
        condition="chaperone_required",
        text="",
        valid_from=REGISTERED_ON,
        valid_until=None,
    )
    return Case(
        {"condition_id": condition.pk, "from_day": TODAY},
        [("conditions_changed", says(license))],
        [of(license, "lift_condition", "conditions")],
    )


def suspend_license() -> Case:
    license = make_license()
    arguments = {"reason": "interim_order", "note": "An inquiry", "from_day": TOMORROW, "until": None}
    return Case(
        {"license_id": license.pk, **arguments},
        [("suspended", says(license, TOMORROW, status="suspended"))],
        [of(license, "suspend_license: interim_order", "suspensions")],
    )


def reinstate_license() -> Case:
    license = make_license()
    suspend(license)
    return Case(
        {"license_id": license.pk, "note": "It was nothing", "from_day": TODAY},
        [("reinstated", says(license, status="registered"))],
        [of(license, "reinstate_license", "suspensions")],
    )


def remove_license() -> Case:
    license = make_license()
    return Case(
        {"license_id": license.pk, "reason": "own_request", "note": "A letter", "from_day": TODAY},
        [("revoked", says(license, status="removed"))],
        [of(license, "remove_license: own_request", "removals")],
    )


def restore_license() -> Case:
    license = make_license()
    suspend(license)
    remove(license)
    return Case(
        {"license_id": license.pk, "note": "A judgment", "from_day": TODAY},
        [("restored", says(license, status="registered"))],
        [of(license, "restore_license", "removals", "suspensions")],
    )


def rename_holder() -> Case:
    person = make_person()
    doctor, nurse = (make_license(person=person, register_part=part) for part in (DOCTORS, NURSES))
    make_license()
    return Case(
        {"practitioner_id": person.pk, **NAME},
        [("holder_renamed", says(doctor)), ("holder_renamed", says(nurse))],
        [
            of_person(person, "change_name: marriage", "names"),
            of(doctor, "rename_holder: marriage", "holder"),
            of(nurse, "rename_holder: marriage", "holder"),
        ],
    )


def record_death() -> Case:
    person = make_person()
    doctor, nurse = (make_license(person=person, register_part=part) for part in (DOCTORS, NURSES))
    remove(nurse)
    return Case(
        {"practitioner_id": person.pk, "died_on": TODAY},
        [("holder_deceased", says(license, status="removed")) for license in (doctor, nurse)],
        [
            of(doctor, "record_death", "holder"),
            of(nurse, "record_death", "holder"),
            of_person(person, "record_death", "death"),
        ],
    )


def two_entries() -> tuple[Practitioner, Practitioner, list[PHBProfessionalRegistry]]:
    """An entry that goes, as doctor and midwife, and one that stays, as doctor without a certificate, and nurse."""
    goes, stays = make_person(), make_person()
    licenses = [
        make_license(person=goes),
        make_license(person=goes, register_part=MIDWIVES),
        make_license(person=stays, certificate=None),
    ]
    make_license(person=stays, register_part=NURSES)
    act(services.recognise_specialty, license_id=licenses[0].pk, specialty_id=specialty().pk, from_day=TODAY)
    return goes, stays, licenses


def merge_people() -> Case:
    goes, stays, (old, midwife, new) = two_entries()
    return Case(
        {"merged_id": goes.pk, "kept_id": stays.pk},
        [
            ("replaced", says(old, replaced_by=new.number)),
            ("merged", says(new)),
            ("merged", says(midwife)),
        ],
        [
            of_person(goes, "merge_person", "merge"),
            of_person(stays, "merge_person", "merge"),
            of(old, "merge_people", "merge"),
            of(new, "merge_people", "merge", "certificates", "specialties"),
            of(midwife, "merge_people", "merge"),
        ],
    )


def undo_merge_of_people() -> Case:
    goes, stays, (old, midwife, new) = two_entries()
    act(services.merge_people, merged_id=goes.pk, kept_id=stays.pk)
    return Case(
        {"merged_id": goes.pk},
        [("merge_undone", says(license)) for license in (old, new, midwife)],
        [
            of_person(goes, "undo_merge_of_person", "merge"),
            of_person(stays, "undo_merge_of_person", "merge"),
            of(old, "undo_merge_of_people", "merge"),
            of(new, "undo_merge_of_people", "merge", "certificates", "specialties"),
            of(midwife, "undo_merge_of_people", "merge"),
        ],
    )


CASES: dict[str, Callable[[], Case]] = {
    case.__name__: case
    for case in (
        register_license,
        issue_certificate,
        grant_renewal_grace,
        recognise_specialty,
        impose_condition,
        lift_condition,
        suspend_license,
        reinstate_license,
        remove_license,
        restore_license,
        rename_holder,
        record_death,
        merge_people,
        undo_merge_of_people,
    )
}


def specialty() -> Specialty:
    return Specialty.objects.filter(regulator__code="mdcn").earliest("id")
