"""What a name is called for short: Adebayo is Bayo, Ifeanyichukwu is Ifeanyi, Damilare is Dami.

Many names are put together from elements. People leave one out: the head in Yoruba (Ade-bayo), the tail in Igbo
(Ifeanyi-chukwu), now and then the other one. An element alone (Chi for Chidera) says little about who is meant, since
many names begin with it, and counts only for those who ask for it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_SHORTEST = 3
_VOWELS = "aeiou"
# The initial vowel goes (Abiodun, Biodun; Oladipo, Ladipo) where an open syllable follows and much is left.
_ELIDED = re.compile(r"[ao](?=[^aeiou][aeiou].{3})")
# The first two or three syllables stay (Damilare, Dami; Ginikanwa, Ginika; Mosunmola, Mosun), or the last two
# (Kolawole, Wole).
_CLIPPED = [
    *(re.compile(rf"^([^aeiou]*[aeiou])([^aeiou]+[aeiou]){{{more}}}(?=..)") for more in (1, 2)),
    *(re.compile(rf"^([^aeiou]*[aeiou])([^aeiou]+[aeiou]){{{more}}}n(?=[^aeiou].)") for more in (1, 2)),
    re.compile(r"(?<=...)([^aeiou]+[aeiou]){2}$"),
]


@dataclass(frozen=True)
class Elements:
    """The parts that names are made of, as folded text: those that begin a name, and those that end one."""

    heads: frozenset[str] = frozenset()
    tails: frozenset[str] = frozenset()

    def short_forms(self, word: str) -> frozenset[str]:
        """Return what a folded word may be shortened to: what is left of it without one or two of its elements."""
        once = frozenset(self._without_element(word))
        return once.union(*map(self._without_element, once))

    def clipped(self, word: str) -> frozenset[str]:
        """Return what a folded word may be clipped to, whatever it is put together from."""
        full = self.short_forms(word) | {word}
        clips = {clip[0] for form in full for pattern in _CLIPPED if (clip := pattern.search(form))} - self._all
        elided = {word[1:]} if _ELIDED.match(word) else set()
        return frozenset(clips | elided)

    def elements_of(self, word: str) -> frozenset[str]:
        """Return the element that a folded word begins with and the one that it ends with, if any."""
        return frozenset(filter(None, (self._head(word), self._tail(word))))

    def _without_element(self, word: str) -> Iterator[str]:
        head, tail = self._head(word), self._tail(word)
        # What a head leaves is no element: nobody called Ayoola is called Ola.
        if head and _is_long_enough(rest := word[len(head) :]) and rest not in self._all:
            yield rest
        if tail and _is_long_enough(rest := _before(tail, word[: -len(tail)])):
            yield rest

    def _head(self, word: str) -> str:
        return next((word[:to] for to in range(len(word) - 1, 0, -1) if word[:to] in self.heads), "")

    def _tail(self, word: str) -> str:
        return next((word[at:] for at in range(1, len(word)) if word[at:] in self.tails), "")

    @cached_property
    def _all(self) -> frozenset[str]:
        return self.heads | self.tails


def _before(tail: str, rest: str) -> str:
    """Return what is left when a tail is dropped, or nothing where the word cannot divide: b belongs to Ade-bayo.

    Before a vowel, an l joins the two (Temi-l-oluwa), and n writes a nasal vowel (Ebun-oluwa).
    """
    if tail[0] not in _VOWELS:
        return rest
    rest = rest.removesuffix("l")
    return rest if rest.endswith((*_VOWELS, "n")) else ""


def _is_long_enough(form: str) -> bool:
    return len(form) >= _SHORTEST
