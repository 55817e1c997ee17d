"""A working life as the register has it: licenses with their certificates, and what befell them.

The shares that are written here as constants are assumed.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from licenses.rules import DEATH, Period, Standing, Status, Transition, next_status, status_on
from reference.rules import TermKind, add_months, term_from
from sampling.draws import Weighted, generator
from sampling.lives import YEAR, Life, Track, office_day

# How many certificates are written of those at work, and of those who have stopped.
_TERMS_AT_WORK = 2
_TERMS_STOPPED = 1
# Provisional registrations of earlier years are on paper, and were not carried over.
_FIRST_PROVISIONAL_YEAR = 2016
_SPECIALIST_AFTER_YEARS = {"medical-doctor": 6, "dental-surgeon": 6, "nurse": 3}
_SPECIALIST_SHARE = {"medical-doctor": 0.28, "dental-surgeon": 0.20, "nurse": 0.14}
_NURSE_PATHS = Weighted(
    [
        (("nmcn-general-nurse",), 0.53),
        (("nmcn-general-nurse", "nmcn-midwife"), 0.42),
        (("nmcn-midwife",), 0.05),
    ]
)
_RENEWING_SHARE = 0.015
_RENEWING_SHARE_IN_GRACE = 0.3
# Of those at work and of those who have stopped: what the register had to write down.
_AT_WORK_EVENTS = {
    "suspended": 0.0016,
    "was_suspended": 0.0020,
    "limited": 0.0040,
    "was_removed": 0.0012,
    "erased": 0.0004,
    "fraud": 0.0003,
}
_STOPPED_EVENTS = {"unpaid": 0.13, "own_request": 0.02}
_SUSPENSION_REASONS = Weighted(
    [("tribunal_order", 0.45), ("interim_order", 0.25), ("non_compliance", 0.2), ("fitness_to_practise", 0.1)]
)
_CONDITIONS = Weighted(
    [
        ("report_to_council", 0.2),
        ("retraining_required", 0.2),
        ("no_solo_practice", 0.15),
        ("supervised_practice", 0.15),
        ("chaperone_required", 0.1),
        ("no_controlled_drugs", 0.1),
        ("health_monitoring", 0.1),
    ]
)

Days = tuple[date, date]
Reasoned = tuple[date, date | None, str]


@dataclass(frozen=True, slots=True)
class Term:
    """For how long a council's practising certificate holds."""

    kind: str = TermKind.CALENDAR_YEAR
    months: int = 12
    grace_months: int = 0


@dataclass(frozen=True, slots=True)
class Councils:
    """What the councils' rules make of a career, as of one day.

    `terms` is keyed by part of the register; `specialties` gives for each profession the pairs of a
    specialist part and a specialty in it.
    """

    today: date
    terms: dict[str, Term]
    specialties: dict[str, list[tuple[str, str]]]


