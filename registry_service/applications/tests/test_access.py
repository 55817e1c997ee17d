"""Who may do what with an application: every address, asked by every kind of caller.

The table of what they get is docs/access.md; with PHB_WRITE_EXAMPLES=1 it is written anew, and a reviewer sees the
difference.
"""

import json
import os
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from rest_framework.test import APIClient

from accounts.rules import Role
from accounts.tests.factories import as_client, as_user, make_user
from applications import services
from applications.models import ApplicationDocument, ProfessionalApplication
from applications.tests.factories import fill, make_applicant, make_draft, make_officer, submit
from changes.tests.factories import NOW
from documents.tests.factories import kept_file
from documents.tests.pictures import certificate, jpeg
from reference.models import DocumentType

pytestmark = pytest.mark.django_db

TABLE = settings.BASE_DIR.parent / "docs" / "access.md"
HEADING = """# Who may do what with an application

A submitted application that nobody has taken on, and what each kind of caller gets at each address: the HTTP status.
404 is what everyone gets who may not even know of it; 409 says that the caller may, and that it is not the time.
Written by `registry_service/applications/tests/test_access.py`, which asks every one of them.
"""
MINE = "/api/registry/applications/"
FILES = "/api/registry/admin/applications/"
ACTS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("list mine", "GET", MINE, {}),
    ("open", "POST", MINE, {"kind": "first_registration", "register_part": "mdcn-dental-full"}),
    ("read mine", "GET", MINE + "{id}/", {}),
    ("read my document", "GET", MINE + "{id}/documents/{document}/", {}),
    ("pay", "POST", MINE + "{id}/payment/", {}),
    ("write", "PATCH", MINE + "{id}/", {"surname": "Bello"}),
    ("submit", "POST", MINE + "{id}/submit/", {}),
    ("withdraw", "POST", MINE + "{id}/withdraw/", {}),
    ("respond", "POST", MINE + "{id}/respond/", {"answers": [{"question": str(uuid4()), "answer": "x"}]}),
    ("queue", "GET", FILES, {}),
    ("read file", "GET", FILES + "{id}/", {}),
    ("read its document", "GET", FILES + "{id}/documents/{document}/", {}),
    ("claim", "POST", FILES + "{id}/claim/", {}),
    ("assign", "POST", FILES + "{id}/assign/", {}),
    ("reassign", "POST", FILES + "{id}/reassign/", {"note": "x"}),
    ("note", "POST", FILES + "{id}/notes/", {"text": "x"}),
    (
        "ask others",
        "POST",
        FILES + "{id}/document-requests/",
        {"document_type": "school-letter", "addressee": "The Registrar", "email": "registrar@school.example"},
    ),
    ("conflict", "POST", FILES + "{id}/conflict/", {"reason": "My cousin."}),
    ("release", "POST", FILES + "{id}/release/", {}),
    (
        "ask",
        "POST",
        FILES + "{id}/request-information/",
        {"questions": [{"pointer": "/school", "reason": "explain", "fix": "x"}]},
    ),
    ("flag", "POST", FILES + "{id}/flags/", {"words": "x"}),
    ("verdict", "POST", FILES + "{id}/flags/{flag}/verdict/", {"verdict": "no_concern", "note": "x"}),
    ("approve", "POST", FILES + "{id}/approve/", {}),
    ("reject", "POST", FILES + "{id}/reject/", {"reason": "requirements_not_met", "note": "x"}),
    ("return", "POST", FILES + "{id}/return/", {"note": "x"}),
]
OWNER, COUNCIL = "its applicant", "officer of its council"
CALLERS: dict[str, Callable[[ProfessionalApplication], APIClient]] = {
    "nobody": lambda application: APIClient(),
    "service client": lambda application: as_client("verify", "search"),
    OWNER: lambda application: as_user(application.applicant),
    "another professional": lambda application: as_user(make_applicant()),
    COUNCIL: lambda application: as_user(make_officer()),
    "officer of another": lambda application: as_user(make_officer("nmcn")),
    "national administrator": lambda application: as_user(make_user(Role.NATIONAL_ADMINISTRATOR)),
    "auditor": lambda application: as_user(make_user(Role.AUDITOR)),
}


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def submitted() -> tuple[ProfessionalApplication, dict[str, Any]]:
    """A submitted application, and the ids of it, of a document that can be read, and of a flag."""
    draft = fill(make_draft())
    scan = kept_file(jpeg(certificate(uuid4().hex)), uploaded_by=draft.applicant_id)
    document = ApplicationDocument.objects.create(
        application=draft,
        document_type=DocumentType.objects.get(code="oath"),
        file=scan,
        version=1,
        uploaded_at=NOW,
    )
    services.raise_flag(officer=make_officer(), uid=submit(draft).uid, words="x", now=NOW)
    draft.refresh_from_db()
    return draft, {"id": draft.uid, "document": document.uid, "flag": draft.flags.get(kind="raised").uid}


def ask(api: APIClient, act: tuple[str, str, str, dict[str, Any]], version: int, ids: dict[str, Any]) -> int:
    _, method, path, body = act
    sent = {"data": json.dumps(body), "content_type": "application/json"} if method != "GET" else {}
    response = api.generic(method, path.format(**ids), headers={"If-Match": f'"{version}"'}, **sent)
    return response.status_code


@pytest.mark.parametrize("caller", CALLERS)
def test_what_is_refused_changes_nothing(caller: str) -> None:
    application, ids = submitted()
    api = CALLERS[caller](application)
    for act in ACTS:
        application.refresh_from_db()
        before = application.version
        status = ask(api, act, before, ids)
        application.refresh_from_db()
        assert status < 500
        assert status < 400 or application.version == before


def test_the_table_is_what_callers_get() -> None:
    rows = [f"| | {' | '.join(CALLERS)} |", f"|---|{'---|' * len(CALLERS)}"]
    for act in ACTS:
        found = []
        for caller in CALLERS.values():
            application, ids = submitted()
            found.append(ask(caller(application), act, application.version, ids))
        name, method, path, _ = act
        rows.append(f"| {name}: `{method} {path.removeprefix('/api/registry/')}` | {' | '.join(map(str, found))} |")
    table = HEADING + "\n" + "\n".join(rows) + "\n"
    if os.environ.get("PHB_WRITE_EXAMPLES"):
        TABLE.write_text(table, encoding="utf-8")
    assert TABLE.read_text(encoding="utf-8") == table
