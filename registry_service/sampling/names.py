"""How Nigerians are called: names of one tradition and gender, marks for some, titles, and names before marriage."""

import random
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from sampling.draws import Weighted, read_table

TRADITIONS = Weighted([("yoruba", 0.33), ("igbo", 0.30), ("hausa", 0.22), ("other", 0.15)])

_MUSLIM = {"yoruba": 0.38, "igbo": 0.01, "hausa": 0.93, "other": 0.08}
# Who writes tone marks and dots below on forms: a minority everywhere.
_WRITES_MARKS = {"yoruba": 0.09, "igbo": 0.09, "hausa": 0.03, "other": 0.0}
_MARKED_NAMES = 0.6
_ENOUGH_NAMES = 12
_UNISEX_SHARE = {"yoruba": 0.30, "igbo": 0.20, "hausa": 0.0, "other": 0.06}
_GIVEN_NAMES = Weighted([(1, 0.17), (2, 0.65), (3, 0.18)])
_INITIAL_SHARE = 0.04
_SAME_TRADITION = 0.87
_DOUBLE_NAME = 0.10


@dataclass(frozen=True, slots=True)
class Background:
    """What decides how somebody is called."""

    tradition: str
    muslim: bool
    marks: bool

    @property
    def faith(self) -> str:
        """The word that titles.csv uses; `muslim-north` is narrower than `muslim`."""
        if self.muslim:
            return "muslim-north" if self.tradition == "hausa" else "muslim-south"
        return f"christian-{self.tradition}"


def draw_background(rng: random.Random) -> Background:
    """Return a tradition by its share, with a faith and a way of writing that are usual in it."""
    tradition = TRADITIONS.draw(rng.random())
    return Background(tradition, rng.random() < _MUSLIM[tradition], rng.random() < _WRITES_MARKS[tradition])


def draw_surname(rng: random.Random, background: Background) -> str:
    """Return a surname; many people of the north have their father's given name as one."""
    return _draw(rng, background, "surname")


def draw_given_names(rng: random.Random, background: Background, gender: str) -> str:
    """Return one to three given names, the last of them now and then as an initial."""
    wanted = _GIVEN_NAMES.draw(rng.random())
    names = [_native_name(rng, background, gender)]
    for draw in (_faith_name, _native_name)[: wanted - 1]:
        name = draw(rng, background, gender)
        # Spellings of one name (Ibrahim, Ibraheem) begin alike, and nobody has two of them.
        if all(name[:4] != other[:4] for other in names):
            names.append(name)
    if len(names) > 1 and rng.random() < _INITIAL_SHARE:
        names[-1] = f"{names[-1][0]}."
    elif rng.random() < 0.25:
        names.reverse()
    return " ".join(names)


def draw_married_surname(rng: random.Random, background: Background, maiden: str) -> str:
    """Return the surname after marriage: the husband's, or the maiden name with his behind a hyphen."""
    his = background if rng.random() < _SAME_TRADITION else draw_background(rng)
    married = draw_surname(rng, his)
    if married == maiden or rng.random() < _DOUBLE_NAME:
        married = f"{maiden}-{draw_surname(rng, his)}"
    return married


def draw_title(rng: random.Random, background: Background, gender: str, profession: str, age: int) -> str:
    """Return the title that somebody of this age and calling gives on forms, or nothing."""
    chance = rng.random()
    for title, youngest, share in _titles(gender, background.faith, profession):
        if age >= youngest:
            chance -= share
            if chance < 0:
                return title
    return ""


def _native_name(rng: random.Random, background: Background, gender: str) -> str:
    kind = "unisex" if rng.random() < _UNISEX_SHARE[background.tradition] else gender
    if background.tradition == "other" and rng.random() < 0.75:
        return _book()["christian", gender, False].draw(rng.random())
    return _draw(rng, background, kind)


def _faith_name(rng: random.Random, background: Background, gender: str) -> str:
    if background.tradition == "hausa" or rng.random() < 0.3:
        return _draw(rng, background, gender)
    if background.muslim:
        return _book()["yoruba", f"muslim_{gender}", False].draw(rng.random())
    return _book()["christian", gender, False].draw(rng.random())


def _draw(rng: random.Random, background: Background, kind: str) -> str:
    book, key = _book(), (background.tradition, kind)
    marked = book.get((*key, True)) if background.marks else None
    # Not every name takes marks; and where the lists have few that do, nobody draws them all the time.
    if marked and rng.random() < _MARKED_NAMES * min(1, len(marked) / _ENOUGH_NAMES):
        return marked.draw(rng.random())
    return book[*key, False].draw(rng.random())


@cache
def _book() -> dict[tuple[str, str, bool], Weighted[str]]:
    """The names by tradition, kind and way of writing; who writes marks has a name that takes them."""
    plain: dict[tuple[str, str, bool], list[tuple[str, float]]] = defaultdict(list)
    for row in read_table("names"):
        key, weight = (row["tradition"], row["kind"]), float(row["weight"])
        plain[*key, False].append((row["name"], weight))
        if row["marked"]:
            plain[*key, True].append((row["marked"], weight))
    return {key: Weighted(names) for key, names in plain.items()}


@cache
def _titles(gender: str, faith: str, profession: str) -> list[tuple[str, int, float]]:
    return [
        (row["title"], int(row["youngest"]), float(row["share"]))
        for row in read_table("titles")
        if row["gender"] in ("", gender) and faith.startswith(row["faith"]) and row["profession"] in ("", profession)
    ]
