"""A name as the words that are compared."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from practitioners.names.folding import fold
from practitioners.names.lexicon import Forms, Lexicon, standard
from practitioners.names.value import Name

_KEPT_NAMES = 10_000
# More than anybody has; what comes after them is not looked at, so that no text takes long to compare.
_MOST_WORDS = 6
_BETWEEN = re.compile(r"[\s./,;_()\-\u2010-\u2015]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is written, what is known of it, and whether it stands where the surname does."""

    text: str
    forms: Forms
    is_surname: bool

    @property
    def is_initial(self) -> bool:
        return len(self.forms.word) == 1

    def is_written_as(self, other: "Word") -> bool:
        """Return whether two words are the same, letter by letter and mark by mark, but for case."""
        return normalize("NFC", self.text).casefold() == normalize("NFC", other.text).casefold()


@lru_cache(maxsize=_KEPT_NAMES)
def words_of(name: Name, lexicon: Lexicon) -> tuple[Word, ...]:
    """Return the words of a name, the surname's first, without titles in front of either part."""
    surname = list(_words(name.surname, lexicon, is_surname=True))
    given = list(_words(name.given_names, lexicon, is_surname=False))
    for part in (surname, given):
        # A title is never all there is of a name.
        while part and len(surname) + len(given) > 1 and part[0].forms.word in lexicon.titles:
            part.pop(0)
    return (*surname, *given)[:_MOST_WORDS]


def spellings(name: Name) -> list[frozenset[str]]:
    """Return, for each word of a name that is no initial, the folded words that it may be written as elsewhere."""
    lexicon = standard()
    return [lexicon.spellings(word.forms.word) for word in words_of(name, lexicon) if not word.is_initial]


def joined(words: Sequence[Word], as_in: Sequence[Word], lexicon: Lexicon) -> tuple[Word, ...]:
    """Return words with those made one that the other name writes as one: Iyanu-Oluwa, Iyanuoluwa."""
    return tuple(_joined(words, {word.forms.word for word in as_in}, lexicon))


def _words(text: str, lexicon: Lexicon, *, is_surname: bool) -> Iterator[Word]:
    for piece in _BETWEEN.split(text):
        if folded := fold(piece).replace(" ", ""):
            yield Word(piece, lexicon.forms(folded), is_surname)


def _joined(words: Sequence[Word], wanted: Collection[str], lexicon: Lexicon) -> Iterator[Word]:
    rest = iter(range(len(words)))
    for at in rest:
        two = words[at : at + 2]
        together = "".join(word.forms.word for word in two)
        if len(two) == 2 and together in wanted:
            yield Word("-".join(word.text for word in two), lexicon.forms(together), two[0].is_surname)
            next(rest)
        else:
            yield words[at]
