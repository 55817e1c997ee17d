"""How two words of names agree, and how far."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from practitioners.names.lexicon import Forms
from practitioners.names.typos import Typo, typo
from practitioners.names.words import Word

_KEPT = 100_000


class Kind(StrEnum):
    """How two words agree, or what else counts in a comparison."""

    SAME = "same"
    FOLDED = "folded"  # the same but for marks, apostrophes and hyphens
    VARIANT = "variant"  # two spellings of one name
    SHORT_FORM = "short form"
    INITIAL = "initial"
    TYPO = "typo"
    ORDER = "order"  # a surname in one name is a given name in the other
    EXTRA = "extra"  # a word that the other name lacks
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two words agree and how far: 1 is entirely, 0 not at all, less than 0 that one of them is missing."""

    kind: Kind
    degree: float


# Chosen on the names to build on (tests/name_pairs.py), so that of two words one may be a short form, a slip or an
# initial, but not both. Two initials say no more than one.
_SAME = Agreement(Kind.SAME, 1.0)
_FOLDED = Agreement(Kind.FOLDED, 0.99)
_VARIANT = Agreement(Kind.VARIANT, 0.95)
_SHORT_FORM = Agreement(Kind.SHORT_FORM, 0.85)
_BARE_ELEMENT = Agreement(Kind.SHORT_FORM, 0.75)
_INITIAL = Agreement(Kind.INITIAL, 0.6)
_TYPO = {
    Typo.ONE: Agreement(Kind.TYPO, 0.75),
    Typo.TWO: Agreement(Kind.TYPO, 0.6),
    # Enough in a name of three words whose other two agree.
    Typo.DOUBTFUL: Agreement(Kind.TYPO, 0.35),
}
_CONTRADICTS = Agreement(Kind.CONTRADICTS, 0.0)


def agreement(a: Word, b: Word, *, wide: bool) -> Agreement:
    """Return how two words agree; `wide` takes an element alone (Chi for Chidera) for a short form as well."""
    if a.forms.word == b.forms.word and not a.is_initial:
        return _SAME if a.is_written_as(b) else _FOLDED
    return _of_forms(a.forms, b.forms, wide)


@lru_cache(maxsize=_KEPT)
def _of_forms(a: Forms, b: Forms, wide: bool) -> Agreement:
    if 1 in (len(a.word), len(b.word)):
        return _INITIAL if a.word[0] == b.word[0] else _CONTRADICTS
    if a.groups & b.groups:
        return _VARIANT
    if a.short & b.groups or b.short & a.groups:
        return _SHORT_FORM
    if wide and (a.bare & b.groups or b.bare & a.groups):
        return _BARE_ELEMENT
    # Two names that are known to be different are no slips of each other, however near they are.
    if a.listed and b.listed:
        return _CONTRADICTS
    found = (typo(a.word, b.word), typo(a.skeleton, b.skeleton))
    typos = [_TYPO[one] for one in found if one is not None]
    return max(typos, key=lambda one: one.degree, default=_CONTRADICTS)
