"""Licenses as a list finds them: read and locked by the batch, changed in memory, and written back in few statements.

Inside a `register_change`, like the services; the same tables, transitions and two clocks. What a
list may do to a standing is decided by `licenses.listed`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import connection

from changes.services import RegisterChange
from licenses.bulk import (
    CertificateRow,
    LicenseRow,
    ReasonedRow,
    SpecialtyRow,
    TransitionRow,
    copy_licenses,
    copy_periods,
    days,
    numbers_taken,
    reserve_license_ids,
)
from licenses.listed import Step
from licenses.models import (
    LicenseSpecialty,
    PHBProfessionalRegistry,
    PractisingCertificate,
    RegisterPeriod,
    Removal,
    Suspension,
)
from licenses.numbers import council_key, make_number
from licenses.rules import Period, Standing

# What a list can change of what is held over whole days, with its table.
_TABLES: dict[str, type[RegisterPeriod]] = {
    "certificates": PractisingCertificate,
    "suspensions": Suspension,
    "removals": Removal,
    "specialties": LicenseSpecialty,
}
_CURRENT = """
    SELECT t.license_id, '{kind}', t.id, lower(t.valid), upper(t.valid), {code}, {number}
    FROM {table} t {join} WHERE t.license_id = ANY(%(ids)s) AND upper(t.recorded) IS NULL
"""
_WITH_REASON = "JOIN reference_reason r ON r.id = t.reason_id"
_WITH_SPECIALTY = "JOIN reference_specialty s ON s.id = t.specialty_id"
_PERIODS = " UNION ALL ".join(
    _CURRENT.format(kind=kind, table=_TABLES[kind]._meta.db_table, code=code, number=number, join=join)
    for kind, code, number, join in (
        ("certificates", "''", "t.number", ""),
        ("suspensions", "r.code", "''", _WITH_REASON),
        ("removals", "r.code", "''", _WITH_REASON),
        ("specialties", "s.code", "''", _WITH_SPECIALTY),
    )
)


@dataclass(frozen=True)
class Held:
    """What is held for a license over whole days."""

    standing: Standing
    specialties: tuple[Period, ...] = ()

    def periods(self, kind: str) -> list[Period]:
        """The periods of one kind."""
        return list(self.specialties) if kind == "specialties" else list(getattr(self.standing, kind))


@dataclass
class Entry:
    """A license as the register holds it, or shall hold it; `id` is 0 and `number` empty until it does."""

    practitioner_id: int
    register_part: str
    regulator_number: str
    held: Held
    id: int = 0
    number: str = ""
    steps: list[Step] = field(default_factory=list)
    before: Held | None = None
    rows: dict[tuple[str, Period], int] = field(default_factory=dict)
    replaced_numbers: list[str] = field(default_factory=list)

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Its key, and those of the licenses that it replaces: whatever a list says of them, it says of this one."""
        return [self.key, *((self.register_part, council_key(number)) for number in self.replaced_numbers)]

    @property
    def key(self) -> tuple[str, str]:
        """The register part and the council's number as it is compared: no two licenses share both."""
        return self.register_part, council_key(self.regulator_number)

    @property
    def standing(self) -> Standing:
        """What the status of any day is computed from."""
        return self.held.standing

    @standing.setter
    def standing(self, standing: Standing) -> None:
        self.held = replace(self.held, standing=standing)

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.steps) or self.held != self.before


@dataclass(frozen=True)
class Written:
    """How many rows a batch added, and how many licenses it changed."""

    licenses: int
    certificates: int
    specialties: int
    changed: int
    steps: int


@dataclass(frozen=True)
class Codes:
    """The ids of the codes that entries use."""

    register_parts: dict[str, int]
    prefixes: dict[str, str]
    reasons: dict[str, int]
    specialties: dict[str, int]


def holders_of(keys: Iterable[tuple[str, str]], codes: Codes) -> set[int]:
    """Return the ids of the people whose licenses have these register parts and numbers, as they are compared.

    A license that was replaced by another one of the same person leads to whoever holds that.
    """
    pairs = [(codes.register_parts[part], key) for part, key in keys]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT now.practitioner_id FROM phb_professional_registry l"
            " JOIN unnest(%s::smallint[], %s::text[]) AS wanted (part, key)"
            " ON l.register_part_id = part AND l.regulator_number_key = key"
            " JOIN phb_professional_registry now ON now.id = coalesce(l.replaced_by_id, l.id)",
            [[part for part, _ in pairs], [key for _, key in pairs]],
        )
        return {row[0] for row in cursor.fetchall()}


def holders_by_number(numbers: Iterable[str]) -> dict[str, int]:
    """Return the id of the person who holds each of these licenses of ours."""
    held = PHBProfessionalRegistry.objects.filter(number__in=list(numbers))
    return dict(held.values_list("number", "practitioner_id"))


def lock_entries(holders: Mapping[int, date | None]) -> list[Entry]:
    """Lock every license of these people in the order of their ids, then read what is held of each.

    `holders` gives the day of each person's death, if any; they are locked before their licenses.
    """
    licenses = PHBProfessionalRegistry.objects.filter(practitioner_id__in=list(holders)).order_by("id")
    ids = list(licenses.select_for_update(no_key=True).values_list("id", flat=True))
    periods = _periods(ids)
    replaced = _replaced_numbers(ids)
    fields = ("id", "number", "practitioner_id", "register_part__code", "regulator_number", "registered_on")
    rows = PHBProfessionalRegistry.objects.filter(id__in=ids).order_by("id").values_list(*fields)
    return [_entry(row, holders[row[2]], periods[row[0]], replaced[row[0]]) for row in rows]


