"""What is written down, what is not, and that it stays as it was written."""

from contextlib import suppress

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from accounts.rules import Role
from accounts.tests.factories import make_user
from audit.models import AuditRecord
from audit.queries import as_officer
from audit.rules import RESTRICTED, Action, Actor, Change, Subject, SubjectKind
from audit.services import record_change, record_changes, record_read
from audit.tests.factories import FILE, OFFICER, change, look, records
from changes.tests.factories import NOW
from common.request_id import RequestIdMiddleware

pytestmark = pytest.mark.django_db


def test_a_look_says_who_at_what_when_and_what_for() -> None:
    record_read(OFFICER, FILE, shown=["surname", "telephone", "birth_date"], purpose="read_file", now=NOW)
    (record,) = records()
    assert (record.actor, record.actor_role, record.actor_regulator) == ("user:ngozi", "officer", "mdcn")
    assert (record.subject_kind, record.subject, record.regulator) == ("application", "file-1", "mdcn")
    assert (record.action, record.fields, record.reason) == (Action.READ, ["birth_date", "telephone"], "read_file")
    assert (record.at, record.request_id) == (NOW, "")


def test_what_is_not_restricted_is_looked_at_without_a_trace() -> None:
    record_read(OFFICER, FILE, shown=["surname", "status"], purpose="read_file", now=NOW)
    look(subject=Subject(SubjectKind.LICENSE, "PHB-MED-DEM0-001B"), shown=("number", "birth_date"))
    assert records() == []


def test_a_change_says_which_act_with_its_coded_reason() -> None:
    record_change(OFFICER, FILE, changed=["status", "officer"], act="reject", coded_reason="too_late", now=NOW)
    record_change(Actor("worker"), FILE, changed=[], act="lapse", now=NOW)
    by_officer, by_worker = records(action=Action.CHANGE)
    assert (by_officer.reason, by_officer.fields) == ("reject: too_late", ["officer", "status"])
    assert (by_worker.actor, by_worker.actor_role, by_worker.reason) == ("worker", "", "lapse")


@pytest.mark.parametrize("count", [1, 3])
def test_changes_of_several_subjects_are_recorded_in_one_statement(count: int, django_assert_num_queries) -> None:
    subjects = [Subject(SubjectKind.LICENSE, f"license-{number}", "mdcn") for number in range(count)]
    with django_assert_num_queries(1):
        record_changes(OFFICER, [Change(subject, {"status", "holder"}, "act") for subject in subjects], now=NOW)
    assert [(record.subject, record.regulator, record.fields, record.reason) for record in records()] == [
        (subject.id, "mdcn", ["holder", "status"], "act") for subject in subjects
    ]


def test_it_names_the_request(rf) -> None:
    def answer(request):
        look()
        return {}

    RequestIdMiddleware(answer)(rf.get("/", headers={"X-Request-ID": "from-the-gateway"}))
    assert records()[0].request_id == "from-the-gateway"


def test_an_actor_acts_in_one_of_their_roles() -> None:
    user = make_user(Role.OFFICER, Role.AUDITOR, regulator="pcn")
    actors = {Actor.of(role) for role in user.role_assignments.all()}
    assert actors == {Actor(user.actor, "officer", "pcn"), Actor(user.actor, "auditor")}


@pytest.mark.parametrize("roles", [[Role.OFFICER], [Role.AUDITOR, Role.OFFICER]])
def test_an_officer_acts_for_their_council(roles: list[Role]) -> None:
    user = make_user(*roles, regulator="pcn")
    assert as_officer(user) == Actor(user.actor, "officer", "pcn")


def test_every_kind_of_subject_says_what_is_restricted() -> None:
    assert RESTRICTED.keys() == set(SubjectKind)


def test_a_change_that_fails_takes_its_record_along() -> None:
    with suppress(ZeroDivisionError), transaction.atomic():
        change()
        _ = 1 / 0
    assert records() == []


class TestWhatTheDatabaseRefuses:
    @pytest.mark.parametrize("column", [field.column for field in AuditRecord._meta.concrete_fields])
    def test_rewriting_a_record(self, column: str) -> None:
        look()
        with pytest.raises(ProgrammingError, match="permission denied"):
            execute(f"UPDATE audit_auditrecord SET {column} = {column}")

    @pytest.mark.parametrize("statement", ["DELETE FROM audit_auditrecord", "TRUNCATE audit_auditrecord"])
    def test_removing_records(self, statement: str) -> None:
        look()
        with pytest.raises(ProgrammingError, match="permission denied"):
            execute(statement)

    def test_a_look_at_nothing(self) -> None:
        with pytest.raises(IntegrityError, match="audit_record_of_a_look_says_at_what"), transaction.atomic():
            write(fields=[])

    @pytest.mark.parametrize("missing", ["actor", "reason"])
    def test_a_record_of_nobody_or_without_a_reason(self, missing: str) -> None:
        with pytest.raises(IntegrityError, match="audit_record_says_who_and_why"), transaction.atomic():
            write(**{missing: ""})


def execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def write(**given: object) -> None:
    whole = {"at": NOW, "actor": "user:x", "action": "read", "subject_kind": "application", "fields": ["birth_date"]}
    AuditRecord.objects.create(**{**whole, "reason": "read_file", **given})
