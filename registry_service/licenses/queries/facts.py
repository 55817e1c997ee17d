"""Reads of the register that more than one caller needs."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from licenses.models import PHBProfessionalRegistry
from licenses.numbers import CouncilNumber, LicenseNumberInvalid, PHBNumber, read_number
from licenses.rules import (
    Obstacle,
    Period,
    Standing,
    Status,
    certificate_for,
    in_force,
    obstacles_on,
    status_on,
    supervised_since,
)
from reference.queries import number_prefixes

STATUSES = [status.value for status in Status]

# The periods of one license that are current, as JSON, the earliest first.
_PERIODS = """
    (SELECT jsonb_agg(jsonb_build_object(
                'start', lower(t.valid), 'end', upper(t.valid){columns}) ORDER BY lower(t.valid))
     FROM {table} t {joins} WHERE t.license_id = now.id AND upper(t.recorded) IS NULL) AS {name}
"""
_REASON = ", 'code', r.code, 'text', r.name"
_WITH_REASON = "JOIN reference_reason r ON r.id = t.reason_id"


def _periods(name: str, table: str, columns: str = "", joins: str = "") -> str:
    return _PERIODS.format(name=name, table=table, columns=columns, joins=joins)


# Everything that an answer about a license depends on, in one statement. The license `l` that is asked about may have
# been replaced by another one of the same person (licenses.services.merging): what holds is then what holds for `now`.
FACTS = f"""
    SELECT l.id, l.number, now.registered_on, greatest(l.position, now.position, person.position) AS position,
           CASE WHEN l.replaced_by_id IS NULL THEN NULL ELSE now.number END AS replaced_by,
           l.regulator_number, l.regulator_number_key,
           part.code AS register_part, part.name AS register_name, part.category, part.supervised,
           profession.code AS profession, profession.name AS profession_name,
           regulator.code AS regulator, regulator.name AS regulator_name,
           death.died_on, concat_ws(' ', nullif(name.given_names, ''), name.surname) AS full_name,
           {_periods("certificates", "licenses_practisingcertificate", ", 'number', t.number")},
           {_periods("graces", "licenses_renewalgrace")},
           {_periods("suspensions", "licenses_suspension", _REASON, _WITH_REASON)},
           {_periods("removals", "licenses_removal", _REASON, _WITH_REASON)},
           {
    _periods(
        "conditions",
        "licenses_condition",
        ", 'code', r.code, 'text', coalesce(nullif(t.text, ''), r.name)",
        _WITH_REASON,
    )
},
           {
    _periods(
        "specialties",
        "licenses_licensespecialty",
        ", 'code', s.code, 'text', s.name",
        "JOIN reference_specialty s ON s.id = t.specialty_id",
    )
},
           counter.value AS register_position, counter.changed_at AS register_changed_at
    FROM phb_professional_registry l
    JOIN phb_professional_registry now ON now.id = coalesce(l.replaced_by_id, l.id)
    JOIN reference_registerpart part ON part.id = l.register_part_id
    JOIN reference_profession profession ON profession.id = part.profession_id
    JOIN reference_regulator regulator ON regulator.id = part.regulator_id
    JOIN practitioners_practitioner person ON person.id = now.practitioner_id
    JOIN practitioners_practitionername name ON name.practitioner_id = person.id AND name.use = 'official'
         AND upper(name.recorded) IS NULL
    LEFT JOIN practitioners_practitionerdeath death ON death.practitioner_id = person.id
         AND upper(death.recorded) IS NULL
    CROSS JOIN changes_registerposition counter
"""  # noqa: S608 -- put together from this file's constants


# What licenses.rules.status_on and obstacles_on say, for a whole statement with the licenses `l`, on the day
# that the parameter `day` gives; test_queries compares the two.


def _holds(table: str, fence: str) -> str:
    return (
        f"EXISTS (SELECT FROM {table} t WHERE t.license_id = l.id AND upper(t.recorded) IS NULL"
        f" AND t.valid @> %(day)s::date {fence})"
    )


def _is_removed(fence: str) -> str:
    return f"""
        (EXISTS (SELECT FROM practitioners_practitionerdeath death WHERE death.practitioner_id = l.practitioner_id
                 AND upper(death.recorded) IS NULL AND death.died_on <= %(day)s::date {fence})
         OR {_holds("licenses_removal", fence)})
    """


def _may_practise(fence: str) -> str:
    return f"""
        (l.registered_on <= %(day)s::date AND NOT {_is_removed(fence)} AND NOT {_holds("licenses_suspension", fence)}
         AND ({_holds("licenses_practisingcertificate", fence)} OR {_holds("licenses_renewalgrace", fence)}))
    """


STATUS = f"""
    CASE WHEN {_is_removed("")} THEN 'removed' WHEN {_holds("licenses_suspension", "")} THEN 'suspended'
         ELSE 'registered' END
