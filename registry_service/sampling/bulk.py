"""From people to rows, and from rows to tables: one transaction a batch."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection

from audit.rules import Actor, Subject, SubjectKind
from changes.services import register_batch
from common.ids import new_id
from licenses import bulk as license_bulk
from licenses.bulk import (
    CertificateRow,
    ConditionRow,
    GraceRow,
    LicenseRow,
    ReasonedRow,
    SpecialtyRow,
    TransitionRow,
    days,
)
from licenses.numbers import make_number
from practitioners.bulk import DeathRow, IdentifierRow, NameRow, PersonRow, copy_people, reserve_people_ids
from practitioners.rules import NameUse
from sampling.believable import Person, World, people
from sampling.careers import License, steps_of
from sampling.models import GenerationRun
from sampling.queries import Ids

ACTOR = "generate_register"

_PIN_SYSTEM = "nmcn-pin"
# A batch is written again from the seed if the machine falls, so no commit waits for the disk; names gather
# in the trigram index's waiting list, and are sorted into it some tens of thousands at a time.
_SESSION = """
    SET LOCAL synchronous_commit = off;
    SET LOCAL work_mem = '128MB';
    SET LOCAL gin_pending_list_limit = '{pending}';
"""


class OvertakenRun(Exception):
    """Another process has moved the run on meanwhile."""


@dataclass
class Batch:
    """The rows of some people; licenses and transitions lack only the position."""

    people: list[PersonRow] = field(default_factory=list)
    names: list[NameRow] = field(default_factory=list)
    identifiers: list[IdentifierRow] = field(default_factory=list)
    deaths: list[DeathRow] = field(default_factory=list)
    licenses: list[LicenseRow] = field(default_factory=list)
    certificates: list[CertificateRow] = field(default_factory=list)
    graces: list[GraceRow] = field(default_factory=list)
    suspensions: list[ReasonedRow] = field(default_factory=list)
    removals: list[ReasonedRow] = field(default_factory=list)
    conditions: list[ConditionRow] = field(default_factory=list)
    specialties: list[SpecialtyRow] = field(default_factory=list)
    transitions: list[TransitionRow] = field(default_factory=list)


def make_batch(world: World, ids: Ids, start: int, stop: int, now: datetime) -> Batch:
    """Draw the people with these places in the row, and make their rows; nothing is written yet."""
    drawn = list(people(world, start, stop))
    _free_numbers(drawn, world)
    batch = Batch()
    license_ids = iter(license_bulk.reserve_license_ids(sum(len(person.licenses) for person in drawn)))
    for person_id, person in zip(reserve_people_ids(len(drawn)), drawn, strict=True):
        _add_person(batch, person_id, person, ids, now)
        for license in person.licenses:
            _add_license(batch, next(license_ids), person_id, license, died_on=person.died_on, ids=ids)
    return batch


def write_batch(batch: Batch, *, done: int, now: datetime, last: bool) -> int:
    """Write people who stand in the row after `done` others, all or none; returns how many licenses they have.

    Raises:
        OvertakenRun: the run has come further than `done`.
    """
    with register_batch(actor=Actor(ACTOR), reason=f"People {done} to {done + len(batch.people)}.", now=now) as change:
        with connection.cursor() as cursor:
            cursor.execute(_SESSION.format(pending="64kB" if last else "32MB"))
        # The row is locked from here on: whoever runs beside this one waits, and then gives up.
        if not GenerationRun.objects.filter(people_done=done).update(people_done=done + len(batch.people)):
            raise OvertakenRun("Another generate_register is filling this register; start again when it is done.")
        copy_people(batch.people, batch.names, batch.identifiers, batch.deaths, change_id=change.id)
        license_bulk.copy_periods(
            change_id=change.id,
            certificates=batch.certificates,
            graces=batch.graces,
            suspensions=batch.suspensions,
            removals=batch.removals,
            conditions=batch.conditions,
            specialties=batch.specialties,
        )
        # Last, since everyone else who changes the register waits from the position to the end.
        written = license_bulk.copy_licenses(
            batch.licenses, batch.transitions, position=change.take_position(), change_id=change.id
        )
        run = Subject(SubjectKind.REGISTER, "generationrun:1")
        change.sum_up(run, ACTOR, ["people_added", "licenses_added"], licenses_added=written)
        return written


def _free_numbers(drawn: list[Person], world: World) -> None:
    """Give way to licenses that were entered in another way and have one of these numbers."""
    licenses = [license for person in drawn for license in person.licenses]
    taken = license_bulk.numbers_taken([license.number for license in licenses])
    taken_by_council = license_bulk.council_keys_taken([license.council_key for license in licenses])
    for license in licenses:
        if license.number in taken:
            license.number = make_number(world.prefixes[license.part])
        if license.council_key in taken_by_council:
            license.council_number = license.council_key = ""


def _add_person(batch: Batch, person_id: int, person: Person, ids: Ids, now: datetime) -> None:
    batch.people.append(
        PersonRow(
            person_id,
            new_id(),
            person.birth_date,
            person.gender.value,
            ids.states[person.state],
            ids.lgas[person.lga],
            now,
        )
    )
    batch.names.append(NameRow(person_id, NameUse.OFFICIAL.value, person.title, person.surname, person.given_names))
    if person.maiden_name:
        batch.names.append(
            NameRow(
                person_id,
                NameUse.OLD.value,
                "",
                person.maiden_name,
                person.given_names,
                person.married_on,
                "marriage",
            )
        )
    if person.died_on:
        batch.deaths.append(DeathRow(person_id, person.died_on))
    if person.pin:
        batch.identifiers.append(IdentifierRow(person_id, _PIN_SYSTEM, person.pin))


def _add_license(batch: Batch, id: int, person_id: int, license: License, *, died_on: date | None, ids: Ids) -> None:
    batch.licenses.append(
        LicenseRow(
            id,
            license.number,
            person_id,
            ids.parts[license.part],
            license.council_number,
            license.council_key,
            license.registered_on,
        )
    )
    for start, end in license.certificates:
        number = f"{license.council_number}/{start.year}" if license.council_number else ""
        batch.certificates.append(CertificateRow(id, days(start, end), number))
    if license.specialty:
        period = days(license.registered_on, None)
        batch.specialties.append(SpecialtyRow(id, period, ids.specialties[license.specialty]))
    if license.grace:
        batch.graces.append(GraceRow(id, days(*license.grace)))
    for rows, periods in ((batch.suspensions, license.suspensions), (batch.removals, license.removals)):
        rows.extend(ReasonedRow(id, days(start, end), ids.reasons[reason]) for start, end, reason in periods)
    batch.conditions += [
        ConditionRow(id, days(start, end), ids.reasons[reason], "") for start, end, reason in license.conditions
    ]
    if died_on or license.suspensions or license.removals:
        for step in steps_of(license, died_on):
            batch.transitions.append(
                TransitionRow(
                    id,
                    step.transition.value,
                    step.from_status.value,
                    step.to_status.value,
                    ids.reasons[step.reason] if step.reason else None,
                    "",
                    step.effective_on,
                )
            )
