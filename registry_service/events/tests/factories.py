"""Events for tests, and what has been written of them."""

from datetime import UTC
from typing import Any

from changes.tests.factories import NOW
from events.models import OutboxEvent
from events.rules import Event, EventType
from events.services import record_event, record_register_events

FILE = "0190a1b2-c3d4-7e5f-8071-8293a4b5c6d7"
NUMBER = "PHB-MED-DEM0-001B"
CLAIMED = Event(EventType.APPLICATION_TAKEN_ON, FILE, {"application_id": FILE})
SUSPENDED = Event(EventType.LICENSE_SUSPENDED, NUMBER, {"license_number": NUMBER, "from_day": "2026-11-23"})


def happened(event: Event = CLAIMED) -> None:
    """Something that is not about the register."""
    record_event(event, now=NOW)


def changed(*events: Event, position: int = 7) -> None:
    """A change of the register, at some position."""
    record_register_events(events or [SUSPENDED], position=position, recorded_at=NOW)


def written(**narrowing: Any) -> list[OutboxEvent]:
    """The events, in the order in which they were written."""
    return list(OutboxEvent.objects.filter(**narrowing).order_by("id"))


def cloud_event(event: OutboxEvent) -> dict[str, Any]:
    """An event as receivers get it: shared_contracts/events/envelope.v1.schema.json."""
    position = {} if event.position is None else {"position": event.position}
    schema = event.type.removeprefix("ng.phb.registry.")
    return {
        "specversion": "1.0",
        "id": str(event.uid),
        "source": "https://registry.phb.ng",
        "type": event.type,
        "subject": event.subject,
        "time": event.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "dataschema": f"https://phb.ng/contracts/events/{schema}.schema.json",
        **position,
        "data": event.data,
    }
