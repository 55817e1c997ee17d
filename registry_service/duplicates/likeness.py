"""How likely two records are one person's, and why.

Each fact that two records have weighs so many bits: how much more often it agrees so among records of one person than
among those of two (I. P. Fellegi and A. B. Sunter, A theory for record linkage, 1969). The weights add up; before
anything is known, one pair in a million is one person's. No score decides anything: it says what a person should look
at first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import product
from math import log2

from practitioners.names import Comparison, Kind, Name, compare, fold

# From here on, a pair is shown to whoever decides about one of the two.
LIKELY = 0.5

_PRIOR = -20.0

# A birth date: of 45 years of births, one in 16,000 pairs agrees; many who do not know theirs give 1 January.
_SAME_BIRTH_DATE = 13.5
_SAME_FIRST_OF_JANUARY = 9.0
_DAY_AND_MONTH_SWAPPED = 8.0
_ONE_PART_DIFFERS = 2.5
_OTHER_BIRTH_DATE = -6.0

# A word of a name: one in 90 pairs of people have a given word of their names in common.
_WORDS = {
    Kind.SAME: 6.5,
    Kind.FOLDED: 6.5,
    Kind.VARIANT: 6.0,
    Kind.SHORT_FORM: 5.0,
    Kind.INITIAL: 1.5,
    Kind.TYPO: 4.0,
    Kind.EXTRA: -0.5,
    Kind.ORDER: -0.5,
    Kind.CONTRADICTS: -5.5,
}
_DOUBTFUL_TYPO = 1.0
_DOUBTFUL_DEGREE = 0.5
# However many words agree, namesakes have them too.
_MOST_FOR_A_NAME = 18.0
# A whole name that one person on the register bears, before it is halved for each doubling of those who bear it.
_NAME_OF_ONE = 20.0

# What the identity provider says is one person is one, or somebody shows another's number: either wants a look.
_SAME_IDENTITY, _OTHER_IDENTITY = 45.0, -25.0
_SAME_NUMBER = 14.0
_SAME_EMAIL = 12.0
_SAME_TELEPHONE = 10.0
_SAME_FILE = 10.0
_ALIKE_FILE = 4.0
_SAME_GENDER, _OTHER_GENDER = 1.0, -4.0
_SAME_SCHOOL, _OTHER_SCHOOL = 4.0, -1.0
_SAME_YEAR, _OTHER_YEAR = 4.0, -2.0
# Words that stand in the names of most schools.
_OF_MOST_SCHOOLS = frozenset({"the", "of", "and", "university", "college", "school"})


class Fact(StrEnum):
    """What is compared, or, of one's licenses, told."""

    NAME = "name"
    BIRTH_DATE = "birth_date"
    GENDER = "gender"
    IDENTITY = "identity"
    COUNCIL_NUMBER = "council_number"
    TELEPHONE = "telephone"
    EMAIL = "email"
    SCHOOL = "school"
    QUALIFIED_IN = "qualified_in"
    DOCUMENT = "document"
    STANDING = "standing"


@dataclass(frozen=True)
class Record:
    """What is known of one person; what is not known is empty, and weighs nothing.

    `names` are the one in use and those used before; `identity` is a keyed hash; `council_numbers` are as they are
    compared, each with its council; `files` are digests of uploads, `pictures` those that look like one of the other
    record's.
    """

    names: tuple[Name, ...]
    birth_date: date | None = None
    gender: str = ""
    identity: str = ""
    council_numbers: frozenset[tuple[str, str]] = frozenset()
    telephone: str = ""
    email: str = ""
    school: str = ""
    qualified_in: int | None = None
    files: frozenset[str] = frozenset()
    pictures: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reason:
    """What agrees or differs, how, and what that weighs in bits; words of names stand beside it, no other values."""

    fact: Fact
    how: str
    weight: float
    words: tuple[str, str] | None = None


@dataclass(frozen=True)
class Likeness:
    """How likely two records are one person's, from 0 to 1, and why, the weightiest reason first."""

    score: float
    reasons: tuple[Reason, ...] = field(default_factory=tuple)

    @property
    def is_likely(self) -> bool:
        """Whether somebody should look at the two."""
        return self.score >= LIKELY


def likeness(a: Record, b: Record, bearers: Mapping[frozenset[str], int] | None = None) -> Likeness:
    """Compare two records; `bearers` says how many people bear a whole name (its words), where that was counted."""
    reasons = sorted(_reasons(a, b, bearers or {}), key=lambda reason: -abs(reason.weight))
    bits = _PRIOR + sum(reason.weight for reason in reasons)
    return Likeness(1 / (1 + 2.0**-bits), tuple(reasons))


