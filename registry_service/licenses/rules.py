"""What may happen to a license, and how its standing on a day follows from the facts.

There is no stored status. Removals, suspensions, certificates, conditions and grace are periods, and
the status of any day is computed from them, so that no job has to run at midnight for it to be right.
"""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import TextChoices

from common.errors import DomainError


class Status(TextChoices):
    REGISTERED = "registered", "On the register"
    SUSPENDED = "suspended", "Suspended"
    REMOVED = "removed", "Removed from the register"


class Transition(TextChoices):
    SUSPEND = "suspend", "Suspend"
    REINSTATE = "reinstate", "End a suspension"
    REMOVE = "remove", "Remove from the register"
    RESTORE = "restore", "Restore to the register"


# The whole machine: from which statuses each transition may start, and where it leads.
TRANSITIONS: dict[Transition, tuple[frozenset[Status], Status]] = {
    Transition.SUSPEND: (frozenset({Status.REGISTERED}), Status.SUSPENDED),
    Transition.REINSTATE: (frozenset({Status.SUSPENDED}), Status.REGISTERED),
    Transition.REMOVE: (frozenset({Status.REGISTERED, Status.SUSPENDED}), Status.REMOVED),
    Transition.RESTORE: (frozenset({Status.REMOVED}), Status.REGISTERED),
}

DEATH = "death"


class TransitionNotAllowed(DomainError):
    """The license is not in a status from which this can happen."""

    code = "license_transition_not_allowed"
    title = "This cannot happen to the license now"
    detail = "Cannot {transition} a license that is {license_status}."


class NotBeforeRegistration(DomainError):
    """Nothing can take effect before the license existed."""

    code = "license_effective_before_registration"
    title = "This would take effect before the license existed"
    detail = "The license was registered on {registered_on}; choose that day or a later one."


class HolderDeceased(DomainError):
    """A death ends every license for good."""

    code = "license_holder_deceased"
    title = "The holder has died"
    detail = "The register holds {died_on} as the day of death."


class ConditionNotInForce(DomainError):
    """The condition is over already."""

    code = "license_condition_not_in_force"
    title = "The condition is not in force"
    detail = "It was lifted before, or ends before {from_day}."


def next_status(status: Status, transition: Transition) -> Status:
    """Return where `transition` leads from `status`.

    Raises:
        TransitionNotAllowed: the table above has no such step.
    """
    sources, target = TRANSITIONS[transition]
    if status not in sources:
        raise TransitionNotAllowed(transition=transition.value, license_status=status.value)
    return target


@dataclass(frozen=True)
class Period:
    """Whole days in Lagos, from `start` up to but not including `end`; None is without end."""

    start: date
    end: date | None = None
    code: str = ""
    text: str = ""
    number: str = ""

    def includes(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True)
class Standing:
    """What the register holds about one license: everything that its status on a day depends on."""

    registered_on: date
    died_on: date | None = None
    supervised: bool = False
    removals: list[Period] = field(default_factory=list)
    suspensions: list[Period] = field(default_factory=list)
    certificates: list[Period] = field(default_factory=list)
    conditions: list[Period] = field(default_factory=list)
    graces: list[Period] = field(default_factory=list)


def in_force(periods: list[Period], day: date) -> Period | None:
    """Return the period that includes the day, if any."""
    return next((period for period in periods if period.includes(day)), None)


def status_on(standing: Standing, day: date) -> Status:
    """Return the status on a day; from the day of death on, a license is removed."""
    if standing.died_on is not None and standing.died_on <= day:
        return Status.REMOVED
    if in_force(standing.removals, day):
        return Status.REMOVED
    if in_force(standing.suspensions, day):
        return Status.SUSPENDED
    return Status.REGISTERED


@dataclass(frozen=True)
class Obstacle:
    """Why the holder may not practise on a day; `code` is one of the words listed in the contract."""

    code: str
    text: str
    start: date | None = None
    end: date | None = None


def obstacles_on(standing: Standing, day: date) -> list[Obstacle]:
    """Return everything that stands against practising on a day; nothing means that the holder may.

    Being on the register is not yet the right to practise: a practising certificate, or the grace
    that a renewal filed in time gives, must cover the day.
    """
    found: list[Obstacle] = []
    if day < standing.registered_on:
        found.append(Obstacle("not_yet_registered", "Not registered before this day.", standing.registered_on))
    if standing.died_on is not None and standing.died_on <= day:
        found.append(Obstacle("deceased", "The holder has died.", standing.died_on))
    if removal := in_force(standing.removals, day):
        found.append(Obstacle("removed", removal.text, removal.start, removal.end))
    if suspension := in_force(standing.suspensions, day):
        found.append(Obstacle("suspended", suspension.text, suspension.start, suspension.end))
    if not in_force(standing.certificates, day) and not in_force(standing.graces, day):
        found.append(_without_certificate(standing, day))
    return found


def _without_certificate(standing: Standing, day: date) -> Obstacle:
    ended = [period.end for period in standing.certificates if period.end is not None and period.end <= day]
    if ended:
        return Obstacle("certificate_expired", "The last practising certificate has ended.", max(ended))
    return Obstacle("certificate_missing", "No practising certificate has been issued for this day.")


def certificate_for(standing: Standing, day: date) -> Period | None:
    """Return the certificate that covers the day, or the last one before it."""
    begun = [period for period in standing.certificates if period.start <= day]
    return in_force(begun, day) or max(begun, key=lambda period: period.start, default=None)


def supervised_since(day: date) -> Period:
    """Return the condition that every holder in a supervised part of a register is under."""
    return Period(start=day, code="supervised_practice", text="May practise only under supervision.")
