"""Text as the subject of an e-mail."""

import unicodedata

LONGEST = 200
_ELLIPSIS = "…"
_JOINER = "\u200d"


def as_subject(text: str) -> str:
    """Return text as one line that fits; of a longer one the first letters, each with its marks, and an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= LONGEST:
        return line
    end = LONGEST - len(_ELLIPSIS)
    while end and (_belongs_to_the_one_before(line[end]) or line[end - 1] == _JOINER):
        end -= 1
    return line[:end].rstrip() + _ELLIPSIS


def _belongs_to_the_one_before(letter: str) -> bool:
    return letter == _JOINER or unicodedata.category(letter).startswith("M")
