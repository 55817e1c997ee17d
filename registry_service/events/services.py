"""Writing down what has happened, in the transaction that brought it about: both are kept, or neither."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from events.models import OutboxEvent
from events.rules import Event


def record_event(event: Event, *, now: datetime) -> None:
    """Record an event that is not about the register."""
    _record([event], time=now)


def record_register_events(events: Iterable[Event], *, position: int, recorded_at: datetime) -> None:
    """Record what a change of the register was, in one statement.

    `position` is the one that the change takes, and `recorded_at` the register's time at it.
    """
    _record(events, time=recorded_at, position=position)


def _record(events: Iterable[Event], *, time: datetime, position: int | None = None) -> None:
    assert connection.in_atomic_block, "an event without its cause would be a lie"
    OutboxEvent.objects.bulk_create(
        OutboxEvent(type=event.type, subject=event.subject, data=event.data, time=time, position=position)
        for event in events
    )
