"""Loading the files in `reference/data` into the tables."""

import csv
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction

from reference.models import Lga, State

DATA = Path(__file__).parent / "data"


@transaction.atomic
def load_reference() -> dict[str, int]:
    """Add the states and local government areas that are missing, and return how many of each."""
    before = State.objects.count(), Lga.objects.count()
    State.objects.bulk_create(
        (
            State(
                code=row["code"],
                name=row["name"],
                kind=row["kind"],
                capital=row["capital"],
                geopolitical_zone=row["zone"],
                iso_3166_2=row["iso_3166_2"],
                ocha_pcode=row["ocha_pcode"],
                inec_code=row["inec_code"],
                aliases=_aliases(row),
            )
            for row in _rows("states")
        ),
        ignore_conflicts=True,
    )
    states = dict(State.objects.values_list("code", "id"))
    Lga.objects.bulk_create(
        (
            Lga(
                code=row["code"],
                state_id=states[row["state"]],
                name=row["name"],
                inec_code=row["inec_code"],
                aliases=_aliases(row),
            )
            for row in _rows("lgas")
        ),
        ignore_conflicts=True,
    )
    return {"states": State.objects.count() - before[0], "lgas": Lga.objects.count() - before[1]}


def _rows(file: str) -> Iterator[dict[str, str]]:
    with (DATA / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _aliases(row: dict[str, str]) -> list[str]:
    return [alias for alias in row["aliases"].split("|") if alias]