def save_entries(change: RegisterChange, entries: Iterable[Entry], codes: Codes) -> Written:
    """Write what was changed, and log the steps.

    Raises:
        IntegrityError: somebody else entered the same license meanwhile.
    """
    changed = [entry for entry in entries if entry.changed]
    new = [entry for entry in changed if entry.before is None]
    _give_numbers(new, codes)
    rows = [
        LicenseRow(
            id=entry.id,
            number=entry.number,
            practitioner_id=entry.practitioner_id,
            register_part_id=codes.register_parts[entry.register_part],
            regulator_number=entry.regulator_number,
            regulator_number_key=council_key(entry.regulator_number),
            registered_on=entry.standing.registered_on,
        )
        for entry in new
    ]
    steps = [
        TransitionRow(
            license_id=entry.id,
            transition=step.transition,
            from_status=step.from_status,
            to_status=step.to_status,
            reason_id=codes.reasons[step.reason] if step.reason else None,
            note="",
            effective_on=step.effective_on,
        )
        for entry in changed
        for step in entry.steps
    ]
    copy_licenses(rows, steps, position=0, change_id=change.id)  # the end of the change stamps what it touched
    added = _save_periods(change, changed, codes)
    change.touch(PHBProfessionalRegistry, *(entry.id for entry in changed))
    return Written(len(new), added["certificates"], added["specialties"], len(changed) - len(new), len(steps))


def _entry(
    row: tuple[Any, ...], died_on: date | None, periods: list[tuple[str, int, Period]], replaced: list[str]
) -> Entry:
    license_id, number, practitioner_id, register_part, regulator_number, registered_on = row
    of: dict[str, list[Period]] = {kind: [] for kind in _TABLES}
    for kind, _, period in periods:
        of[kind].append(period)
    standing = Standing(
        registered_on=registered_on,
        died_on=died_on,
        removals=of["removals"],
        suspensions=of["suspensions"],
        certificates=of["certificates"],
    )
    held = Held(standing, tuple(of["specialties"]))
    return Entry(
        id=license_id,
        number=number,
        practitioner_id=practitioner_id,
        register_part=register_part,
        regulator_number=regulator_number,
        held=held,
        before=held,
        rows={(kind, period): row_id for kind, row_id, period in periods},
        replaced_numbers=replaced,
    )


def _replaced_numbers(ids: list[int]) -> dict[int, list[str]]:
    """Return the council's numbers of the licenses that each of these replaces."""
    found: dict[int, list[str]] = defaultdict(list)
    replaced = PHBProfessionalRegistry.objects.filter(replaced_by__in=ids).exclude(regulator_number="")
    for license_id, number in replaced.values_list("replaced_by_id", "regulator_number"):
        found[license_id].append(number)
    return found


def _periods(ids: list[int]) -> dict[int, list[tuple[str, int, Period]]]:
    """Return what is held now for each license, with its kind and the row that says so."""
    found: dict[int, list[tuple[str, int, Period]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(f"{_PERIODS} ORDER BY 3", {"ids": ids})
        for license_id, kind, row_id, start, end, code, number in cursor:
            found[license_id].append((kind, row_id, Period(start, end, code=code, number=number)))
    return found


def _give_numbers(entries: list[Entry], codes: Codes) -> None:
    """Draw a number for each new license; one that is taken is drawn again."""
    for entry, license_id in zip(entries, reserve_license_ids(len(entries)), strict=True):
        entry.id = license_id
    given: set[str] = set()
    unnumbered = entries
    while unnumbered:
        drawn = {make_number(codes.prefixes[entry.register_part]): entry for entry in unnumbered}
        for number in drawn.keys() - numbers_taken(list(drawn)) - given:
            drawn[number].number = number
            given.add(number)
        unnumbered = [entry for entry in unnumbered if not entry.number]


def _save_periods(change: RegisterChange, entries: list[Entry], codes: Codes) -> dict[str, int]:
    """Close what is no longer held, then add what is; returns how many rows of each kind were added."""
    added: dict[str, int] = {}
    for kind, model in _TABLES.items():
        gone, new = [], []
        for entry in entries:
            before = entry.before.periods(kind) if entry.before else []
            after = entry.held.periods(kind)
            gone += [entry.rows[kind, period] for period in before if period not in after]
            new += [_row(kind, entry.id, period, codes) for period in after if period not in before]
        since = model.objects.filter(pk__in=gone).close(change.id)
        copy_periods(change_id=change.id, since=since, **{kind: new})
        added[kind] = len(new)
    return added


def _row(kind: str, license_id: int, period: Period, codes: Codes) -> Any:
    valid = days(period.start, period.end)
    if kind == "certificates":
        return CertificateRow(license_id, valid, period.number)
    if kind == "specialties":
        return SpecialtyRow(license_id, valid, codes.specialties[period.code])
    return ReasonedRow(license_id, valid, codes.reasons[period.code])
