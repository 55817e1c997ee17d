"""People by the thousand, by COPY, inside the caller's transaction."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from changes.bulk import copy_recorded
from common.copying import copy_rows, reserve_ids
from practitioners.models import Practitioner, PractitionerDeath, PractitionerIdentifier, PractitionerName


class PersonRow(NamedTuple):
    """One person; `id` comes from `reserve_people_ids`."""

    id: int
    uid: UUID
    birth_date: date | None
    gender: str
    state_id: int | None
    lga_id: int | None
    created_at: datetime


class NameRow(NamedTuple):
    """A name of that person: one in use, and any number used before."""

    practitioner_id: int
    use: str
    title: str
    surname: str
    given_names: str
    used_until: date | None = None
    change_reason: str = ""


class DeathRow(NamedTuple):
    """The day on which that person died."""

    practitioner_id: int
    died_on: date


class IdentifierRow(NamedTuple):
    """A number under which another system knows that person."""

    practitioner_id: int
    system: str
    value: str


def reserve_people_ids(count: int) -> list[int]:
    """Take ids for so many people."""
    return reserve_ids(Practitioner, count)


def random_people(count: int) -> list[int]:
    """Return the ids of that many people, or of all when there are fewer, at random; it reads the register."""
    people = Practitioner.objects.filter(merged_into=None).order_by("?")
    return list(people.values_list("id", flat=True)[:count])


def copy_people(
    people: Iterable[PersonRow],
    names: Iterable[NameRow],
    identifiers: Iterable[IdentifierRow] = (),
    deaths: Iterable[DeathRow] = (),
    *,
    change_id: int,
) -> None:
    """Write people with their names, identifiers and deaths, as the change with this id records them.

    Raises:
        IntegrityError: somebody has two names in use or died before birth, or another person holds an identifier.
    """
    copy_rows(Practitioner, PersonRow._fields, people)
    copy_rows(PractitionerIdentifier, IdentifierRow._fields, identifiers)
    copy_recorded(PractitionerName, NameRow._fields, names, change_id=change_id)
    copy_recorded(PractitionerDeath, DeathRow._fields, deaths, change_id=change_id)
