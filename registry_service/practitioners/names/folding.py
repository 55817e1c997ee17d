"""Text as names are compared: the Python side of phb_fold (migration 0001)."""

import re
import unicodedata
from functools import lru_cache

from common.letters import APOSTROPHES, PLAIN, WHOLE

# Apostrophes go, and letters without a decomposition are mapped.
_BY_HAND = str.maketrans(WHOLE, PLAIN, APOSTROPHES)
_MARKS = re.compile(r"[\u0300-\u036f]")
_SEPARATORS = re.compile(r"[\W_]+")


@lru_cache(maxsize=10_000)
def fold(text: str) -> str:
    """Return text without case, marks, dots below, hooks and punctuation, as names are compared in search."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_BY_HAND)).lower()
    return _SEPARATORS.sub(" ", _MARKS.sub("", decomposed)).strip()


def spelled(text: str) -> str:
    """Return text as it is compared letter by letter: without regard to case and repeated spaces."""
    return " ".join(text.casefold().split())
