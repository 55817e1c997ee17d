"""Telling a slip of the pen from another name that looks alike.

Many names differ from others by a letter (Adebola, Adekola, Adesola; Bola, Bala), so that counting edits is not enough.
Names differ where the language lets them: a consonant stands for another, a vowel for another, often at the
beginning. Slips are of other kinds: letters are left out, added or transposed, the next key is hit, or a vowel in a
longer word is written as it is heard.
"""

from enum import Enum
from itertools import pairwise

from rapidfuzz.distance import OSA

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEXT_KEYS = frozenset(frozenset(keys) for row in _KEYS for keys in pairwise(row))
_VOWELS = frozenset("aeiou")
# The longest words that allow no edit, and no second one; and the shortest in which vowels are written as heard.
_NONE_UP_TO = 3
_ONE_UP_TO = 5
_HEARD_FROM = 6


class Typo(Enum):
    """How two words that are no spellings of one name may still be one: by a slip, by two, or perhaps."""

    ONE = 1
    TWO = 2
    DOUBTFUL = 0


def typo(a: str, b: str) -> Typo | None:
    """Return what makes one folded word of the other; `DOUBTFUL` when they look like two names, None when unlike."""
    shorter, longer = sorted((len(a), len(b)))
    allowed = (longer > _NONE_UP_TO) + (shorter > _ONE_UP_TO)
    edits = OSA.distance(a, b, score_cutoff=allowed)
    if not 0 < edits <= allowed:
        return None
    return Typo.DOUBTFUL if _look_like_two_names(a, b, edits) else Typo(edits)


def _look_like_two_names(a: str, b: str, edits: int) -> bool:
    shorter, longer = sorted((len(a), len(b)))
    if a[0] != b[0] and (edits > 1 or shorter <= _NONE_UP_TO):
        return True
    if shorter < longer or sorted(a) == sorted(b):
        return False
    changed = [(one, other) for one, other in zip(a, b, strict=True) if one != other]
    return len(changed) == edits and (edits > 1 or a[0] != b[0] or not _is_slip(*changed[0], longer))


def _is_slip(one: str, other: str, length: int) -> bool:
    """Return whether a letter inside a word of this length stands for another by mistake."""
    vowels = len(_VOWELS & {one, other})
    return vowels == 1 or {one, other} in _NEXT_KEYS or (vowels == 2 and length >= _HEARD_FROM)
