"""Names as councils write them: titles in front, maiden names in brackets or after "nee", capitals."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice

from importing.rules import word_key
from practitioners.names import Name, fold

Titles = frozenset[str]

_TOKEN = re.compile(r"\([^()]*\)|[^\s()]+")
_FORMERLY = frozenset({"nee", "formerly"})
_MAX_TITLE = 40


@dataclass(frozen=True)
class ListedName:
    """The present name, and the surnames that were given with it as former ones."""

    name: Name
    former_surnames: tuple[str, ...] = ()


@dataclass
class _Part:
    """One piece of text taken apart: the words of the name, titles, former surnames."""

    words: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    formers: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return _written(self.words)


def read_cells(surname: str, given_names: str, titles: Titles) -> ListedName:
    """Read a name whose surname and given names stand in cells of their own."""
    return _joined(_take_apart(surname, titles), _take_apart(given_names, titles))


def read_surname_comma(text: str, titles: Titles) -> ListedName:
    """Read "HARUNA, Emeka H."; without a comma the first word is the surname."""
    surname, comma, given_names = text.partition(",")
    return read_cells(surname, given_names, titles) if comma else read_surname_first(text, titles)


def read_surname_first(text: str, titles: Titles) -> ListedName:
    """Read "HARUNA Emeka". Only one word after "nee" is the former surname: the given names follow it."""
    part = _take_apart(text, titles, formerly_takes=1)
    return _split(part, titles, surname=part.words[:1], given=part.words[1:])


def read_given_first(text: str, titles: Titles) -> ListedName:
    """Read "Emeka Haruna": the last word is the surname."""
    part = _take_apart(text, titles)
    return _split(part, titles, surname=part.words[-1:], given=part.words[:-1])


READERS: dict[str, Callable[[str, Titles], ListedName]] = {
    "surname_comma": read_surname_comma,
    "surname_first": read_surname_first,
    "given_first": read_given_first,
}


def read_former(surname: str, given_names: str, present: Name, titles: Titles) -> Name | None:
    """Return the former name that two cells give; what is missing in it is as in the present name."""
    before_surname, before_given_names = (_former_words(text, titles) for text in (surname, given_names))
    if not before_surname and not before_given_names:
        return None
    return Name(before_surname or present.surname, before_given_names or present.given_names)


def _former_words(text: str, titles: Titles) -> str:
    """Return the name in a cell for former names; where all of it stands in brackets, these mean nothing."""
    part = _take_apart(text, titles)
    return part.text or _written(word for former in part.formers for word in former.split())


def written(word: str) -> str:
    """Write a word in capitals as a name: "Adeyemi", "Akinlabi-Fadipe", "Sa'idu"; initials stay."""
    if not word.isupper() or all(len(piece) <= 1 for piece in word.split(".")):
        return word
    return "-".join(piece.capitalize() for piece in word.split("-"))


def _written(words: Iterable[str]) -> str:
    return " ".join(map(written, words))


def _take_apart(text: str, titles: Titles, formerly_takes: int | None = None) -> _Part:
    """Sort the words of a text; `formerly_takes` says how many after "nee" are the former surname (None: all)."""
    part = _Part()
    tokens = [token.strip(",;") for token in _TOKEN.findall(text)]
    words = iter([token for token in tokens if token])
    for word in words:
        if word.startswith("("):
            _take_bracket(part, word[1:-1].split(), titles)
        elif fold(word) in _FORMERLY and part.words:
            part.formers.append(" ".join(following.strip("()") for following in islice(words, formerly_takes)))
        else:
            part.words.append(word)
    _take_titles(part, titles)
    return part


def _take_bracket(part: _Part, words: list[str], titles: Titles) -> None:
    if words and fold(words[0]) in _FORMERLY:
        part.formers.append(" ".join(words[1:]))
    elif words and all(word_key(word) in titles for word in words):
        part.titles.append(f"({' '.join(_title(word) for word in words)})")
    else:
        part.formers.append(" ".join(words))


def _take_titles(part: _Part, titles: Titles) -> None:
    """Take titles off the beginning, but never the last word."""
    found = []
    while len(part.words) > 1 and word_key(part.words[0]) in titles:
        found.append(_title(part.words.pop(0)))
    part.titles[:0] = found


def _title(word: str) -> str:
    return word.strip(".").capitalize()


def _split(part: _Part, titles: Titles, *, surname: list[str], given: list[str]) -> ListedName:
    rest = _Part(words=given)
    _take_titles(rest, titles)
    return _joined(_Part(words=surname, titles=part.titles, formers=part.formers), rest)


def _joined(surname: _Part, given: _Part) -> ListedName:
    """Put the parts together; whoever has one name only has it as surname."""
    formers = [_written(former.split()) for former in surname.formers + given.formers]
    title = " ".join(surname.titles + given.titles)[:_MAX_TITLE].strip()
    name = Name(surname.text, given.text, title) if surname.words else Name(given.text, "", title)
    return ListedName(name, tuple(former for former in formers if former))
