"""Who gets what at every address: each operation of the interface is asked by each kind of caller."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.http import HttpResponseBase
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator

from applications.models import ApplicationTransition
from audit.models import AuditRecord
from changes.models import RecordedChange
from changes.tests.factories import NOW
from tests.access import API, SECTIONS, Act, World

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).parents[2] / "docs" / "access.md"
HEADING = """# Who gets what

Each operation of the registry's interface, tried by each kind of caller, and the HTTP status that they got. The owner
is a professional with drafts for one council and applications at another, from one that waits to one that was decided;
one officer of that council has some of the files, a second officer others, and a third one has declared an interest in
this professional. 401: nobody knows who is asking; 403: whoever this is may not; 404: they may not even know of it;
409: they may, and it is not the time. Of a list that is not the same for all, the number of its rows stands behind.

Written by `registry_service/tests/test_access.py`, which fails when an operation is added without a row.
"""


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def tried(act: Act, caller: str, world: World) -> HttpResponseBase:
    """Return what a caller gets, and undo what they did; what was refused has changed nothing."""
    with transaction.atomic():
        before = _traces()
        answer = act.by(caller, world)
        assert answer.status_code < 500, (act, caller)
        assert answer.status_code < 400 or _traces() == before, (act, caller)
        transaction.set_rollback(True)
    return answer


def outcomes(answers: list[HttpResponseBase]) -> list[str]:
    """Return what each caller got: the status, and how many rows of a list that is not the same for all."""
    counts = [_rows(answer) for answer in answers]
    if len({count for count in counts if count is not None}) < 2:
        return [str(answer.status_code) for answer in answers]
    return [
        str(answer.status_code) if count is None else f"{answer.status_code} ({count})"
        for answer, count in zip(answers, counts, strict=True)
    ]


def _rows(answer: HttpResponseBase) -> int | None:
    """Return how many rows a list has; None for what is no list."""
    if answer.status_code != 200 or answer.headers.get("Content-Type") != "application/json":
        return None
    body = json.loads(answer.content)
    return len(body) if isinstance(body, list) else len(body["results"]) if "results" in body else None


def _traces() -> tuple[int, int, int]:
    changes = AuditRecord.objects.filter(action="change")
    return ApplicationTransition.objects.count(), RecordedChange.objects.count(), changes.count()


@pytest.fixture(scope="module")
def openapi() -> Any:
    return SchemaGenerator().get_schema(request=None, public=True)


def test_every_operation_has_its_row(openapi: Any) -> None:
    paths = openapi["paths"]
    served = {(method.upper(), path.removeprefix(API)) for path, methods in paths.items() for method in methods}
    assert {(act.method, act.path) for acts in SECTIONS.values() for act in acts} == served


def test_the_table_is_what_callers_get() -> None:
    world = World()
    lines = [HEADING]
    for section, acts in SECTIONS.items():
        lines += [f"## {section}\n", f"| | {' | '.join(world.callers)} |", f"|---|{'---|' * len(world.callers)}"]
        for act in acts:
            cells = " | ".join(outcomes([tried(act, caller, world) for caller in world.callers]))
            lines.append(f"| `{act.method} {act.path}` | {cells} |")
        lines.append("")
    table = "\n".join(lines)
    if os.environ.get("PHB_WRITE_EXAMPLES"):
        TABLE.write_text(table, encoding="utf-8")
    assert TABLE.read_text(encoding="utf-8") == table


def test_what_is_answered_has_all_that_openapi_requires(openapi: Any) -> None:
    world, unheard = World(), []
    for act in [act for acts in SECTIONS.values() for act in acts]:
        answers = (tried(act, caller, world) for caller in world.callers)
        answer = next((each for each in answers if each.status_code < 300), None)
        if answer is None:
            unheard.append(act.path)
        elif "json" in answer.headers.get("Content-Type", ""):
            described = openapi["paths"][API + act.path][act.method.lower()]["responses"][str(answer.status_code)]
            schema = described["content"][answer["Content-Type"]]["schema"]
            Draft202012Validator({**schema, "components": openapi["components"]}).validate(json.loads(answer.content))
    # What takes a code from an e-mail or an app.
    assert unheard == [
        "auth/confirm-email/",
        "auth/password/reset/confirm/",
        "auth/second-factor/confirm/",
        "auth/second-factor/recovery-codes/",
        "auth/second-factor/remove/",
    ]
