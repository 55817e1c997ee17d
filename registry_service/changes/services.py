"""One transaction that changes the register, the position it takes, and what it leaves for auditors and for others.

A position grows in commit order: the counter is the last row that the transaction locks, so whoever
has read up to position n has read everything up to n. Records for auditors need no position and are written before it,
events bear it and are written after it: one statement each, however many licenses the change concerns.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from django.db import connection, models, transaction

from audit.rules import Actor, Change, Subject, act_with_reason
from audit.services import record_changes
from changes.models import RecordedChange
from common.clock import day_in_lagos
from common.copying import reserve_ids
from events.rules import Event, EventType
from events.services import record_register_events

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
    actor: Actor
    reason: str
    now: datetime
    position: int | None = None
    _recorded_at: datetime = field(init=False)
    _touched: dict[type[models.Model], set[int]] = field(default_factory=lambda: defaultdict(set))
    _acts: dict[Subject, list[str]] = field(default_factory=lambda: defaultdict(list))
    _changed: dict[Subject, set[str]] = field(default_factory=lambda: defaultdict(set))
    _events: list[Event] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day in Lagos on which the change is made."""
        return day_in_lagos(self.now)

    def touch(self, kind: type[models.Model], *ids: int) -> None:
        """Note which rows this change concerns: each gets its position at the end."""
        if ids:
            self._touched[kind].update(ids)

    def record(self, subject: Subject, act: str, changed: Iterable[str], *, coded_reason: str = "") -> None:
        """Note for auditors what an act changes of a person or a license: fields or kinds of facts, by name.

        At the end each of them gets one record of all that was done in this change, with the reason of it.
        """
        self._acts[subject].append(act_with_reason(act, coded_reason))
        self._changed[subject].update(changed)

    def announce(self, event: Event) -> None:
        """Note an event, which is written with the position at the end."""
        self._events.append(event)

    def take_position(self) -> int:
        """Take the next position, once. From here on everyone else who changes the register waits for the end."""
        if self.position is None:
            with connection.cursor() as cursor:
                cursor.execute(_NEXT, [self.now])
                self.position, self._recorded_at = cursor.fetchone()
            RecordedChange.objects.create(
                id=self.id,
                position=self.position,
                actor=self.actor.name,
                reason=self.reason,
                recorded_at=self._recorded_at,
            )
        return self.position

    def close(self) -> None:
        """Stamp what was touched with the position, and write what was noted; without a touch it takes none."""
        record_changes(self.actor, self._changes(), now=self.now)
        for kind, ids in self._touched.items():
            kind._default_manager.filter(pk__in=ids).update(position=self.take_position())
        if self._events:
            record_register_events(self._events, position=self.take_position(), recorded_at=self._recorded_at)

    def _changes(self) -> list[Change]:
        return [
            Change(subject, self._changed[subject], "; ".join([*acts, self.reason]))
            for subject, acts in self._acts.items()
        ]


@dataclass
class RegisterBatch(RegisterChange):
    """A change of thousands: single acts in it are neither recorded nor announced, but once what they come to."""

    def record(self, subject: Subject, act: str, changed: Iterable[str], *, coded_reason: str = "") -> None:
        """Leave it to `sum_up`."""

    def announce(self, event: Event) -> None:
        """Leave it to `sum_up`."""

    def sum_up(
        self,
        run: Subject,
        act: str,
        changed: Collection[str],
        *,
        licenses_added: int,
        licenses_changed: int = 0,
        people_changed: int = 0,
    ) -> None:
        """Record for auditors, and announce, what all of it comes to; the last thing that is done.

        `run` is what the batch is one of. What concerns nothing that the register tells anybody is recorded only.
        """
        if not changed:
            return
        super().record(run, act, changed)
        if self._touched or self.position is not None:
            data = {
                "regulator": run.regulator or None,
                "licenses_added": licenses_added,
                "licenses_changed": licenses_changed,
                "people_changed": people_changed,
            }
            super().announce(Event(EventType.REGISTER_BATCH_ENTERED, "register", data))


C = TypeVar("C", bound=RegisterChange)


@contextmanager
def register_change(*, actor: Actor, reason: str, now: datetime) -> Iterator[RegisterChange]:
    """Open the transaction in which services change the register.

    `actor` is who does it, `reason` why, in words that an auditor understands in ten years, and never such as somebody
    typed; `now` is the moment that the register gives as the time of the change.
    """
    with _opened(RegisterChange, actor, reason, now) as change:
        yield change


@contextmanager
def register_batch(*, actor: Actor, reason: str, now: datetime) -> Iterator[RegisterBatch]:
    """Open the transaction in which the register is filled by the thousand (see `register_change`)."""
    with _opened(RegisterBatch, actor, reason, now) as batch:
        yield batch


@contextmanager
def _opened(kind: type[C], actor: Actor, reason: str, now: datetime) -> Iterator[C]:
    with transaction.atomic():
        change = kind(id=reserve_ids(RecordedChange, 1)[0], actor=actor, reason=reason, now=now)
        yield change
        change.close()
