"""One transaction that changes the register, and the position it takes.

A position grows in commit order: the counter is the last row that the transaction locks, so whoever
has read up to position n has read everything up to n.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from common.clock import day_in_lagos
from licenses.models import LicenseTransition, PHBProfessionalRegistry


@dataclass
class RegisterChange:
    """Who changes the register, when, and what has been touched so far."""

    actor: str
    now: datetime
    touched: set[int] = field(default_factory=set)
    steps: list[dict[str, Any]] = field(default_factory=list)
    position: int | None = None

    @property
    def today(self) -> date:
        """The day in Lagos on which the change is made."""
        return day_in_lagos(self.now)

    def touch(self, license_id: int) -> None:
        """Note that this license was changed."""
        self.touched.add(license_id)

    def log(self, license_id: int, **step: Any) -> None:
        """Note a transition; it is written with the position at the end of the transaction."""
        self.touch(license_id)
        self.steps.append({"license_id": license_id, "actor": self.actor, **step})


@contextmanager
def register_change(*, actor: str, now: datetime) -> Iterator[RegisterChange]:
    """Open the transaction in which services change the register.

    On the way out it takes the next position and stamps every touched license and transition with
    it. A change that touched nothing takes no position.
    """
    with transaction.atomic():
        change = RegisterChange(actor=actor, now=now)
        yield change
        if change.touched:
            _stamp(change)


def take_position(now: datetime) -> int:
    """Take the next position. Everyone else who changes the register waits for this transaction to end."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE licenses_registerposition SET value = value + 1, changed_at = %s RETURNING value", [now])
        return int(cursor.fetchone()[0])


def _stamp(change: RegisterChange) -> None:
    position = take_position(change.now)
    PHBProfessionalRegistry.objects.filter(id__in=change.touched).update(position=position)
    LicenseTransition.objects.bulk_create(LicenseTransition(position=position, **step) for step in change.steps)
    change.position = position
