"""The audit over HTTP: who may search it, by what, and that searching it leaves a trace, too."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.rules import Role
from accounts.tests.factories import as_client, as_user, make_user
from audit.models import AuditRecord
from audit.queries import newest_first
from audit.rules import Actor, Subject, SubjectKind
from audit.tests.factories import FILE, after, change, look, records
from changes.tests.factories import NOW
from common.tests.problems import refused

pytestmark = pytest.mark.django_db

AUDIT = "/api/registry/admin/audit/"
WORKER = Actor("worker")
PERSON = Subject(SubjectKind.PRACTITIONER, "person-1")
NURSE = Subject(SubjectKind.APPLICATION, "file-2", "nmcn")


@pytest.fixture
def auditor() -> APIClient:
    return as_user(make_user(Role.AUDITOR))


def found(api: APIClient, **asked: Any) -> list[dict[str, Any]]:
    response = api.get(AUDIT, asked)
    assert response.status_code == 200, response.content
    return response.json()["results"]


@pytest.mark.parametrize(
    ("roles", "status"),
    [
        ([Role.AUDITOR], 200),
        ([Role.NATIONAL_ADMINISTRATOR], 200),
        ([Role.OFFICER, Role.AUDITOR], 200),
        ([Role.OFFICER], 403),
        ([Role.PROFESSIONAL], 403),
        ([], 403),
    ],
)
def test_auditors_and_national_administrators_come_in(roles: list[Role], status: int) -> None:
    look()
    assert as_user(make_user(*roles, regulator="mdcn")).get(AUDIT).status_code == status
    assert AuditRecord.objects.filter(subject_kind="audit").count() == (status == 200)


def test_machines_and_strangers_do_not(api: APIClient) -> None:
    refused(api.get(AUDIT), 401, "authentication_required")
    refused(as_client("verify", "search").get(AUDIT), 403, "permission_denied")
    assert records() == []


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written_there(auditor: APIClient, method: str) -> None:
    refused(getattr(auditor, method)(AUDIT, {}), 405, "method_not_allowed")


def test_a_record_is_shown_whole(auditor: APIClient) -> None:
    look()
    (shown,) = found(auditor)
    assert shown.pop("id")
    assert shown == {
        "at": "2026-11-23T10:00:00+01:00",
        "actor": "user:ngozi",
        "actor_role": "officer",
        "actor_regulator": "mdcn",
        "action": "read",
        "subject_kind": "application",
        "subject": "file-1",
        "regulator": "mdcn",
        "fields": ["birth_date"],
        "reason": "read_file",
        "request_id": "",
    }


@pytest.fixture
def past() -> None:
    """Five records, an hour apart."""
    look(hours=0)
    change(hours=1)
    look(subject=NURSE, shown=("telephone", "gender"), hours=2)
    change(WORKER, act="lapse", hours=3)
    look(WORKER, PERSON, shown=("identifiers", "birth_date"), hours=4)


@pytest.fixture
def long_past(past: None) -> None:
    """So many records of other people that the planner's choice between two indexes is no matter of chance."""
    AuditRecord.objects.bulk_create(
        AuditRecord(
            at=NOW + timedelta(minutes=number),
            actor=f"user:{number}",
            action="read",
            subject_kind=("application", "practitioner")[number % 2],
            subject=f"file:{number}",
            regulator=("mdcn", "pcn", "mlscn")[number % 3],
            fields=["birth_date"],
            reason="read_file",
        )
        for number in range(3_000)
    )


