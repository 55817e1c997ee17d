"""Filling the directory from a list of facilities."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from hospitals.models import Hospital
from reference.queries import lga_codes_by_state, lga_ids, state_ids

BATCH = 1000
COLUMNS = {
    "row_id",
    "name",
    "facility_type",
    "level_derived",
    "ownership",
    "state_code",
    "lga_code_derived",
    "lat",
    "lon",
}


class UnreadableListError(Exception):
    """The file is not a list of facilities; nothing was imported."""


class RowRefusedError(Exception):
    """One row cannot be a hospital; the others can."""


@dataclass
class ImportResult:
    """What came of a list: rows added, rows already known and set to what the list says, rows refused and why."""

    added: int = 0
    updated: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


@transaction.atomic
def import_facilities(
    path: Path, *, source: str, progress: Callable[[int], object] = lambda rows: None
) -> ImportResult:
    """Add the facilities of a CSV file, or update those of the same source and row number.

    Safe to repeat: a second run finds what the first one stored. `progress` is told how many rows
    each batch had. The columns are those of shared data's `ng_health_facilities.csv`.

    Raises:
        UnreadableListError: it is not UTF-8 or not CSV, or a column is missing.
    """
    result = ImportResult()
    known = set(Hospital.objects.filter(source=source).values_list("source_id", flat=True))
    read = _RowReader(source)
    rows = _rows(path)
    while batch := list(islice(rows, BATCH)):
        hospitals = []
        for line, row in batch:
            try:
                hospitals.append(read(row))
            except RowRefusedError as refusal:
                result.refused.append((line, str(refusal)))
        _store(hospitals)
        again = sum(hospital.source_id in known for hospital in hospitals)
        result.updated += again
        result.added += len(hospitals) - again
        progress(len(batch))
    return result


def _store(hospitals: list[Hospital]) -> None:
    Hospital.objects.bulk_create(
        hospitals,
        update_conflicts=True,
        unique_fields=["source", "source_id"],
        update_fields=["name", "facility_type", "level", "ownership", "state", "lga", "latitude", "longitude"],
    )


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row with the number of the line on which it ends."""
    # A byte order mark is what Excel puts before UTF-8; it is not part of the first column's name.
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, restval="", strict=True)
        try:
            missing = COLUMNS - set(reader.fieldnames or [])
            if missing:
                raise UnreadableListError(f"{path.name} lacks the columns {', '.join(sorted(missing))}.")
            for row in reader:
                yield reader.line_num, row
        except UnicodeDecodeError as error:
            raise UnreadableListError(f"{path.name} is not UTF-8 text: {error.reason}.") from None
        except csv.Error as error:
            raise UnreadableListError(f"{path.name} is not CSV at line {reader.line_num}: {error}.") from None


class _RowReader:
    """Turns the rows of one list into hospitals, or says why one cannot be one."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.states = state_ids()
        self.lgas = lga_ids()
        self.lgas_of = lga_codes_by_state()
        self.seen: set[str] = set()

    def __call__(self, row: dict[str, str]) -> Hospital:
        if any("\0" in row[column] for column in COLUMNS):
            raise RowRefusedError("it holds a NUL character, which no text has")
        number, state, lga = (row[column].strip() for column in ("row_id", "state_code", "lga_code_derived"))
        if not number:
            raise RowRefusedError("it has no row number")
        if number in self.seen:
            raise RowRefusedError(f"{number} stands in the list twice")
        if state not in self.states:
            raise RowRefusedError(f"there is no state {state!r}")
        if lga and lga not in self.lgas_of[state]:
            raise RowRefusedError(f"{state} has no local government area {lga!r}")
        hospital = Hospital(
            source=self.source,
            source_id=number,
            name=row["name"].strip(),
            facility_type=row["facility_type"].strip(),
            level=row["level_derived"].strip(),
            ownership=row["ownership"].strip(),
            state_id=self.states[state],
            lga_id=self.lgas.get(lga),
            latitude=_degrees(row["lat"], at_most=90),
            longitude=_degrees(row["lon"], at_most=180),
        )
        try:
            hospital.clean_fields(exclude=["state", "lga"])
        except ValidationError as error:
            whys = (f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items())
            raise RowRefusedError("; ".join(whys)) from None
        self.seen.add(number)
        return hospital


def _degrees(text: str, *, at_most: int) -> Decimal | None:
    if not text.strip():
        return None
    try:
        degrees = Decimal(text)
        if -at_most <= degrees <= at_most:
            return degrees.quantize(Decimal("0.00001"))
    except InvalidOperation:  # no number; NaN cannot be compared either
        pass
    raise RowRefusedError(f"{text!r} is no coordinate")
