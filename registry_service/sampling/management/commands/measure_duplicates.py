import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from common.clock import day_in_lagos
from duplicates.queries import compared, records_of, who_may_be
from practitioners.bulk import random_people
from sampling.believable import people
from sampling.doubles import Double, doubles_of, stranger
from sampling.draws import generator
from sampling.queries import read_world

# People of another seed than the register's are not on it.
_STRANGERS = 7_777
_ROW = "{:<34}{:>8}{:>8}{:>10}{:>8}{:>8}{:>8}"


class Command(BaseCommand):
    help = "Say how many people who are entered twice are found, how many strangers are taken for one, and how fast."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, default=300, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        rng = generator(1)
        world = read_world(_STRANGERS, day_in_lagos(timezone.now()))
        asked = [stranger(person) for person in people(world, 0, options["count"])]
        for person_id, (_, record) in records_of(random_people(options["count"])).items():
            asked += doubles_of(person_id, record, rng)
        rows: dict[str, list[_Found]] = defaultdict(list)
        for double in asked:
            rows[double.kind].append(_look_for(double))
        self.stdout.write(_ROW.format("who says", "people", "found", "as first", "others", "p50 ms", "p99 ms"))
        for kind, found in rows.items():
            self.stdout.write(_line(kind, found))


@dataclass(frozen=True)
class _Found:
    """What came of looking for one person: whether they were found, before all others, and how many others were."""

    right: bool
    first: bool
    others: int
    seconds: float


def _look_for(double: Double) -> _Found:
    """Look for a person as the worker looks for an applicant."""
    began = time.perf_counter()
    likely = [
        each.person.id
        for each in compared(double.record, records_of(who_may_be(double.record)))
        if each.likeness.is_likely
    ]
    return _Found(
        right=double.person_id in likely,
        first=likely[:1] == [double.person_id],
        others=sum(each != double.person_id for each in likely),
        seconds=time.perf_counter() - began,
    )


def _line(kind: str, found: list[_Found]) -> str:
    count = len(found)
    ms = sorted(each.seconds * 1000 for each in found)
    shares = [sum(getattr(each, what) for each in found) / count for what in ("right", "first", "others")]
    return _ROW.format(kind, f"{count:,}", *(f"{share:.3f}" for share in shares), *_spread(ms))


def _spread(ms: list[float]) -> tuple[str, str]:
    return f"{ms[len(ms) // 2]:.0f}", f"{ms[int(len(ms) * 0.99)]:.0f}"
