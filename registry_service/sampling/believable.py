"""Who is who: from a seed and a place in the row, always the same believable person (as of one day)."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from licenses.numbers import ALPHABET, check_character, council_key
from practitioners.rules import Gender
from sampling.careers import Councils, License, draw_licenses
from sampling.draws import Weighted, generator, read_table
from sampling.lives import Track, draw_life, tracks
from sampling.names import (
    Background,
    draw_background,
    draw_given_names,
    draw_married_surname,
    draw_surname,
    draw_title,
)

_DECK = 1_000
_MARRIED_WITH_NEW_NAME = 0.22
_MOST_LICENSES = 8
_FIRST_PIN = 1_000_001
# From here on, numerals that begin with 98 or 99 are left to the people of demonstrations (cast.py), and to examples
# of numbers that nobody holds. The next such numerals have a digit more.
_FIRST_LEFT_OUT = 98_000

# Numbers look drawn at random and never meet: each step maps 35 bits (seven symbols) one to one.
_BITS = 35
_MASK = (1 << _BITS) - 1
_STIR = (0x4F1BBCDCB, 0x5A0ECD2B1)
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]


@dataclass(frozen=True, slots=True)
class World:
    """What people are drawn from: the councils' rules and the country's places, as of one day."""

    seed: int
    councils: Councils
    prefixes: dict[str, str]
    """Of license numbers, by part of the register."""
    lgas: dict[str, list[str]]
    """By state."""


@dataclass(slots=True)
class Person:
    """One person with everything that the register holds about them."""

    gender: Gender
    birth_date: date
    died_on: date | None
    state: str
    lga: str
    title: str
    surname: str
    given_names: str
    maiden_name: str
    married_on: date | None
    pin: str
    licenses: list[License]


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in the row: the profession, and a number that nobody else in it has."""

    track: Track
    ordinal: int


def people(world: World, start: int, stop: int) -> Iterator[Person]:
    """Yield the people with these places in the row, counted from 0."""
    rng = generator()
    for index in range(start, stop):
        rng.seed((world.seed << 40) | index)
        yield _person(rng, world, index)


def seat_at(index: int) -> Seat:
    """Return the seat of a place in the row: every thousand holds the professions in their exact shares."""
    track, rank = _deck()[index % _DECK]
    return Seat(track, index // _DECK * track.per_thousand + rank)


def numeral_at(ordinal: int, *, first: int = 1) -> int:
    """Return the numeral of a council's number: they run from the first on, without those of demonstrations."""
    numeral, left_out = first + ordinal, _FIRST_LEFT_OUT
    while left_out <= numeral:
        if left_out >= first:
            numeral += left_out // 49  # from 98… to 99…, as far as the next digit
        left_out *= 10
    return numeral


def license_number(prefix: str, seed: int, ordinal: int) -> str:
    """Return the number of the `ordinal`-th license of all that this seed makes."""
    bits = (ordinal ^ (seed * _STIR[0])) & _MASK
    for factor in _STIR:
        bits = (bits ^ (bits >> 17)) * factor & _MASK
    bits ^= bits >> 18
    body = _PAIRS[bits >> 25] + _PAIRS[bits >> 15 & 1023] + _PAIRS[bits >> 5 & 1023] + ALPHABET[bits & 31]
    return f"PHB-{prefix}-{body[:4]}-{body[4:]}{check_character(prefix, body)}"


def _person(rng: random.Random, world: World, index: int) -> Person:
    seat, today = seat_at(index), world.councils.today
    track = seat.track
    gender = Gender.FEMALE if rng.random() < track.women else Gender.MALE
    life = draw_life(rng, track, world.councils.terms[track.full].months / 12, today)
    licenses = draw_licenses(rng, track, life, world.councils)
    for place, license in enumerate(licenses):
        license.number = license_number(world.prefixes[license.part], world.seed, index * _MOST_LICENSES + place)
        license.council_number = _council_shapes()[license.part].format(n=numeral_at(seat.ordinal))
        license.council_key = council_key(license.council_number)
    background = draw_background(rng)
    surname, maiden_name, married_on = _surname(rng, background, gender, licenses[0].registered_on, life.died or today)
    state = _homes()[background.tradition].draw(rng.random())
    lgas = world.lgas[state]
    age = ((life.died or today) - life.born).days // 365
    return Person(
        gender=gender,
        birth_date=life.born,
        died_on=life.died,
        state=state,
        lga=lgas[int(rng.random() * len(lgas))],
        title=draw_title(rng, background, gender, track.profession, age),
        surname=surname,
        given_names=draw_given_names(rng, background, gender),
        maiden_name=maiden_name,
        married_on=married_on,
        pin=str(numeral_at(seat.ordinal, first=_FIRST_PIN)) if track.profession == "nurse" else "",
        licenses=licenses,
    )


def _surname(
    rng: random.Random, background: Background, gender: Gender, entered: date, until: date
) -> tuple[str, str, date | None]:
    """Return the surname, and for women who changed it while on the register the one before and the day."""
    surname = draw_surname(rng, background)
    if gender is not Gender.FEMALE or rng.random() >= _MARRIED_WITH_NEW_NAME:
        return surname, "", None
    day = entered + timedelta(days=200 + int(rng.random() * 3_000))
    if day > until:
        return surname, "", None
    return draw_married_surname(rng, background, surname), surname, day


@cache
def _deck() -> list[tuple[Track, int]]:
    cards = [(track, rank) for track in tracks() for rank in range(track.per_thousand)]
    assert len(cards) == _DECK, "the shares in tracks.csv must add up to a thousand"
    generator(_DECK).shuffle(cards)
    return cards


@cache
def _council_shapes() -> dict[str, str]:
    return {row["register_part"]: row["shape"] for row in read_table("council_numbers")}


@cache
def _homes() -> dict[str, Weighted[str]]:
    rows = read_table("homes")
    return {
        tradition: Weighted((row["state"], float(row["weight"])) for row in rows if row["tradition"] == tradition)
        for tradition in {row["tradition"] for row in rows}
    }
