"""A change of the register: one transaction, one position, one row that says who, when and why, and what it leaves."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from audit.rules import Actor, Subject, SubjectKind
from audit.tests.factories import records
from changes.models import RecordedChange, RegisterPosition
from changes.queries import register_position
from changes.services import RegisterChange, register_batch, register_change
from changes.tests.factories import NOW, change, recorded_change
from events.rules import Event, EventType
from events.tests.factories import SUSPENDED, written
from licenses.models import PHBProfessionalRegistry
from licenses.tests.factories import make_license

pytestmark = pytest.mark.django_db


def test_it_says_who_when_and_why() -> None:
    with change(actor="user:registrar") as opened:
        position = opened.take_position()
    row = RecordedChange.objects.get(position=position)
    assert (row.id, row.actor, row.reason) == (opened.id, "user:registrar", "A test.")
    assert row.recorded_at == register_position().changed_at


def test_its_time_is_the_edges_and_never_before_that_of_the_change_before() -> None:
    later = NOW + timedelta(days=1000)
    times = []
    for now in (later, NOW, later + timedelta(seconds=1)):
        with change(now=now) as opened:
            opened.take_position()
        times.append(register_position().changed_at)
    assert times == [later, later, later + timedelta(seconds=1)]


def test_what_it_touched_bears_its_position() -> None:
    license = make_license()
    with change() as opened:
        opened.touch(PHBProfessionalRegistry, license.pk)
    license.refresh_from_db()
    assert license.position == opened.position == register_position().value


def test_one_that_touches_nothing_leaves_nothing() -> None:
    before = register_position().value, RecordedChange.objects.count()
    with change():
        pass
    assert (register_position().value, RecordedChange.objects.count()) == before


def test_its_position_is_taken_once() -> None:
    before = register_position().value
    with change() as opened:
        assert opened.take_position() == opened.take_position() == before + 1
    assert register_position().value == before + 1


def test_the_first_change_is_the_empty_register() -> None:
    assert RecordedChange.objects.get(position=0).reason == "The register begins."


OFFICER = Actor("user:ngozi", role="officer", regulator="mdcn")
PERSON = Subject(SubjectKind.PRACTITIONER, "person-1", "mdcn")
LICENSE = Subject(SubjectKind.LICENSE, "license-1", "pcn")
RUN = Subject(SubjectKind.REGISTER, "importrun:7", "mlscn")


def take(opened: RegisterChange, subject: Subject = LICENSE) -> None:
    """Do all that an act on a license does with a change."""
    opened.touch(PHBProfessionalRegistry, 0)
    opened.record(subject, "suspend_license", ["suspensions"], coded_reason="interim_order")
    opened.announce(SUSPENDED)


class TestWhatItLeavesForAuditors:
    def test_who_did_what_in_which_role_and_why(self) -> None:
        with register_change(actor=OFFICER, reason="Case 12 determined.", now=NOW) as opened:
            take(opened)
        (record,) = records()
        assert (record.actor, record.actor_role, record.actor_regulator) == ("user:ngozi", "officer", "mdcn")
        assert (record.action, record.subject_kind, record.subject) == ("change", "license", "license-1")
        assert (record.regulator, record.fields, record.at) == ("pcn", ["suspensions"], NOW)
        assert record.reason == "suspend_license: interim_order; Case 12 determined."

    def test_one_record_of_each_person_and_license_however_much_was_done(self) -> None:
        with change() as opened:
            opened.record(PERSON, "add_practitioner", ["names", "birth_date"])
            opened.record(LICENSE, "register_license", ["registration"])
            opened.record(PERSON, "add_old_name", ["names"])
        assert [(record.subject, record.fields, record.reason) for record in records()] == [
            ("person-1", ["birth_date", "names"], "add_practitioner; add_old_name; A test."),
            ("license-1", ["registration"], "register_license; A test."),
        ]


class TestWhatItAnnounces:
    def test_its_events_bear_its_position_and_the_registers_time(self) -> None:
        later = NOW + timedelta(days=1)
        with change(now=later) as opened:
            take(opened)
        with change(now=NOW) as began_earlier:
            take(began_earlier)
        assert [(event.position, event.time) for event in written()] == [
            (opened.position, later),
            (began_earlier.position, later),
        ]

    def test_they_are_in_the_order_of_the_acts(self) -> None:
        events = [Event(kind, "x", {}) for kind in (EventType.LICENSE_ISSUED, EventType.LICENSE_RENEWED)]
        with change() as opened:
            for event in events:
                opened.announce(event)
        assert [event.type for event in written()] == [event.type for event in events]


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_does_not_grow_with_the_licenses(count: int) -> None:
    with CaptureQueriesContext(connection) as statements, change() as opened:
        for number in range(count):
            take(opened, Subject(SubjectKind.LICENSE, f"license-{number}"))
    assert (len(records()), len(written())) == (count, count)
    # A savepoint, the id, the audit, the position and its row, the stamps, the events, and the savepoint's end.
    assert len(statements) == 8


def test_one_that_fails_leaves_neither_record_nor_event() -> None:
    with suppress(ZeroDivisionError), change() as opened:
        take(opened)
        opened.take_position()
        _ = 1 / 0
    assert (records(), written()) == ([], [])


class TestABatch:
    def test_it_is_recorded_and_announced_once_whatever_is_done_in_it(self) -> None:
        with register_batch(actor=Actor("import: A list"), reason="List of 2026-11-23", now=NOW) as batch:
            for _ in range(3):
                take(batch)
            batch.sum_up(RUN, "import_register", ["licenses_changed"], licenses_added=0, licenses_changed=3)
        (record,) = records()
        assert (record.actor, record.actor_role) == ("import: A list", "")
        assert (record.subject_kind, record.subject, record.regulator) == ("register", "importrun:7", "mlscn")
        assert (record.fields, record.reason) == (["licenses_changed"], "import_register; List of 2026-11-23")
        (event,) = written()
        assert (event.type, event.subject) == ("ng.phb.registry.register.batch_entered.v1", "register")
        assert event.position == batch.position == register_position().value
        assert event.data == {
            "regulator": "mlscn",
            "licenses_added": 0,
            "licenses_changed": 3,
            "people_changed": 0,
        }

    def test_what_nobody_is_told_of_is_recorded_and_not_announced(self) -> None:
        before = register_position().value
        with register_batch(actor=Actor("import: A list"), reason="List of 2026-11-23", now=NOW) as batch:
            batch.sum_up(RUN, "import_register", ["people_changed"], licenses_added=0, people_changed=1)
        assert [record.fields for record in records()] == [["people_changed"]]
        assert (written(), register_position().value) == ([], before)

    def test_one_that_changes_nothing_leaves_nothing(self) -> None:
        with register_batch(actor=Actor("import: A list"), reason="List of 2026-11-23", now=NOW) as batch:
            batch.sum_up(RUN, "import_register", [], licenses_added=0)
        assert (records(), written()) == ([], [])


class TestWhatTheDatabaseRefuses:
    @pytest.mark.parametrize("column", ["actor", "reason", "recorded_at", "position"])
    def test_rewriting_a_change(self, column: str) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            execute(f"UPDATE changes_recordedchange SET {column} = {column}")

    def test_deleting_one(self) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            execute("DELETE FROM changes_recordedchange")

    def test_two_at_one_position(self) -> None:
        taken = recorded_change()
        with pytest.raises(IntegrityError, match="position"), transaction.atomic():
            RecordedChange.objects.create(position=taken.position, actor="x", reason="x", recorded_at=NOW)

    def test_a_second_counter(self) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            RegisterPosition.objects.create(id=2, value=0, changed_at=NOW)


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
