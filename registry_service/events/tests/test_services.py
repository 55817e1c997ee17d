"""What is written down, in whose transaction, and that it stays as it was written."""

from contextlib import suppress
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from changes.tests.factories import NOW
from common.testing import at_once
from events.models import OutboxEvent
from events.rules import Event, EventType
from events.tests.factories import CLAIMED, FILE, NUMBER, SUSPENDED, changed, happened, written


@pytest.mark.django_db
def test_an_event_says_what_happened_to_what_and_when() -> None:
    happened()
    (event,) = written()
    assert (event.type, event.subject) == ("ng.phb.registry.application.taken_on.v1", FILE)
    assert (event.time, event.position, event.data) == (NOW, None, {"application_id": FILE})


@pytest.mark.django_db
def test_an_event_of_the_register_says_at_which_position() -> None:
    changed(position=42)
    (event,) = written()
    assert (event.type, event.subject) == ("ng.phb.registry.license.suspended.v1", NUMBER)
    assert (event.time, event.position) == (NOW, 42)
    assert event.data == {"license_number": NUMBER, "from_day": "2026-11-23"}


@pytest.mark.django_db
def test_its_id_is_its_own_and_tells_when_it_was_made() -> None:
    changed(SUSPENDED, SUSPENDED, SUSPENDED)
    ids = [event.uid for event in written()]
    assert {one.version for one in ids} == {7}
    assert ids == sorted(set(ids))


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_whatever_a_change_brought_about_is_written_in_one_statement(
    count: int, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        changed(*[SUSPENDED] * count)
    assert len(written()) == count


@pytest.mark.django_db
def test_what_fails_takes_its_events_along() -> None:
    with suppress(ZeroDivisionError), transaction.atomic():
        happened()
        changed()
        _ = 1 / 0
    assert written() == []


@pytest.mark.usefixtures("committed_db")
class TestCommitted:
    @pytest.mark.parametrize("write", [happened, changed])
    def test_an_event_is_not_recorded_outside_its_transaction(self, write: Any) -> None:
        with pytest.raises(AssertionError, match="without its cause"):
            write()
        assert written() == []

    def test_each_of_8_threads_that_record_at_once_leaves_its_own(self) -> None:
        def work(number: int) -> None:
            for _ in range(10):
                with transaction.atomic():
                    happened(Event(EventType.APPLICATION_SUBMITTED, str(number), {}))

        assert at_once(8, work) == [None] * 8
        assert [len(written(subject=str(number))) for number in range(8)] == [10] * 8


@pytest.mark.django_db
def test_reading_on_from_a_position_goes_by_its_index() -> None:
    OutboxEvent.objects.bulk_create(
        OutboxEvent(type=SUSPENDED.type, subject=str(number), time=NOW, position=number, data={})
        for number in range(1, 500)
    )
    later = OutboxEvent.objects.filter(position__gt=490).order_by("position", "id")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    assert "event_by_position" in later[:50].explain()


@pytest.mark.django_db
class TestWhatTheDatabaseRefuses:
    @pytest.mark.parametrize("column", [field.column for field in OutboxEvent._meta.concrete_fields])
    def test_rewriting_an_event(self, column: str) -> None:
        happened()
        with pytest.raises(ProgrammingError, match="permission denied"):
            execute(f"UPDATE events_outboxevent SET {column} = {column}")

    @pytest.mark.parametrize("statement", ["DELETE FROM events_outboxevent", "TRUNCATE events_outboxevent"])
    def test_removing_events(self, statement: str) -> None:
        happened()
        with pytest.raises(ProgrammingError, match="permission denied"):
            execute(statement)

    @pytest.mark.parametrize("type", ["", "application.submitted.v1", "ng.phb.registry.application.submitted"])
    def test_a_type_without_its_version(self, type: str) -> None:
        with pytest.raises(IntegrityError, match="event_type_has_a_version"):
            write(type=type)

    def test_an_event_about_nothing(self) -> None:
        with pytest.raises(IntegrityError, match="event_says_to_what"):
            write(subject="")

    @pytest.mark.parametrize(
        ("type", "position"),
        [(CLAIMED.type, 7), (SUSPENDED.type, None), (EventType.REGISTER_BATCH_ENTERED, None)],
    )
    def test_a_position_of_what_has_none_or_none_of_what_has_one(self, type: str, position: int | None) -> None:
        with pytest.raises(IntegrityError, match="event_of_the_register_has_its_position"):
            write(type=type, position=position)

    def test_data_without_names(self) -> None:
        with pytest.raises(IntegrityError, match="event_data_is_an_object"):
            write(data=["PHB-MED-DEM0-001B"])

    def test_the_same_event_twice(self) -> None:
        happened()
        with pytest.raises(IntegrityError, match="uid"):
            write(uid=written()[0].uid)


def execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def write(**given: object) -> None:
    whole = {"type": CLAIMED.type, "subject": FILE, "time": NOW, "data": {}}
    with transaction.atomic():
        OutboxEvent.objects.create(**{**whole, **given})