@dataclass(slots=True)
class License:
    """One entry in a part of the register, with all that holds for it."""

    part: str
    registered_on: date
    certificates: list[Days] = field(default_factory=list)
    grace: Days | None = None
    suspensions: list[Reasoned] = field(default_factory=list)
    removals: list[Reasoned] = field(default_factory=list)
    conditions: list[Reasoned] = field(default_factory=list)
    specialty: str = ""
    number: str = ""
    council_number: str = ""
    council_key: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A transition of a license, as the register logs it."""

    transition: Transition
    from_status: Status
    to_status: Status
    reason: str
    effective_on: date


def draw_licenses(rng: random.Random, track: Track, life: Life, councils: Councils) -> list[License]:
    """Return everything that one person has, in the order in which it was entered."""
    today, licenses = councils.today, _entries(rng, track, life, councils)
    for license in licenses:
        term = councils.terms[license.part]
        license.certificates = _certificates(rng, license.registered_on, life.stopped, term, today)
    if licenses[0].part == track.provisional and len(licenses) > 1:
        licenses[0].certificates = _certificates_until_full(rng, licenses[0], licenses[1], councils)
    if life.stopped is None:
        _renew_late(rng, licenses, councils)
        _befall(rng, licenses, _drawn_event(rng, _AT_WORK_EVENTS), today)
    elif life.died is None:
        _befall(rng, licenses, _drawn_event(rng, _STOPPED_EVENTS), today)
    return licenses


def steps_of(license: License, died: date | None) -> list[Step]:
    """Return the transitions that the periods of a license, and its holder's death, have left behind.

    A suspension whose last day was known ends without any act, and leaves no second step.
    """
    acts = [(start, Transition.SUSPEND, reason) for start, _, reason in license.suspensions]
    for start, end, reason in license.removals:
        acts.append((start, Transition.REMOVE, reason))
        if end is not None:
            acts.append((end, Transition.RESTORE, ""))
    standing = Standing(
        registered_on=license.registered_on,
        suspensions=[Period(start, end) for start, end, _ in license.suspensions],
        removals=[Period(start, end) for start, end, _ in license.removals],
    )
    steps = []
    for day, transition, reason in sorted(acts):
        before = status_on(standing, day - timedelta(days=1))
        steps.append(Step(transition, before, next_status(before, transition), reason, day))
    if died is not None and status_on(standing, died) is not Status.REMOVED:
        before = status_on(standing, died)
        steps.append(Step(Transition.REMOVE, before, next_status(before, Transition.REMOVE), DEATH, died))
    return steps


def _entries(rng: random.Random, track: Track, life: Life, councils: Councils) -> list[License]:
    end = life.stopped or councils.today
    licenses = _nurse_entries(rng, life, end) if track.profession == "nurse" else _ladder(rng, track, life, end)
    share = _SPECIALIST_SHARE.get(track.profession, 0)
    if licenses[-1].part != track.provisional and rng.random() < share:
        wait = _SPECIALIST_AFTER_YEARS[track.profession] + 6 * rng.random()
        day = office_day(licenses[0].registered_on + timedelta(days=int(wait * YEAR)))
        if day <= end:
            choices = councils.specialties[track.profession]
            part, specialty = choices[int(rng.random() * len(choices))]
            licenses.append(License(part, day, specialty=specialty))
    return licenses


def _nurse_entries(rng: random.Random, life: Life, end: date) -> list[License]:
    """General nurses, many of whom add midwifery after one to four years; and midwives."""
    path = _NURSE_PATHS.draw(rng.random())
    licenses = [License(path[0], life.entered)]
    if len(path) > 1:
        day = office_day(life.entered + timedelta(days=int((1 + 3 * rng.random()) * YEAR)))
        if day <= end:
            licenses.append(License(path[1], day))
    return licenses


def _ladder(rng: random.Random, track: Track, life: Life, end: date) -> list[License]:
    """First provisional registration, where the council has it, and full registration after the internship."""
    if not track.provisional:
        return [License(track.full, life.entered)]
    full_on = office_day(life.entered + timedelta(days=370 + int(rng.random() * 240)))
    if full_on > end:
        return [License(track.provisional, life.entered)]
    on_paper = life.entered.year < _FIRST_PROVISIONAL_YEAR
    before = [] if on_paper else [License(track.provisional, life.entered)]
    return [*before, License(track.full, full_on)]


def _certificates(rng: random.Random, registered_on: date, stopped: date | None, term: Term, today: date) -> list[Days]:
    """Return the last certificates, the earliest first; the first of all comes with the registration."""
    wanted = _TERMS_AT_WORK if stopped is None else _TERMS_STOPPED
    if term.kind == TermKind.CALENDAR_YEAR:
        last = today.year if stopped is None else min(stopped.year, today.year - 1)
        years = range(max(registered_on.year, last - wanted + 1), max(registered_on.year, last) + 1)
        return [(max(start, registered_on), end) for start, end in map(_calendar_year, years)]
    return _certificates_by_months(rng, registered_on, stopped, term, today=today, wanted=wanted)


@cache
def _calendar_year(year: int) -> Days:
    return term_from(date(year, 1, 1), TermKind.CALENDAR_YEAR, 12)


def _certificates_by_months(
    rng: random.Random, registered_on: date, stopped: date | None, term: Term, *, today: date, wanted: int
) -> list[Days]:
    """Terms of so many months from registration, each but the first begun up to two months late."""
    until = stopped or today
    last = _months_between(registered_on, until) // term.months
    if stopped is not None and last and add_months(registered_on, term.months * (last + 1)) > today:
        last -= 1
    found: list[Days] = []
    for count in range(max(last - wanted + 1, 0), last + 1):
        due = add_months(registered_on, term.months * count)
        late = int(rng.random() ** 3 * 60) if count else 0
        issued = max(min(due + timedelta(days=late), until), due)
        if found and issued < found[-1][1]:
            issued = found[-1][1]
        found.append(term_from(issued, TermKind.MONTHS_FROM_ISSUE, term.months))
    return found


def _certificates_until_full(rng: random.Random, provisional: License, full: License, councils: Councils) -> list[Days]:
    """Certificates of an internship; the last one ends when full registration takes its place."""
    day, term = full.registered_on, councils.terms[provisional.part]
    *earlier, (start, _) = _certificates(rng, provisional.registered_on, None, term, day)
    return [*earlier, (start, day)] if start < day else earlier


def _renew_late(rng: random.Random, licenses: list[License], councils: Councils) -> None:
    """Let some of those at work wait for a renewal that they filed in time."""
    today, chance = councils.today, rng.random()
    wait = timedelta(days=10 + int(rng.random() * 70))
    for license in licenses:
        if len(license.certificates) < _TERMS_AT_WORK:
            continue
        (_, ended), term = license.certificates[-2], councils.terms[license.part]
        if term.kind == TermKind.CALENDAR_YEAR and chance < _RENEWING_SHARE:
            license.certificates.pop()
            license.grace = ended, max(add_months(ended, term.grace_months or 3), today + wait)
        elif ended <= today < add_months(ended, term.grace_months) and chance < _RENEWING_SHARE_IN_GRACE:
            license.certificates.pop()
            license.grace = ended, add_months(ended, term.grace_months)


def _drawn_event(rng: random.Random, events: dict[str, float]) -> str:
    chance = rng.random()
    for event, share in events.items():
        chance -= share
        if chance < 0:
            return event
    return ""


def _befall(rng: random.Random, licenses: list[License], event: str, today: date) -> None:
    """Write down what happened to one person in all their licenses that existed then."""
    if event:
        happen = _EVENTS[event]
        seed = rng.random()
        for license in licenses:
            happen(generator(seed), license, today)


def _is_suspended(rng: random.Random, license: License, today: date) -> None:
    start = max(_days_before(rng, today, 0, 100), license.registered_on)
    reason = _SUSPENSION_REASONS.draw(rng.random())
    # The Act caps a tribunal's suspension at six months (from memory); the other orders stand until lifted.
    end = add_months(start, 4 + int(rng.random() * 3)) if reason == "tribunal_order" else None
    license.suspensions.append((start, end, reason))


def _was_suspended(rng: random.Random, license: License, today: date) -> None:
    start = _days_before(rng, today, 200, 3_000)
    if license.registered_on <= start:
        license.suspensions.append((start, add_months(start, 1 + int(rng.random() * 6)), "tribunal_order"))


def _is_limited(rng: random.Random, license: License, today: date) -> None:
    start = max(_days_before(rng, today, 0, 700), license.registered_on)
    end = add_months(today, 1 + int(rng.random() * 18)) if rng.random() < 0.5 else None
    license.conditions.append((start, end, _CONDITIONS.draw(rng.random())))


def _was_removed(rng: random.Random, license: License, today: date) -> None:
    start = _days_before(rng, today, 400, 2_500)
    if license.registered_on <= start:
        license.removals.append((start, start + timedelta(days=60 + int(rng.random() * 240)), "non_payment"))


def _is_erased(rng: random.Random, license: License, today: date) -> None:
    _remove(license, _days_before(rng, today, 0, 2_000), "erased_by_tribunal")


def _was_entered_by_fraud(rng: random.Random, license: License, today: date) -> None:
    _remove(license, _days_before(rng, today, 0, 2_000), "fraud_or_error")


def _did_not_pay(rng: random.Random, license: License, today: date) -> None:
    """Councils clear their registers one to three years after the last certificate."""
    start = add_months(_last_day_covered(license), 12 + int(rng.random() * 24))
    if start <= today:
        _remove(license, start, "non_payment")


def _asked_to_leave(rng: random.Random, license: License, today: date) -> None:
    covered = _last_day_covered(license)
    if covered < today:
        _remove(license, covered + timedelta(days=int(rng.random() * (today - covered).days)), "own_request")


def _remove(license: License, day: date, reason: str) -> None:
    """Remove for good; no certificate begins after that day."""
    day = max(day, license.registered_on)
    license.removals.append((day, None, reason))
    license.certificates = [certificate for certificate in license.certificates if certificate[0] < day]
    license.grace = None


_EVENTS: dict[str, Callable[[random.Random, License, date], None]] = {
    "suspended": _is_suspended,
    "was_suspended": _was_suspended,
    "limited": _is_limited,
    "was_removed": _was_removed,
    "erased": _is_erased,
    "fraud": _was_entered_by_fraud,
    "unpaid": _did_not_pay,
    "own_request": _asked_to_leave,
}


def _last_day_covered(license: License) -> date:
    return license.certificates[-1][1]


def _days_before(rng: random.Random, today: date, nearest: int, farthest: int) -> date:
    return today - timedelta(days=nearest + int(rng.random() * (farthest - nearest)))


def _months_between(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
