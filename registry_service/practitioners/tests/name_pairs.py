"""Pairs of names of which it is known whether they are one person's: what the name engine is measured on.

The names of practitioners/data are split in two. The spellings of one name are a group; groups that a short form joins
are a family; and a family is in one part as a whole, chosen by a hash. The rules were made while looking at the part to
build on, and the engine is measured on the other part without knowing one name of it. Same seed, same pairs.
"""

import csv
import hashlib
import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

from rapidfuzz.distance import OSA

from practitioners.names import Name, fold

DATA = Path(__file__).parents[1] / "data"
BUILD, MEASURE = "build", "measure"
SEED = 20261123

# "Mixed" is an English given name with a surname of any tradition.
_TRADITIONS_OF = {"yoruba": ["yoruba"], "igbo": ["igbo"], "hausa": ["hausa"], "mixed": ["english", "other"]}
TRADITIONS = tuple(_TRADITIONS_OF)
SAME = ("spelling", "short form", "one typo", "two typos", "swapped order")
DIFFERENT = ("same surname", "near spelling", "one core")

# Few errors are in the first letter of a word; omitting, adding, changing and transposing letters are all common
# (E. J. Yannakoudakis and D. Fawthrop, The rules of spelling errors, 1983).
_IN_FIRST_LETTER = 0.05
_ON_NEXT_KEY = 0.5
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST_WITH_TYPO = 4
_SHORTEST_WITH_TWO = 7
_SHORTEST_NEAR_BY_TWO = 6
# How often at most, on average, the same two words are drawn.
_AT_MOST = 10

Two = tuple[Name, Name]
Words = Sequence[str]  # the surname first


@dataclass(frozen=True)
class Entry:
    """A spelling of a name; `use` is surname, given or both."""

    group: str
    tradition: str
    word: str
    use: str
    part: str

    @property
    def folded(self) -> str:
        return _folded(self.word)


@dataclass(frozen=True)
class Pair:
    """Two names, whether they are one person's, and how the second was made from the first."""

    kind: str
    tradition: str
    a: Name
    b: Name
    same: bool


def pairs_of(part: str) -> list[Pair]:
    """Return 6,000 different pairs of names of one part, half of them one person's."""
    return [pair for tradition in TRADITIONS for pair in _pairs(part, tradition)]


def groups_of(part: str) -> frozenset[str]:
    return frozenset(entry.group for entry in entries() if entry.part == part)


@cache
def entries() -> tuple[Entry, ...]:
    """Return the names of the lists, each with the part that its family is in."""
    parts = {group: _part_of(family) for group, family in families().items()}
    return tuple(
        Entry(row["group"], row["tradition"], row["name"], row["use"], parts[row["group"]]) for row in _rows("names")
    )


@cache
def families() -> dict[str, str]:
    """Return the family of each group, called by its first group in the alphabet."""
    groups = {_folded(row["name"]): row["group"] for row in _rows("names")}
    family = {group: group for group in groups.values()}
    for long, short in short_forms():
        first, other = sorted((family[groups[long]], family[groups[short]]))
        family = {group: first if of == other else of for group, of in family.items()}
    return family


@cache
def unclear() -> frozenset[frozenset[str]]:
    """Return the groups of which only a speaker can say whether they are one name or two."""
    return frozenset(frozenset(row.values()) for row in _rows("unclear_pairs"))


@cache
def short_forms() -> tuple[tuple[str, str], ...]:
    return tuple((_folded(row["name"]), _folded(row["short_form"])) for row in _rows("short_forms"))


def _part_of(family: str) -> str:
    return MEASURE if hashlib.sha256(family.encode()).digest()[0] % 2 else BUILD


def _folded(word: str) -> str:
    return fold(word).replace(" ", "")


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _pairs(part: str, tradition: str) -> Iterator[Pair]:
    for kind, (make, count) in _Maker(part, tradition).kinds().items():
        made: set[Two] = set()
        while len(made) < count:
            two = make()
            if two not in made:
                made.add(two)
                yield Pair(kind, tradition, *two, same=kind in SAME)


