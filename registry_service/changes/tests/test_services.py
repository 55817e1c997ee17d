"""A change of the register: one transaction, one position, one row that says who, when and why."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from changes.models import RecordedChange, RegisterPosition
from changes.queries import register_position
from changes.tests.factories import NOW, change, recorded_change
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