"""
MAY_PRACTISE = _may_practise("")
# The same, looked up license by license: without the fence PostgreSQL would read every certificate first.
MAY_PRACTISE_ONE_BY_ONE = _may_practise("OFFSET 0")

# By what licenses are found. The index on council numbers leaves out the empty ones, and must be told so.
_FOUND_BY = {
    "id": ("bigint[]", "l.id = ANY($1)"),
    "number": ("text[]", "l.number = ANY($1)"),
    "regulator_number_key": ("text[]", "l.regulator_number_key = ANY($1) AND l.regulator_number_key <> ''"),
}


@dataclass(frozen=True)
class LicenseFacts:
    """A license with all that the register holds true about it now; `id` stays inside.

    `replaced_by` is the number of the license that counts in its place, if any; everything else but its own numbers is
    then what holds for that one.
    """

    id: int
    number: str
    registered_on: date
    position: int
    replaced_by: str | None
    regulator_number: str
    regulator_number_key: str
    register_part: str
    register_name: str
    category: str
    profession: str
    profession_name: str
    regulator: str
    regulator_name: str
    full_name: str
    specialties: list[Period]
    standing: Standing
    register_position: int
    register_changed_at: datetime

    def status_on(self, day: date) -> Status:
        """The status on a day (licenses.rules)."""
        return status_on(self.standing, day)

    def stands_on(self, day: date) -> bool:
        """Whether it is on the register on a day, suspended or not."""
        return self.registered_on <= day and self.status_on(day) is not Status.REMOVED

    def obstacles_on(self, day: date) -> list[Obstacle]:
        """What stands against practising on a day; nothing means that the holder may."""
        return obstacles_on(self.standing, day)

    def certificate_for(self, day: date) -> Period | None:
        """The practising certificate that covers the day, or the last one before it."""
        return certificate_for(self.standing, day)

    def grace_on(self, day: date) -> Period | None:
        """The grace of a renewal in process that covers the day."""
        return in_force(self.standing.graces, day)

    def conditions_on(self, day: date) -> list[Period]:
        """What limits the holder on a day; who may only work under supervision is limited by that first."""
        held = [period for period in self.standing.conditions if period.includes(day)]
        return [supervised_since(self.registered_on), *held] if self.standing.supervised else held

    def specialties_on(self, day: date) -> list[Period]:
        """The fields in which the holder is recognised as a specialist on a day."""
        return [period for period in self.specialties if period.includes(day)]


@dataclass(frozen=True)
class LookUp:
    """What a number, as somebody wrote it, leads to."""

    is_ours: bool
    licenses: list[LicenseFacts]


def look_up(texts: Iterable[str]) -> dict[str, LookUp | LicenseNumberInvalid]:
    """Find the licenses that these numbers mean, ours or councils', in at most one statement for each kind.

    A number that starts like ours and was mistyped leads to the refusal instead.
    """
    prefixes = number_prefixes()
    read = {text: _read_number(text, prefixes) for text in texts}
    ours = _grouped(read.values(), PHBNumber, "number")
    councils = _grouped(read.values(), CouncilNumber, "regulator_number_key")
    found: dict[str, LookUp | LicenseNumberInvalid] = {}
    for text, number in read.items():
        if isinstance(number, PHBNumber):
            found[text] = LookUp(is_ours=True, licenses=ours.get(number.text, []))
        elif isinstance(number, CouncilNumber):
            found[text] = LookUp(is_ours=False, licenses=councils.get(number.key, []))
        else:
            found[text] = number
    return found


def _read_number(text: str, prefixes: frozenset[str]) -> PHBNumber | CouncilNumber | LicenseNumberInvalid:
    try:
        return read_number(text, prefixes)
    except LicenseNumberInvalid as refusal:
        return refusal


def _grouped(numbers: Iterable[Any], kind: type, column: str) -> dict[str, list[LicenseFacts]]:
    """Fetch the licenses of all numbers of one kind, by what is stored in `column`."""
    wanted = sorted({str(number) for number in numbers if isinstance(number, kind)} - {""})
    groups: dict[str, list[LicenseFacts]] = defaultdict(list)
    if wanted:
        for facts in _facts(column, wanted):
            groups[getattr(facts, column)].append(facts)
    return groups


def facts_by_id(ids: list[int]) -> list[LicenseFacts]:
    """Return the licenses with these internal ids."""
    return _facts("id", ids)


def licenses_of(practitioner_id: int) -> list[LicenseFacts]:
    """Return every license that this person holds or held, the oldest first."""
    held = PHBProfessionalRegistry.objects.filter(practitioner_id=practitioner_id).order_by("id")
    return sorted(facts_by_id(list(held.values_list("id", flat=True))), key=lambda facts: facts.id)


def standing_of(license: PHBProfessionalRegistry) -> Standing:
    """Return what the register holds about the license now."""
    return facts_by_id([license.pk])[0].standing


def _facts(column: str, values: list[Any]) -> list[LicenseFacts]:
    _prepare(column)
    with connection.cursor() as cursor:
        cursor.execute(f"EXECUTE phb_facts_by_{column} (%s)", [values])
        names = [column.name for column in cursor.description]
        return [_read(dict(zip(names, row, strict=True))) for row in cursor]


def _prepare(column: str) -> None:
    """Prepare the statement once for each connection: planning so many joins takes longer than running them."""
    connection.ensure_connection()
    name = f"phb_facts_by_{column}"
    session: Any
    prepared: set[str]
    session, prepared = getattr(connection, "phb_prepared", (None, set()))
    if session is not connection.connection:
        prepared = set()
        connection.phb_prepared = connection.connection, prepared  # type: ignore[attr-defined]
    if name not in prepared:
        kind, condition = _FOUND_BY[column]
        with connection.cursor() as cursor:
            cursor.execute(f"PREPARE {name} ({kind}) AS {FACTS} WHERE {condition}")
        prepared.add(name)


def _read(row: dict[str, Any]) -> LicenseFacts:
    standing = Standing(
        registered_on=row["registered_on"],
        died_on=row.pop("died_on"),
        supervised=row.pop("supervised"),
        **{
            kind: _read_periods(row.pop(kind))
            for kind in ("removals", "suspensions", "certificates", "conditions", "graces")
        },
    )
    specialties = _read_periods(row.pop("specialties"))
    return LicenseFacts(**row, specialties=specialties, standing=standing)


def _read_periods(value: Any) -> list[Period]:
    # Django reads jsonb as text on raw cursors, so that it may decode it itself.
    rows = json.loads(value) if value else []
    return [Period(**{**row, "start": _day(row["start"]), "end": _day(row["end"])}) for row in rows]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
