"""A person's name as a value, and when two of them are the same."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# The Python side of phb_fold (migration 0001): apostrophes go, and letters without a decomposition are mapped.
_APOSTROPHES = "'`\u00b4\u02b9\u02bb\u02bc\u2018\u2019\u2032"
_BY_HAND = str.maketrans("ɓɗƙƴǝəŋƁƊƘƳƎƏŊ", "bdkyeenBDKYEEN", _APOSTROPHES)
_MARKS = re.compile(r"[\u0300-\u036f]")
_SEPARATORS = re.compile(r"[\W_]+")


@lru_cache(maxsize=10_000)
def fold(text: str) -> str:
    """Return text without case, marks, dots below, hooks and punctuation, as names are compared in search."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_BY_HAND)).lower()
    return _SEPARATORS.sub(" ", _MARKS.sub("", decomposed)).strip()


@dataclass(frozen=True)
class Name:
    """A name without regard to since when it is used; the title is no part of what is compared."""

    surname: str
    given_names: str = ""
    title: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What two names share when they are the same but for case and spaces."""
        return spelled(self.surname), spelled(self.given_names)

    @property
    def words(self) -> frozenset[str]:
        """The words of the name, folded; an initial is no word."""
        return frozenset(word for word in fold(f"{self.surname} {self.given_names}").split() if len(word) > 1)

    def __str__(self) -> str:
        return f"{self.surname}, {self.given_names}" if self.given_names else self.surname


def spelled(text: str) -> str:
    """Return text as it is compared letter by letter: without regard to case and repeated spaces."""
    return " ".join(text.casefold().split())
