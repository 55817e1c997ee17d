"""How good the name engine is and how fast: `python -m practitioners.tests.name_figures` writes tables as JSON.

Each part of the names is measured with a lexicon that holds no name of it, so that what is found follows from the
rules; and the part to measure on once more with the whole lexicon, as the register uses it.
"""

import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from practitioners.names import compare
from practitioners.names.lexicon import Lexicon, read
from practitioners.names.words import words_of
from practitioners.tests.name_pairs import BUILD, DIFFERENT, MEASURE, SAME, TRADITIONS, Pair, groups_of, pairs_of

Rows = list[list[str]]


@dataclass(frozen=True)
class Judged:
    """A pair, and whether the engine says that it matches."""

    pair: Pair
    matches: bool


def judge(part: str, lexicon: Lexicon | None = None) -> list[Judged]:
    """Return the pairs of a part as the engine judges them; without a lexicon it knows no name of the part."""
    lexicon = lexicon or read(apart_from=groups_of(part))
    return [Judged(pair, compare(pair.a, pair.b, lexicon=lexicon).matches) for pair in pairs_of(part)]


def recall(judged: Iterable[Judged]) -> float:
    """Return how many of the pairs of one person match."""
    return _share([one.matches for one in judged if one.pair.same])


def precision(judged: Iterable[Judged]) -> float:
    """Return how many of those that match are one person's, where half of all pairs are."""
    return _share([one.pair.same for one in judged if one.matches])


def speeds() -> dict[str, float]:
    """Return how many comparisons one core does in a second: of words never met before, and of those it has met."""
    pairs = pairs_of(BUILD) + pairs_of(MEASURE)
    lexicon = read()
    return {words: _comparisons_a_second(pairs, lexicon) for words in ("new words", "words met before")}


def _comparisons_a_second(pairs: Sequence[Pair], lexicon: Lexicon) -> float:
    words_of.cache_clear()
    began = time.process_time()
    for pair in pairs:
        compare(pair.a, pair.b, lexicon=lexicon)
    return len(pairs) / (time.process_time() - began)


def _share(truths: Sequence[bool]) -> float:
    return sum(truths) / len(truths) if truths else 0.0


def _table(judged: Sequence[Judged]) -> Rows:
    """Return a column for each tradition and one for all; of each kind the share that matches."""
    columns = [[one for one in judged if one.pair.tradition == tradition] for tradition in TRADITIONS] + [list(judged)]
    rows = [["", *TRADITIONS, "all"], ["recall", *map(_written, map(recall, columns))]]
    rows.append(["precision", *map(_written, map(precision, columns))])
    rows.append(["pairs", *(f"{len(column):,}" for column in columns)])
    for kind in (*SAME, *DIFFERENT):
        of_kind = [[one.matches for one in column if one.pair.kind == kind] for column in columns]
        name = f"match: {kind}" if kind in SAME else f"match wrongly: {kind}"
        rows.append([name, *(_written(_share(truths)) if truths else "" for truths in of_kind)])
    return rows


def _written(share: float) -> str:
    return f"{share:.3f}"


def main() -> None:
    tables = {
        "names to measure on, none of them in the lexicon": _table(judge(MEASURE)),
        "names to build on, none of them in the lexicon": _table(judge(BUILD)),
        "names to measure on, with the whole lexicon": _table(judge(MEASURE, read())),
    }
    json.dump({"tables": tables, "comparisons_a_second": speeds()}, sys.stdout)


if __name__ == "__main__":
    main()
