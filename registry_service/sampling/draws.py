"""The files in `sampling/data`, and how something is drawn from a weighted list."""

import csv
import random
from bisect import bisect
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path
from typing import Generic, TypeVar

DATA = Path(__file__).parent / "data"

T = TypeVar("T")


class Weighted(Generic[T]):
    """Things of which some are drawn more often than others."""

    def __init__(self, things: Iterable[tuple[T, float]]) -> None:
        pairs = list(things)
        self._things = [thing for thing, _ in pairs]
        self._sums = list(accumulate(weight for _, weight in pairs))
        self._total = self._sums[-1]

    def __len__(self) -> int:
        return len(self._things)

    def draw(self, chance: float) -> T:
        """Return the thing that a number from 0 up to, but not including, 1 stands for."""
        return self._things[bisect(self._sums, chance * self._total)]


def generator(seed: int | float | None = None) -> random.Random:
    """Return a source of chance that a seed repeats."""
    return random.Random(seed)  # noqa: S311 -- it makes people up, and keeps no secret


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a file of this module."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
