"""When two writings of a person's name have nothing in common."""

import re
import unicodedata

from common.letters import APOSTROPHES, PLAIN, WHOLE

# As the registry folds names: apostrophes go before NFKD, which would make a blank and a mark of some, and letters
# without a decomposition (the hooked ones of Hausa, the turned e of Kanuri, eng) are mapped by hand.
_BY_HAND = str.maketrans(WHOLE, PLAIN, APOSTROPHES)
_WORD = re.compile(r"[^\W_]+")

# What stands before names in hospitals' lists. A word that is some people's name too, such as Imam, is left out of
# the comparison all the same: their other names remain.
_TITLES = frozenset(
    _WORD.findall(
        "alhaja alhaji barr barrister chief doctor dr engr hajia hajiya imam madam mal malam mallam master matron "
        "miss mr mrs ms nurse otunba pastor pharm pharmacist phm prof professor rev reverend sir sister"
    )
)


def share_no_word(name: str, other: str) -> bool | None:
    """Say whether two names differ in every word; None where one of them has no word to compare.

    Case, marks, dots below, hooks and apostrophes do not count, a hyphen parts words, and titles and
    initials are no words of a name.
    """
    words, others = _words(name), _words(other)
    return words.isdisjoint(others) if words and others else None


def _words(name: str) -> set[str]:
    decomposed = unicodedata.normalize("NFKD", name.translate(_BY_HAND)).casefold()
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return {word for word in _WORD.findall(plain) if len(word) > 1} - _TITLES
