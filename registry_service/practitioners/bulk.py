"""People by the thousand, by COPY, inside the caller's transaction."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from common.copying import copy_rows, reserve_ids
from practitioners.models import Practitioner, PractitionerIdentifier, PractitionerName


class PersonRow(NamedTuple):
    """One person; `id` comes from `reserve_people_ids`."""

    id: int
    uid: UUID
    birth_date: date | None
    gender: str
    died_on: date | None
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


class IdentifierRow(NamedTuple):
    """A number under which another system knows that person."""

    practitioner_id: int
    system: str
    value: str


def reserve_people_ids(count: int) -> list[int]:
    """Take ids for so many people."""
    return reserve_ids(Practitioner, count)


def copy_people(
    people: Iterable[PersonRow], names: Iterable[NameRow], identifiers: Iterable[IdentifierRow] = ()
) -> None:
    """Write people with their names and identifiers.

    Raises:
        IntegrityError: somebody has two names in use, or another person holds an identifier.
    """
    copy_rows(Practitioner, PersonRow._fields, people)
    copy_rows(PractitionerName, NameRow._fields, names)
    copy_rows(PractitionerIdentifier, IdentifierRow._fields, identifiers)