def _reasons(a: Record, b: Record, bearers: Mapping[frozenset[str], int]) -> Iterator[Reason]:
    whole = max(_whole_names(a, b, bearers), key=lambda reason: reason.weight, default=None)
    yield from [whole] if whole else _names(a, b)
    if a.birth_date and b.birth_date:
        yield _birth_dates(a.birth_date, b.birth_date)
    yield from _equal(Fact.GENDER, a.gender, b.gender, _SAME_GENDER, _OTHER_GENDER)
    yield from _equal(Fact.IDENTITY, a.identity, b.identity, _SAME_IDENTITY, _OTHER_IDENTITY)
    yield from _equal(Fact.TELEPHONE, a.telephone, b.telephone, _SAME_TELEPHONE)
    yield from _equal(Fact.EMAIL, a.email.lower(), b.email.lower(), _SAME_EMAIL)
    yield from _equal(Fact.SCHOOL, _school(a.school), _school(b.school), _SAME_SCHOOL, _OTHER_SCHOOL)
    yield from _equal(Fact.QUALIFIED_IN, a.qualified_in, b.qualified_in, _SAME_YEAR, _OTHER_YEAR)
    if a.council_numbers & b.council_numbers:
        yield Reason(Fact.COUNCIL_NUMBER, "same", _SAME_NUMBER)
    if a.files & b.files:
        yield Reason(Fact.DOCUMENT, "same", _SAME_FILE)
    elif a.pictures & b.files or b.pictures & a.files:
        yield Reason(Fact.DOCUMENT, "alike", _ALIKE_FILE)


def _whole_names(a: Record, b: Record, bearers: Mapping[frozenset[str], int]) -> Iterator[Reason]:
    """Yield the whole names that both have, by how rare they are."""
    for one, other in product(a.names, b.names):
        count = bearers.get(one.words, 0)
        if count and one.words == other.words:
            how = "the only one of this name" if count == 1 else f"one of {count} of this name"
            yield Reason(Fact.NAME, how, round(_NAME_OF_ONE - log2(count), 3), (str(one), str(other)))


def _names(a: Record, b: Record) -> Iterator[Reason]:
    """Compare those two of their names that agree best, word by word."""
    pairs = [compare(one, other) for one in a.names for other in b.names]
    best = max(pairs, key=_bits_of_name, default=None)
    if best is None or not best.reasons:
        return
    found = [
        Reason(Fact.NAME, why.kind.value, _bits(why.kind, why.weight, best), (why.a, why.b)) for why in best.reasons
    ]
    surplus = sum(reason.weight for reason in found) - _MOST_FOR_A_NAME
    yield from found
    if surplus > 0:
        yield Reason(Fact.NAME, "no more than namesakes share", -surplus)


def _bits_of_name(comparison: Comparison) -> float:
    return sum(_bits(why.kind, why.weight, comparison) for why in comparison.reasons)


def _bits(kind: Kind, weight: float, comparison: Comparison) -> float:
    if kind is Kind.TYPO and weight * _words_in(comparison) < _DOUBTFUL_DEGREE:
        return _DOUBTFUL_TYPO
    return _WORDS[kind]


def _words_in(comparison: Comparison) -> int:
    """Return how many words both names have: a reason's weight is its degree by this number."""
    return sum(bool(why.a and why.b) for why in comparison.reasons if why.kind is not Kind.ORDER)


def _birth_dates(a: date, b: date) -> Reason:
    if a == b:
        is_first = (a.month, a.day) == (1, 1)
        how, weight = ("same, 1 January", _SAME_FIRST_OF_JANUARY) if is_first else ("same", _SAME_BIRTH_DATE)
    elif (a.year, a.month, a.day) == (b.year, b.day, b.month):
        how, weight = "day and month swapped", _DAY_AND_MONTH_SWAPPED
    elif sum((a.year != b.year, a.month != b.month, a.day != b.day)) == 1:
        how, weight = "one part differs", _ONE_PART_DIFFERS
    else:
        how, weight = "other", _OTHER_BIRTH_DATE
    return Reason(Fact.BIRTH_DATE, how, weight)


def _equal(fact: Fact, a: object, b: object, same: float, other: float = 0.0) -> Iterator[Reason]:
    if not a or not b:
        return
    if a == b:
        yield Reason(fact, "same", same)
    elif other:
        yield Reason(fact, "other", other)


def _school(text: str) -> str:
    """Return what tells a school from others, whatever it is called besides: Ibadan for University of Ibadan."""
    return " ".join(sorted(set(fold(text).split()) - _OF_MOST_SCHOOLS))
