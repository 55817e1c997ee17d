"""One transaction that changes the register, and the position it takes.

A position grows in commit order: the counter is the last row that the transaction locks, so whoever
has read up to position n has read everything up to n.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection, models, transaction

from changes.models import RecordedChange
from common.clock import day_in_lagos
from common.copying import reserve_ids

# A change that began earlier may be committed later: the time never goes back while the position grows.
_NEXT = """
    UPDATE changes_registerposition SET value = value + 1, changed_at = greatest(changed_at, %s)
    RETURNING value, changed_at
"""


@dataclass
class RegisterChange:
    """Who changes the register, why and when, and what has been touched so far.

    `id` is what recorded and closed rows refer to.
    """

    id: int
    actor: str
    reason: str
    now: datetime
    position: int | None = None
    _touched: dict[type[models.Model], set[int]] = field(default_factory=lambda: defaultdict(set))

    @property
    def today(self) -> date:
        """The day in Lagos on which the change is made."""
        return day_in_lagos(self.now)

    def touch(self, kind: type[models.Model], *ids: int) -> None:
        """Note which rows this change concerns: each gets its position at the end."""
        if ids:
            self._touched[kind].update(ids)

    def take_position(self) -> int:
        """Take the next position, once. From here on everyone else who changes the register waits for the end."""
        if self.position is None:
            with connection.cursor() as cursor:
                cursor.execute(_NEXT, [self.now])
                self.position, recorded_at = cursor.fetchone()
            RecordedChange.objects.create(
                id=self.id, position=self.position, actor=self.actor, reason=self.reason, recorded_at=recorded_at
            )
        return self.position

    def close(self) -> None:
        """Stamp what was touched with the position; a change that touched nothing takes none."""
        for kind, ids in self._touched.items():
            kind._default_manager.filter(pk__in=ids).update(position=self.take_position())


@contextmanager
def register_change(*, actor: str, reason: str, now: datetime) -> Iterator[RegisterChange]:
    """Open the transaction in which services change the register.

    `actor` is who does it, `reason` why, in words that an auditor understands in ten years; `now` is
    the moment that the register gives as the time of the change.
    """
    with transaction.atomic():
        change = RegisterChange(id=reserve_ids(RecordedChange, 1)[0], actor=actor, reason=reason, now=now)
        yield change
        change.close()
