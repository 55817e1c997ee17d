"""Text as one SMS, in the basic alphabet of GSM 03.38, where 160 characters fit.

One character from outside makes a message of 70 characters of the whole, so names are written in plain letters here:
Ṣọlá Ɓala becomes Sola Bala. The alphabet and its extension, of which each character counts twice, are tables of
3GPP TS 23.038 (6.2.1).
"""

import unicodedata

from common.letters import APOSTROPHES, PLAIN, WHOLE

MOST = 160

_BASIC = frozenset(
    "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("^{}\\[~]|€")
_CUT = "..."
# What a cut text does not end with, as in "he said, ...".
_LOOSE_ENDS = " .,;:-("

# Dashes, quotation marks and the naira's sign, as people type them on a plain keyboard, and letters that Unicode does
# not take apart.
_BY_HAND = (
    dict(zip(WHOLE, PLAIN, strict=True))
    | dict.fromkeys(APOSTROPHES, "'")
    | dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb\u2033", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | {"\u20a6": "N", "\u2044": "/", "\u2022": "-", "ɔ": "o", "Ɔ": "O", "ɛ": "e", "Ɛ": "E", "œ": "oe", "Œ": "OE"}
)
# Marks on letters, and what directs text or joins it without being seen.
_UNSEEN = frozenset({"Mn", "Mc", "Me", "Cf", "Cc"})


def to_gsm(text: str) -> str:
    """Return text as one line in the alphabet; what has no likeness there becomes a question mark."""
    letters = unicodedata.normalize("NFC", text)
    return " ".join("".join(map(_plain, letters)).split())


def units(text: str) -> int:
    """Return how many of the 160 places a text in the alphabet takes."""
    return len(text) + sum(letter in _EXTENSION for letter in text)


def one_part(text: str) -> str:
    """Return a text in the alphabet as it is, or its first words and "..." where it takes more than one message."""
    if units(text) <= MOST:
        return text
    kept = _first(text, MOST - len(_CUT))
    if text[len(kept)] != " ":
        # A word is left out whole, a link above all; one that fills the message is cut all the same.
        kept = kept.rpartition(" ")[0] or kept
    return kept.rstrip(_LOOSE_ENDS) + _CUT


def _first(text: str, room: int) -> str:
    taken = 0
    for position, letter in enumerate(text):
        taken += units(letter)
        if taken > room:
            return text[:position]
    return text


def _plain(letter: str) -> str:
    if letter in _BASIC or letter in _EXTENSION:
        return letter
    if letter in _BY_HAND:
        return _BY_HAND[letter]
    if letter.isspace():
        return " "
    apart = unicodedata.normalize("NFKD", letter)
    if apart != letter:
        return "".join(map(_plain, apart))
    return "" if unicodedata.category(letter) in _UNSEEN else "?"
