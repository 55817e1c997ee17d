"""What is known of names: which are spellings of one, which are short for another, what they are put together from."""

import csv
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from practitioners.names.folding import fold
from practitioners.names.shortening import Elements
from practitioners.names.spelling import skeleton

_DATA = Path(__file__).parents[1] / "data"
_KEPT_WORDS = 100_000

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, eq=False, slots=True)
class Forms:
    """What is known of one folded word.

    `groups` are the names that it is a spelling of; `short` and `bare` are those of what it is shortened to and of the
    element that it begins or ends with. `listed` says that the word itself is in the lists.
    """

    word: str
    skeleton: str
    listed: bool
    groups: frozenset[str]
    short: frozenset[str]
    bare: frozenset[str]


class Lexicon:
    """Known names, and what follows from them for any word.

    A group is a name in all its spellings, called by one of them. A word that is not listed belongs to the groups that
    its skeleton fits; where there are none, the skeleton stands for a group of its own.
    """

    def __init__(
        self, spellings: Pairs, short_forms: Pairs, elements: Elements, titles: Collection[str] = frozenset()
    ) -> None:
        """Take folded words: (spelling, group), (name, its short form)."""
        self.titles = frozenset(titles)
        self._elements = elements
        self._group_of = dict(spellings)
        self._spelled_by_group = _sets((group, word) for word, group in self._group_of.items())
        self._fitting = _sets((skeleton(word), group) for word, group in self._group_of.items())
        self._listed_short = _sets((self._group_of[name], self._group_of[form]) for name, form in short_forms)
        self.forms = lru_cache(maxsize=_KEPT_WORDS)(self._forms)

    def spellings(self, word: str) -> frozenset[str]:
        """Return the folded words under which somebody with this word in their name may be listed, itself included."""
        forms = self.forms(word)
        known = self._spelled_by_group
        return frozenset([word]).union(*(known.get(group, ()) for group in forms.groups | forms.short))

    def _forms(self, word: str) -> Forms:
        """Return what is known of a folded word."""
        groups = self._groups(word)
        listed = word in self._group_of
        # Of two listed names, one is a clipped form of the other only if the lists say so.
        clipped = {form for form in self._elements.clipped(word) if not (listed and form in self._group_of)}
        shorter = map(self._groups, self._elements.short_forms(word) | clipped)
        bare = map(self._groups, self._elements.elements_of(word))
        return Forms(
            word=word,
            skeleton=skeleton(word),
            listed=listed,
            groups=groups,
            short=frozenset().union(*shorter, *(self._listed_short.get(group, ()) for group in groups)) - groups,
            bare=frozenset().union(*bare) - groups,
        )

    def _groups(self, word: str) -> frozenset[str]:
        if word in self._group_of:
            return frozenset([self._group_of[word]])
        return self._fitting.get(skeleton(word)) or frozenset([skeleton(word)])


@cache
def standard() -> Lexicon:
    """Return everything that the lists hold, with the titles of the reference data."""
    # The engine itself needs no Django, and is measured without it; the titles lie behind the door of `reference`.
    from reference.queries import titles

    return read(titles=map(fold, titles()))


def read(apart_from: Collection[str] = (), titles: Iterable[str] = ()) -> Lexicon:
    """Read the lists in practitioners/data, but no name of the groups that are named."""
    spellings = {_word(row["name"]): row["group"] for row in _rows("names") if row["group"] not in apart_from}
    short_forms = [(_word(row["name"]), _word(row["short_form"])) for row in _rows("short_forms")]
    elements = list(_rows("elements"))
    return Lexicon(
        spellings.items(),
        [pair for pair in short_forms if spellings.keys() >= set(pair)],
        Elements(
            heads=frozenset(row["element"] for row in elements if row["position"] != "trailing"),
            tails=frozenset(row["element"] for row in elements if row["position"] != "leading"),
        ),
        frozenset(titles),
    )


def _word(name: str) -> str:
    return fold(name).replace(" ", "")


def _rows(table: str) -> Iterator[dict[str, str]]:
    with (_DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _sets(pairs: Pairs) -> dict[str, frozenset[str]]:
    sets: dict[str, set[str]] = defaultdict(set)
    for key, value in pairs:
        sets[key].add(value)
    return {key: frozenset(values) for key, values in sets.items()}
