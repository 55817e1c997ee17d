"""What the registry promised of events in shared_contracts, held against what it really writes down.

With PHB_WRITE_EXAMPLES=1 the examples are written anew from the events; a reviewer sees the difference.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.conf import settings

from applications.rules import Status
from applications.tests import factories as files
from applications.tests.factories import PATHS, make_application, make_officer
from changes.tests.factories import NOW, act
from events.models import OutboxEvent
from events.rules import WITHIN_THE_COUNCIL, EventType
from events.tests.factories import cloud_event, written
from licenses import services
from licenses.tests.acts import CASES
from sampling.cast import CAST
from sampling.services import add_cast

pytestmark = pytest.mark.django_db

CONTRACTS = settings.BASE_DIR.parent / "shared_contracts"
SCHEMAS = {
    schema["title"]: schema
    for path in (CONTRACTS / "events").glob("*.schema.json")
    for schema in [json.loads(path.read_text(encoding="utf-8"))]
}
ENVELOPE = SCHEMAS.pop("Event")
# What differs from run to run stands in the examples as one of these.
ONE, OTHER = (member.licenses[0].number for member in CAST[:2])
APPLICATION = "0190a1b2-c3d4-7e5f-8071-8293a4b5c6d7"
SETTLED: dict[str, object] = {
    "id": "0190a1b2-c3d4-7000-8000-000000000001",
    "time": "2026-11-23T09:00:00Z",
    "position": 42,
    "license_number": ONE,
    "replaced_by": OTHER,
    "application_id": APPLICATION,
}
SUBJECTS = {"application": APPLICATION, "license": ONE, "register": "register"}


def take_every_step() -> None:
    """Carry applications to every status, by every step."""
    first, second = make_officer(), make_officer()
    for status in PATHS:
        make_application(status, first, second)
    files.assign(make_application(Status.SUBMITTED, first, second), first)
    for status, step in [
        (Status.UNDER_REVIEW, files.release),
        (Status.UNDER_REVIEW, files.reassign),
        (Status.INFORMATION_REQUESTED, lambda application, _: files.respond(application)),
    ]:
        step(make_application(status, first, second), first)
    files.send_back(make_application(Status.DECISION_PROPOSED, first, second), second)


def do_every_act() -> None:
    """Do to licenses whatever can be done to them."""
    for name, prepared in CASES.items():
        act(getattr(services, name), **prepared().arguments)


@pytest.mark.parametrize("kind", ["application", "license", "register"])
def test_every_event_is_what_its_schema_says(kind: str) -> None:
    bring_about: dict[str, Callable[[], object]] = {
        "application": take_every_step,
        "license": do_every_act,
        "register": lambda: add_cast(NOW),
    }
    bring_about[kind]()
    first: dict[str, OutboxEvent] = {}
    for event in written():
        body = cloud_event(event)
        _validator(ENVELOPE).validate(body)
        _validator(SCHEMAS[event.type]).validate(body["data"])
        assert SCHEMAS[event.type]["$id"] == body["dataschema"]
        # What a schema does not name is not said either.
        assert set(event.data) <= set(SCHEMAS[event.type]["properties"])
        first.setdefault(event.type, event)
    ours = {each.value for each in EventType if each.startswith(f"ng.phb.registry.{kind}.")}
    assert ours <= set(first)
    for each in ours:
        _hold(first[each], subject=SUBJECTS[kind])


def test_every_type_has_its_schema_and_says_who_may_hear_of_it() -> None:
    assert {title: schema["x-within-the-council"] for title, schema in SCHEMAS.items()} == {
        each.value: each in WITHIN_THE_COUNCIL for each in EventType
    }


def _hold(event: OutboxEvent, *, subject: str) -> None:
    assert event.subject in (subject, *event.data.values())
    # The database keeps no order of names; the schema's is the one to read them in.
    data = {name: event.data[name] for name in SCHEMAS[event.type]["properties"]}
    example = {**_settled(cloud_event(event)), "subject": subject, "data": _settled(data)}
    path = CONTRACTS / "examples" / "events" / f"{event.type.removeprefix('ng.phb.registry.')}.json"
    if os.environ.get("PHB_WRITE_EXAMPLES"):
        path.write_text(json.dumps(example, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert example == _read(path)


def _settled(says: dict[str, Any]) -> dict[str, Any]:
    return {name: SETTLED.get(name, value) for name, value in says.items()}


def _validator(schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