@pytest.mark.parametrize(
    ("asked", "hours"),
    [
        ({}, [4, 3, 2, 1, 0]),
        ({"subject_kind": "practitioner"}, [4]),
        ({"subject": "file-1"}, [3, 1, 0]),
        ({"subject_kind": "practitioner", "subject": "file-1"}, []),
        ({"actor": "worker"}, [4, 3]),
        ({"actor": "user"}, []),
        ({"action": "change"}, [3, 1]),
        ({"regulator": "nmcn"}, [2]),
        ({"field": "birth_date"}, [4, 0]),
        ({"field": "birth"}, []),
        ({"since": "2026-11-23T12:00:00+01:00"}, [4, 3, 2]),
        ({"until": "2026-11-23T12:00:00+01:00"}, [1, 0]),
        ({"since": "2026-11-23T11:00:00Z", "until": "2026-11-23T13:00:00"}, [2]),
        ({"since": "2026-11-23"}, [4, 3, 2, 1, 0]),
        ({"since": "2026-11-24T09:00:00+23:00"}, [4, 3, 2, 1]),
        ({"until": "0001-01-01T00:00:00Z"}, []),
        ({"actor": "user:ngozi", "action": "read", "regulator": "mdcn", "field": "birth_date"}, [0]),
    ],
)
def test_it_is_narrowed(auditor: APIClient, past: None, asked: dict[str, str], hours: list[int]) -> None:
    ids = {record.at: str(record.id) for record in records()}
    assert [row["id"] for row in found(auditor, **asked)] == [ids[after(hours=hour)] for hour in hours]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"subjects": "x"}, "unknown"),
        ({"subject": ""}, "invalid"),
        ({"subject": "x" * 101}, "max_length"),
        ({"subject_kind": "hospital"}, "invalid_choice"),
        ({"action": "delete"}, "invalid_choice"),
        ({"since": "yesterday"}, "invalid"),
        ({"since": "9999-12-31T23:59:59-14:00"}, "invalid"),
        ({"until": "0001-01-01T00:00:00"}, "invalid"),
        ({"until": "2026-11-23T12:00:00 01:00"}, "invalid"),
        ({"cursor": "x"}, "invalid"),
        ({"page_size": "1000"}, "invalid"),
    ],
)
def test_what_it_cannot_be_narrowed_by_is_refused(auditor: APIClient, asked: dict[str, str], code: str) -> None:
    problem = refused(auditor.get(AUDIT, asked), 400, "invalid_input")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(f"?{next(iter(asked))}", code)]
    assert records() == []


def test_pages_follow_each_other_though_each_leaves_a_record(past: None) -> None:
    look(hours=4)  # at the same instant as another
    expected = [str(record.id) for record in newest_first(make_user())]
    address, seen = f"{AUDIT}?page_size=2", []
    with time_machine.travel(after(hours=5), tick=False):
        auditor = as_user(make_user(Role.AUDITOR))
        while address:
            page = auditor.get(address).json()
            seen += [row["id"] for row in page["results"]]
            address = page["next"]
    assert seen == expected


def test_the_number_of_statements_does_not_grow(auditor: APIClient, past: None) -> None:
    counts = []
    for size in (1, 3):
        with CaptureQueriesContext(connection) as statements:
            assert len(found(auditor, page_size=size)) == size
        counts.append(len(statements))
    # Whose token, which role, the page, the record of this search.
    assert counts == [4, 4]


def test_a_search_is_recorded_with_what_it_asked_for(past: None) -> None:
    user = make_user(Role.AUDITOR)
    response = as_user(user).get(AUDIT, {"subject": "file-1", "action": "read", "page_size": 1})
    (record,) = records(subject_kind="audit")
    assert (record.actor, record.actor_role, record.action) == (user.actor, "auditor", "read")
    assert record.reason == "search_audit subject=file-1 action=read"
    assert (record.subject, record.fields) == ("", ["actor", "subject"])
    assert record.request_id == response["X-Request-ID"]
    assert response["Cache-Control"] == "no-store"


def test_a_search_does_not_find_itself(auditor: APIClient) -> None:
    assert found(auditor) == []
    assert [row["reason"] for row in found(auditor)] == ["search_audit"]


@pytest.mark.parametrize(
    ("narrowing", "index"),
    [
        ({"subject": FILE.id}, "audit_by_subject"),
        ({"actor": "worker"}, "audit_by_actor"),
        ({"regulator": "nmcn"}, "audit_by_regulator"),
        ({"subject_kind": "document"}, "audit_by_kind"),
        ({"at__gte": after(hours=1)}, "audit_by_time"),
        ({}, "audit_by_time"),
    ],
)
def test_no_search_reads_the_whole_table(long_past: None, narrowing: dict[str, Any], index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    assert index in newest_first(make_user()).filter(**narrowing)[:50].explain()


def test_a_field_that_is_rarely_shown_is_found_by_its_index(long_past: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
    assert "audit_by_field" in newest_first(make_user()).filter(fields__contains=["content"])[:50].explain()
