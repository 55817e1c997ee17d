"""Licenses by the thousand, by COPY, inside the caller's transaction; and reads of the whole register.

Rows written here pass the tables' constraints and nothing else: who calls answers for it that
periods, transitions and the law agree (licenses.rules).
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache, partial
from typing import NamedTuple

from django.db import connection

from changes.bulk import copy_recorded
from common.copying import reserve_ids
from licenses.models import (
    Condition,
    LicenseSpecialty,
    LicenseTransition,
    PHBProfessionalRegistry,
    PractisingCertificate,
    Removal,
    RenewalGrace,
    Suspension,
)


class LicenseRow(NamedTuple):
    """One license; `id` comes from `reserve_license_ids`."""

    id: int
    number: str
    practitioner_id: int
    register_part_id: int
    regulator_number: str
    regulator_number_key: str
    registered_on: date


class CertificateRow(NamedTuple):
    license_id: int
    valid: str
    number: str


class GraceRow(NamedTuple):
    license_id: int
    valid: str


class ReasonedRow(NamedTuple):
    """A suspension or a removal."""

    license_id: int
    valid: str
    reason_id: int


class ConditionRow(NamedTuple):
    license_id: int
    valid: str
    reason_id: int
    text: str


class SpecialtyRow(NamedTuple):
    license_id: int
    valid: str
    specialty_id: int


class TransitionRow(NamedTuple):
    license_id: int
    transition: str
    from_status: str
    to_status: str
    reason_id: int | None
    note: str
    effective_on: date


@lru_cache(maxsize=10_000)
def days(start: date, end: date | None) -> str:
    """Return the value of a `valid` column: from `start` up to, but not including, `end`; None is without end."""
    return f"[{start},{end or ''})"


def reserve_license_ids(count: int) -> list[int]:
    """Take ids for so many licenses."""
    return reserve_ids(PHBProfessionalRegistry, count)


def numbers_taken(numbers: Sequence[str]) -> set[str]:
    """Return which of these numbers of ours a license has already."""
    return _found(
        "SELECT number FROM phb_professional_registry WHERE number = ANY(string_to_array(%s, E'\\n'))", numbers
    )


def council_keys_taken(keys: Sequence[str]) -> set[str]:
    """Return which of these councils' numbers, as they are compared, stand in some part of the register."""
    return _found(
        "SELECT regulator_number_key FROM phb_professional_registry "
        "WHERE regulator_number_key = ANY(string_to_array(%s, E'\\n')) AND regulator_number_key <> ''",
        keys,
    )


def random_numbers(count: int) -> list[str]:
    """Return the numbers of that many licenses, or of all when there are fewer, at random; it reads the register."""
    return list(PHBProfessionalRegistry.objects.order_by("?").values_list("number", flat=True)[:count])


def copy_licenses(
    licenses: Iterable[LicenseRow], transitions: Iterable[TransitionRow] = (), *, position: int, change_id: int
) -> int:
    """Write licenses at a position, and what has happened to them; returns how many licenses.

    Foreign keys are checked at commit, so periods may be written first: then the position
    (`RegisterChange.take_position`), which everyone else waits for, is held for the shortest time.

    Raises:
        IntegrityError: a number is taken, or the person is in that part of the register.
    """
    at = (position,)
    fields = (*LicenseRow._fields, "position")
    written = copy_recorded(PHBProfessionalRegistry, fields, (row + at for row in licenses), change_id=change_id)
    copy_recorded(LicenseTransition, TransitionRow._fields, transitions, change_id=change_id)
    return written


def copy_periods(
    *,
    change_id: int,
    since: datetime | None = None,
    certificates: Iterable[CertificateRow] = (),
    graces: Iterable[GraceRow] = (),
    suspensions: Iterable[ReasonedRow] = (),
    removals: Iterable[ReasonedRow] = (),
    conditions: Iterable[ConditionRow] = (),
    specialties: Iterable[SpecialtyRow] = (),
) -> None:
    """Write what holds for licenses over whole days, as the change with this id records it (changes.bulk).

    Raises:
        IntegrityError: two periods of one kind overlap for one license.
    """
    copy = partial(copy_recorded, change_id=change_id, since=since)
    copy(PractisingCertificate, CertificateRow._fields, certificates)
    copy(RenewalGrace, GraceRow._fields, graces)
    copy(Suspension, ReasonedRow._fields, suspensions)
    copy(Removal, ReasonedRow._fields, removals)
    copy(Condition, ConditionRow._fields, conditions)
    copy(LicenseSpecialty, SpecialtyRow._fields, specialties)


def _found(statement: str, values: Sequence[str]) -> set[str]:
    # One parameter, where the ORM would write one for each of tens of thousands; no number holds a line feed.
    with connection.cursor() as cursor:
        cursor.execute(statement, ["\n".join(values)])
        return {row[0] for row in cursor}