class _Maker:
    """Makes the pairs of one part and tradition: people with a surname and one or two given names."""

    def __init__(self, part: str, tradition: str) -> None:
        self._rng = random.Random(f"{SEED} {part} {tradition}")
        listed = [entry for entry in entries() if entry.part == part]
        ours = [entry for entry in listed if entry.tradition in _TRADITIONS_OF[tradition]]
        mixed = tradition == "mixed"
        self._given = [entry for entry in ours if entry.use != "surname"]
        self._surnames = [entry for entry in (listed if mixed else ours) if entry.use != "given"]
        self._family = {entry.word: families()[entry.group] for entry in listed}
        self._known = {entry.folded for entry in entries()}
        self._spellings = _spellings(ours)
        self._shortened = _shortened(self._given)
        self._near = _near(listed if mixed else ours, across=mixed)
        self._of_one_core = _of_one_core(self._shortened)

    def kinds(self) -> dict[str, tuple[Callable[[], Two], int]]:
        """Return how pairs are made, and how many; the few short forms of a tradition are not drawn all the time."""
        shorter = min(200, _AT_MOST * len(self._shortened))
        near = min(300, _AT_MOST * len(self._near))
        of_two_heads = min(100, _AT_MOST * len(self._of_one_core))
        return {
            "spelling": (self._spelled_otherwise, 400 - shorter),
            "short form": (self._shorter, shorter),
            "one typo": (lambda: self._mistyped(1), 150),
            "two typos": (lambda: self._mistyped(2), 100),
            "swapped order": (lambda: (_name(words := self._draw()), _swapped(words)), 100),
            "same surname": (self._namesakes, 750 - near - of_two_heads),
            "near spelling": (self._nearly_spelled, near),
            "one core": (self._of_two_heads, of_two_heads),
        }

    def _spelled_otherwise(self) -> Two:
        """One word is spelled otherwise; every group is drawn as often."""
        one, other = self._rng.sample(self._rng.choice(self._spellings), 2)
        is_surname = one.use == "surname" or (one.use == "both" and self._rng.random() < 0.5)
        words = self._draw(surname=one.word) if is_surname else self._draw(given=one.word)
        return self._one_person(words, [other.word if word == one.word else word for word in words])

    def _shorter(self) -> Two:
        long, short = self._rng.choice(self._shortened)
        words = self._draw(given=long)
        two = [words, [words[0], short, *words[2:]]]
        self._rng.shuffle(two)
        return self._one_person(*two)

    def _mistyped(self, times: int) -> Two:
        """Typos anywhere, but none in words of three letters, and two only in words of seven."""
        words = self._draw()
        while sum(map(_room, words)) < times:
            words = self._draw()
        typed, room = list(words), list(map(_room, words))
        for _ in range(times):
            [at] = self._rng.choices(
                range(len(words)), [len(word) * left for word, left in zip(words, room, strict=True)]
            )
            typed[at], room[at] = self._with_typo(typed[at]), room[at] - 1
        return self._one_person(words, typed)

    def _namesakes(self) -> Two:
        """Two people with one surname, no given name of whom is of the same family."""
        words = self._draw()
        return _name(words), _name([words[0], *self._draw_given(self._rng.randint(1, 2), apart_from=words)])

    def _nearly_spelled(self) -> Two:
        """Two people who share a surname or a given name, and whose other names are different and look alike."""
        one, other, is_given = self._rng.choice(self._near)
        shared = self._draw_one(self._surnames if is_given else self._given, apart_from=[one, other])
        more = self._draw_given(2, apart_from=[one, other, shared])
        people = [[shared, one], [shared, other]] if is_given else [[one, shared], [other, shared]]
        first, second = (_name([*words, *more[at : at + self._rng.randint(0, 1)]]) for at, words in enumerate(people))
        return first, second

    def _of_two_heads(self) -> Two:
        """Two people with one surname, whose given names are different and have one short form: Adebayo, Olubayo."""
        one, other = self._rng.choice(self._of_one_core)
        surname = self._draw_one(self._surnames, apart_from=[one, other])
        return _name([surname, one]), _name([surname, other])

    def _draw(self, surname: str = "", given: str = "") -> Words:
        """Return a surname with one or two given names, each of another family; what is asked for is among them."""
        words = [word for word in (surname, given) if word]
        if not surname:
            words.insert(0, self._draw_one(self._surnames, words))
        return [*words, *self._draw_given(self._rng.randint(1, 2) - bool(given), apart_from=words)]

    def _draw_given(self, count: int, apart_from: Words) -> Words:
        words = list(apart_from)
        for _ in range(count):
            words.append(self._draw_one(self._given, words))
        return words[len(apart_from) :]

    def _draw_one(self, among: list[Entry], apart_from: Words) -> str:
        taken = {self._family[word] for word in apart_from}
        while self._family[word := self._rng.choice(among).word] in taken:
            pass
        return word

    def _one_person(self, one: Words, other: Words) -> Two:
        """Every fourth time the second name is in the other order as well."""
        return _name(one), (_swapped if self._rng.random() < 0.25 else _name)(other)

    def _with_typo(self, word: str) -> str:
        """Return a word with one letter omitted, added, changed or transposed that is no other known name."""
        while True:
            at = 0 if self._rng.random() < _IN_FIRST_LETTER else self._rng.randrange(1, len(word))
            typed = self._rng.choice([_omit, self._add, self._change, _transpose])(word, at)
            if typed != word and (_folded(typed) == _folded(word) or _folded(typed) not in self._known):
                return typed

    def _add(self, word: str, at: int) -> str:
        return word[: at + 1] + self._key_for(word[at]) + word[at + 1 :]

    def _change(self, word: str, at: int) -> str:
        return word[:at] + self._key_for(word[at]) + word[at + 1 :]

    def _key_for(self, letter: str) -> str:
        """Return the letter of a key next to it on the row, or any other."""
        row = next((row for row in _KEYS if letter.lower() in row), letter.lower())
        at = row.index(letter.lower())
        next_keys = row[max(at - 1, 0) : at] + row[at + 1 : at + 2]
        return self._rng.choice(next_keys if next_keys and self._rng.random() < _ON_NEXT_KEY else _LETTERS)


