"""Changes of the register for tests, all on one day: 23 November 2026."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import Any

from audit.rules import Actor
from changes.models import RecordedChange
from changes.services import RegisterChange, register_change

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def change(now: datetime = NOW, actor: str = "user:registrar") -> AbstractContextManager[RegisterChange]:
    """The transaction in which a test changes the register."""
    return register_change(actor=Actor(actor), reason="A test.", now=now)


def act(service: Callable[..., Any], **arguments: Any) -> Any:
    """Carry out one act in a transaction of its own."""
    with change() as opened:
        return service(opened, **arguments)


def recorded_change() -> RecordedChange:
    """A change for rows that a test writes past the services."""
    with change() as opened:
        opened.take_position()
    return RecordedChange.objects.get(pk=opened.id)
