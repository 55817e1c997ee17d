"""How far two names agree, and why: each word of one is laid beside the word of the other that it agrees with best."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

from practitioners.names.agreement import Agreement, Kind, agreement
from practitioners.names.lexicon import Forms, Lexicon, standard
from practitioners.names.value import Name
from practitioners.names.words import Word, joined, words_of

# Two names match from this score on: of two words one may be shortened, mistyped or an initial, but none contradicts.
MATCHES = 0.7

_EXTRA = Agreement(Kind.EXTRA, -0.2)
_ORDER = -0.05
# Where words agree equally well either way, they stay in their places.
_IN_PLACE = 1e-6


@dataclass(frozen=True, slots=True)
class Reason:
    """Two words as they are written, how they agree, and what that adds to the score; an extra word stands alone."""

    kind: Kind
    a: str
    b: str
    weight: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far two names agree, from 0 to 1: what the reasons weigh together, but never less than 0."""

    score: float
    reasons: tuple[Reason, ...]

    @property
    def matches(self) -> bool:
        """Whether both may well be one person's name."""
        return self.score >= MATCHES


@dataclass(frozen=True, slots=True)
class _Row:
    """Words laid beside each other; where one name has more words, one of the two is missing."""

    a: Word | None
    b: Word | None
    how: Agreement

    @property
    def is_swapped(self) -> bool:
        """Whether the words agree, and one is a surname where the other is a given name."""
        if self.a is None or self.b is None:
            return False
        return self.how.degree > 0 and self.a.is_surname != self.b.is_surname

    @property
    def gain(self) -> float:
        return self.how.degree - self.is_swapped * _IN_PLACE

    def weighs(self, kind: Kind, weight: float) -> Reason:
        return Reason(kind, self.a.text if self.a else "", self.b.text if self.b else "", weight)


def compare(a: Name, b: Name, *, wide: bool = False, lexicon: Lexicon | None = None) -> Comparison:
    """Return how far two names agree, whatever the order of their words.

    The score is the mean over the words that both names have, less a fifth of a word for each that only one has. It
    says how well the names fit and nothing of how rare they are: two namesakes score 1. `wide` also takes an element
    alone for a short form, as Chi for Chidera, which many names have in common.
    """
    lexicon = lexicon or standard()
    ours, theirs = words_of(a, lexicon), words_of(b, lexicon)
    ours, theirs = joined(ours, theirs, lexicon), joined(theirs, ours, lexicon)
    shared = min(len(ours), len(theirs))
    if not shared:
        return Comparison(0.0, ())
    rows = _best_rows(ours, theirs, wide=wide)
    reasons = [row.weighs(row.how.kind, row.how.degree / shared) for row in rows]
    reasons += [row.weighs(Kind.ORDER, _ORDER) for row in rows if row.is_swapped][:1]
    return Comparison(max(0.0, round(sum(reason.weight for reason in reasons), 6)), tuple(reasons))


def keys(name: Name, *, wide: bool = False, lexicon: Lexicon | None = None) -> frozenset[str]:
    """Return what an index finds a name by.

    Two names have a key in common where a word of one is a spelling or a short form of a word of the other. The
    reverse is not so: Adebayo and Olubayo have one, since both are called Bayo.
    """
    lexicon = lexicon or standard()
    words = words_of(name, lexicon)
    together = (lexicon.forms(one.forms.word + other.forms.word) for one, other in pairwise(words))
    known = [word.forms for word in words if not word.is_initial] + [forms for forms in together if forms.listed]
    return frozenset().union(*(_keys(forms, wide=wide) for forms in known))


def _keys(forms: Forms, *, wide: bool) -> frozenset[str]:
    return forms.groups | forms.short | (forms.bare if wide else frozenset())


def _best_rows(ours: Sequence[Word], theirs: Sequence[Word], *, wide: bool) -> list[_Row]:
    size = max(len(ours), len(theirs))
    first, second = ([*words, *[None] * (size - len(words))] for words in (ours, theirs))
    table = [[_row(one, other, wide=wide) for other in second] for one in first]
    gains = [[row.gain for row in rows] for rows in table]
    best = max(permutations(range(size)), key=lambda order: sum(gains[at][to] for at, to in enumerate(order)))
    return [table[at][to] for at, to in enumerate(best)]


def _row(one: Word | None, other: Word | None, *, wide: bool) -> _Row:
    return _Row(one, other, agreement(one, other, wide=wide) if one and other else _EXTRA)
