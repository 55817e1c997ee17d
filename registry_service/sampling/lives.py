"""A life as far as a register needs it: born, trained, registered, at work or not, and dead.

Sizes and shares come from `data/tracks.csv`, with their sources; what is written here as a constant is assumed.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from math import exp

from sampling.draws import read_table

YEAR = 365.25

_MEAN_YEARS_ON_REGISTER = 15
_LONGEST_ON_REGISTER = 52
_RETIREMENT_AGE = 70
# The share of the register that is alive and under that age, as it comes out of these lives.
_OF_WORKING_AGE = 0.95


@dataclass(frozen=True, slots=True)
class Track:
    """A profession: how many follow it, who they are, and which parts of the register they pass."""

    profession: str
    per_thousand: int
    women: float
    good_standing: float
    youngest: int
    oldest: int
    provisional: str
    full: str
    specialist: str


@dataclass(frozen=True, slots=True)
class Life:
    """The days that count: birth, first registration, death; and since when the person no longer renews."""

    born: date
    entered: date
    died: date | None
    stopped: date | None


@cache
def tracks() -> list[Track]:
    """Return the professions with their sizes."""
    return [
        Track(
            profession=row["profession"],
            per_thousand=int(row["per_thousand"]),
            women=float(row["women"]),
            good_standing=float(row["good_standing"]),
            youngest=int(row["youngest"]),
            oldest=int(row["oldest"]),
            provisional=row["provisional"],
            full=row["full"],
            specialist=row["specialist"],
        )
        for row in read_table("tracks")
    ]


def draw_life(rng: random.Random, track: Track, term_years: float, today: date) -> Life:
    """Return a life in which registration comes after training, and renewals end with retirement or death.

    `term_years` is how long the council's practising certificate holds; the first comes with the
    registration, so that nobody stops before it has ended.
    """
    years = rng.expovariate(1 / _MEAN_YEARS_ON_REGISTER)
    if years > _LONGEST_ON_REGISTER:
        years = _LONGEST_ON_REGISTER * rng.random()
    entered = office_day(today - timedelta(days=1 + int(years * YEAR)))
    age = track.youngest + (track.oldest - track.youngest) * rng.random() ** 1.6
    born = entered - timedelta(days=int(age * YEAR) + 1)
    age_now = (today - born).days / YEAR
    died = None
    # Gompertz: half of those who would be about 76 are dead, one in a hundred of those who would be 40.
    if rng.random() < 1 - exp(-exp((age_now - 80) / 9)):
        died = today - timedelta(days=int((today - entered).days * rng.random() ** 2))
    end = min(died or today, born + timedelta(days=int(_RETIREMENT_AGE * YEAR)))
    if end == today and (years < term_years or rng.random() < _renewing_share(track.good_standing, term_years)):
        return Life(born, entered, died, stopped=None)
    on_register = max((end - entered).days, 0)
    worked = on_register if end < today and rng.random() < 0.6 else on_register * rng.random() ** 0.7
    return Life(born, entered, died, stopped=entered + timedelta(days=int(worked)))


@cache
def _renewing_share(good_standing: float, term_years: float) -> float:
    """Return how many of those of working age must go on renewing, so that the whole register comes out right."""
    newcomers = 1 - exp(-term_years / _MEAN_YEARS_ON_REGISTER)
    return (good_standing - newcomers) / (_OF_WORKING_AGE - newcomers)


def office_day(day: date) -> date:
    """Return the day, or the Friday before a weekend: councils register on working days."""
    return day - timedelta(days=max(day.weekday() - 4, 0))
