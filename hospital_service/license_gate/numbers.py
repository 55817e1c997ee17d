"""When two ways of writing a license number mean the same license.

This never decides whether a number is valid, which only the registry does. It decides whether the record that came
back is the one that was asked for.
"""

import re
import unicodedata

MAX_NUMBER_LENGTH = 64
"""Longer than any number that a Nigerian council or the register has ever printed."""

_WRITTEN_BY_THE_REGISTER = re.compile(r"PHB-(?P<profession>[A-Z0-9]+)-(?P<body>.+)")
_MISREAD_IN_THE_BODY = str.maketrans("OIL", "011")


def could_be_a_number(text: str) -> bool:
    """Whether there is anything to ask: printable, of sensible length, with a letter or a digit in it."""
    return len(text) <= MAX_NUMBER_LENGTH and text.isprintable() and any(map(str.isalnum, text))


def is_phb_number(text: str) -> bool:
    return compact(text).startswith("PHB")


def is_same_phb_number(asked: str, held: str) -> bool:
    """Compare what was typed with a number as the register writes it (``PHB-MED-…``).

    The prefix must match to the letter. Only behind it is O read as 0, and I and L as 1: the register never uses those
    letters in the body, but they are part of prefixes such as MLS.
    """
    written = _WRITTEN_BY_THE_REGISTER.fullmatch(held.strip().upper())
    if written is None:
        return False
    prefix = "PHB" + written["profession"]
    typed = compact(asked)
    return typed.startswith(prefix) and _body(typed.removeprefix(prefix)) == _body(compact(written["body"]))


def is_same_council_number(asked: str, held: str) -> bool:
    """Compare two writings of a council's own number: ``mdcn/r/12345`` is ``MDCN-R-12345``."""
    return compact(asked) == compact(held)


def key(text: str) -> str:
    """Return the same text for all writings of one number, as far as this service can tell them."""
    typed = compact(text)
    return _body(typed) if typed.startswith("PHB") else typed


def _body(compact: str) -> str:
    return compact.translate(_MISREAD_IN_THE_BODY)


def compact(text: str) -> str:
    """Upper-case letters and digits alone; full-width and other compatible forms count as the plain ones."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).upper()))
