"""What a council's list says of one license, and the steps that lead there. No database, no clock.

A list speaks of its own day: it is compared with what the register holds for that day, so that a
list which says what is known already changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest

from licenses.rules import (
    DEATH,
    HolderDeceased,
    Period,
    Standing,
    Status,
    Transition,
    in_force,
    next_status,
    status_on,
)


@dataclass(frozen=True)
class Said:
    """What a list says of a license's standing; `until` is the first day after it, None when none is named."""

    day: date
    status: Status
    reason: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Step:
    """One step of the transition table, and the day from which it holds."""

    transition: Transition
    from_status: Status
    effective_on: date
    reason: str = ""

    @property
    def to_status(self) -> Status:
        """Where the step leads."""
        return next_status(self.from_status, self.transition)


def follow(standing: Standing, said: Said) -> tuple[Standing, list[Step]]:
    """Return the standing that the list says, and the steps to it from the one that is held.

    Days before the registration count as the day of registration. A correction of dates or reason
    that leaves the status as it is has no step.

    Raises:
        HolderDeceased: the register holds a death, which no list undoes.
        TransitionNotAllowed: something later that is held does not let the step happen.
    """
    if standing.died_on is not None:
        raise HolderDeceased(died_on=standing.died_on)
    steps: list[Step] = []
    if said.status is not Status.REMOVED:
        standing = replace(standing, removals=_ended(standing.removals, Transition.RESTORE, said, steps))
    if said.status is Status.REGISTERED:
        standing = replace(standing, suspensions=_ended(standing.suspensions, Transition.REINSTATE, said, steps))
    elif said.status is Status.SUSPENDED:
        standing = replace(standing, suspensions=_begun(standing, Transition.SUSPEND, said, steps))
    else:
        standing = replace(standing, removals=_begun(standing, Transition.REMOVE, said, steps))
    return standing, steps


def die(standing: Standing, died_on: date) -> tuple[Standing, list[Step]]:
    """Return the standing of a license whose holder died, and the step to it unless it was removed before."""
    day = max(died_on, standing.registered_on)
    status = status_on(replace(standing, died_on=None), day)
    dead = replace(standing, died_on=died_on)
    return dead, [] if status is Status.REMOVED else [Step(Transition.REMOVE, status, day, DEATH)]


def with_certificates(held: list[Period], listed: list[Period]) -> list[Period]:
    """Return the certificates held with those of a list: an earlier one ends where a later one begins."""
    by_start = {period.start: period for period in held}
    for period in listed:
        same = by_start.get(period.start, period)
        by_start[period.start] = same if same.end == period.end else replace(same, end=period.end)
    ordered = sorted(by_start.values(), key=lambda period: period.start)
    following = [period.start for period in ordered[1:]]
    return [_until(period, start) for period, start in zip_longest(ordered, following)]


def without_certificate(held: list[Period], day: date) -> list[Period]:
    """Return the certificates held when a council says that on this day there is none: what runs on, ends."""
    return [_until(period, day) for period in held if period.start < day]


def _until(period: Period, day: date | None) -> Period:
    """Return the period, ended on a day if it would run on."""
    return period if day is None or (period.end and period.end <= day) else replace(period, end=day)


def _ended(periods: list[Period], transition: Transition, said: Said, steps: list[Step]) -> list[Period]:
    """End the period in force on the day of the list, on the day that the list names if it can be that one."""
    period = in_force(periods, said.day)
    if period is None:
        return periods
    day = said.since if said.since and period.start < said.since <= said.day else said.day
    status = Status.REMOVED if transition is Transition.RESTORE else Status.SUSPENDED
    steps.append(Step(transition, status, day))
    shorter = [replace(period, end=day)] if period.start < day else []
    return [other for other in periods if other != period] + shorter


def _begun(standing: Standing, transition: Transition, said: Said, steps: list[Step]) -> list[Period]:
    """Begin a suspension or removal on the day that the list names, or correct the one that is in force."""
    suspending = transition is Transition.SUSPEND
    periods = standing.suspensions if suspending else standing.removals
    first = max(said.since or said.day, standing.registered_on)
    day = max(first, said.day)
    held = in_force(periods, day)
    others = [period for period in periods if period != held]
    if held is not None:
        start = first if said.since else held.start
        return [*others, _around(day, Period(start, said.until or held.end, said.reason), others)]
    start = _free_from(first, day, standing.removals + (standing.suspensions if suspending else []))
    step = Step(transition, status_on(standing, start), start, said.reason)
    next_status(step.from_status, transition)
    steps.append(step)
    return [*others, _around(day, Period(start, said.until, said.reason), others)]


def _free_from(first: date, day: date, taken: list[Period]) -> date:
    """Return the first day from `first` on that none of the periods which ended by `day` covers."""
    return max([first, *(period.end for period in taken if period.end is not None and period.end <= day)])


def _around(day: date, period: Period, others: list[Period]) -> Period:
    """Return the period, which covers the day, without what the others cover before and after."""
    ended = [other.end for other in others if other.end is not None and other.end <= day]
    later = [other.start for other in others if other.start > day]
    return replace(period, start=max([period.start, *ended]), end=_earliest([period.end, *later]))


def _earliest(days: list[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)