def _omit(word: str, at: int) -> str:
    return word[:at] + word[at + 1 :]


def _transpose(word: str, at: int) -> str:
    return word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]


def _room(word: str) -> int:
    return (len(word) >= _SHORTEST_WITH_TYPO) + (len(word) >= _SHORTEST_WITH_TWO)


def _name(words: Words) -> Name:
    return Name(words[0], " ".join(words[1:]))


def _swapped(words: Words) -> Name:
    """The name with its given names first, and its first word taken for the surname."""
    return Name(words[1], " ".join([*words[2:], words[0]]))


def _spellings(of: Collection[Entry]) -> list[list[Entry]]:
    groups = defaultdict(list)
    for entry in of:
        groups[entry.group].append(entry)
    return [group for group in groups.values() if len(group) > 1]


def _shortened(given: Collection[Entry]) -> list[tuple[str, str]]:
    """Return names with their short forms that are how they begin or end: Bayo, not Ify for Ifeoma."""
    words = {entry.folded: entry.word for entry in given}
    return [
        (words[long], words[short])
        for long, short in short_forms()
        if {long, short} <= words.keys() and (long.startswith(short) or long.endswith(short))
    ]


def _near(of: Collection[Entry], *, across: bool) -> list[tuple[str, str, bool]]:
    """Return names of different families that are one edit apart, and longer ones that are two apart.

    With them stands whether they are given names. `across` asks for names of two traditions rather than of one.
    """
    found = []
    for one, other in combinations(of, 2):
        uses = {one.use, other.use}
        if uses == {"surname", "given"} or (one.tradition != other.tradition) != across:
            continue
        edits = OSA.distance(one.folded, other.folded, score_cutoff=2)
        allowed = 2 if min(len(one.folded), len(other.folded)) >= _SHORTEST_NEAR_BY_TWO else 1
        if edits <= allowed and _surely_differ(one, other):
            found.append((one.word, other.word, "surname" not in uses))
    return found


def _surely_differ(one: Entry, other: Entry) -> bool:
    return families()[one.group] != families()[other.group] and {one.group, other.group} not in unclear()


def _of_one_core(shortened: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return names that have a short form in common and are neither spellings nor short forms of each other."""
    group = {entry.word: entry.group for entry in entries()}
    related = {frozenset((group[long], group[short])) for long, short in shortened} | unclear()
    return [
        (one, other)
        for (one, short), (other, its_short) in combinations(shortened, 2)
        if short == its_short and group[one] != group[other] and frozenset((group[one], group[other])) not in related
    ]
