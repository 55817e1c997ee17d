"""An import is announced and recorded batch by batch, never license by license."""

import pytest

from audit.models import AuditRecord
from events.tests.factories import written
from importing.models import ImportRun
from importing.tests.support import Killed, Lists, dies_at_change, imported, position

FIVE = [{"PERSON": str(number), "NO": str(100 + number)} for number in range(5)]


def told() -> list[tuple[int | None, dict[str, object]]]:
    """The events, all of them of batches."""
    events = written()
    assert {(event.type, event.subject) for event in events} <= {
        ("ng.phb.registry.register.batch_entered.v1", "register")
    }
    return [(event.position, event.data) for event in events]


def recorded() -> list[list[str]]:
    """The fields of the records, all of them of the one run."""
    records = AuditRecord.objects.order_by("id")
    about = {(r.actor, r.subject_kind, r.regulator, r.reason.partition(";")[0]) for r in records}
    assert about <= {("import: Test list", "register", "mlscn", "import_register")}
    return [record.fields for record in records]


def batch(*, added: int = 0, changed: int = 0, people: int = 0) -> dict[str, object]:
    return {
        "regulator": "mlscn",
        "licenses_added": added,
        "licenses_changed": changed,
        "people_changed": people,
    }


@pytest.mark.parametrize(("size", "added"), [(1000, [5]), (2, [2, 2, 1])])
def test_each_batch_of_new_people_leaves_one_of_each(lists: Lists, size: int, added: list[int]) -> None:
    before = position()
    lists.imported(*FIVE, batch_size=size)
    assert told() == [(before + at, batch(added=count)) for at, count in enumerate(added, start=1)]
    assert recorded() == [["licenses_added", "people_added"]] * len(added)
    run = ImportRun.objects.get()
    assert set(AuditRecord.objects.values_list("subject", "reason")) == {
        (f"importrun:{run.pk}", "import_register; List of 2026-11-23")
    }


def test_a_list_that_changes_licenses_and_people(lists: Lists) -> None:
    lists.imported(*FIVE)
    before = position()
    lists.imported({"PERSON": "0", "STATUS": "SUSPENDED"}, {"PERSON": "1", "NO": "101", "SURNAME": "BELLO"}, *FIVE[2:])
    assert told()[1:] == [(before + 1, batch(changed=1, people=1))]
    assert recorded()[1:] == [["licenses_changed", "people_changed", "steps"]]


def test_what_shows_in_no_answer_is_recorded_and_not_announced(lists: Lists) -> None:
    lists.imported(*FIVE)
    before = position()
    lists.imported({**FIVE[0], "E-MAIL": "a@example.org"}, *FIVE[1:])
    assert (len(told()), position()) == (1, before)
    assert recorded()[1:] == [["people_changed"]]


def test_a_list_that_says_what_is_known_leaves_neither(lists: Lists) -> None:
    lists.imported(*FIVE)
    lists.imported(*FIVE)
    assert (len(told()), len(recorded())) == (1, 1)


def test_a_batch_that_is_killed_leaves_neither_and_is_told_once_when_it_is_taken(lists, tmp_path, monkeypatch) -> None:
    dies_at_change(2, monkeypatch)
    with pytest.raises(Killed):
        lists.imported(*FIVE, batch_size=2)
    monkeypatch.undo()
    assert (len(told()), len(recorded())) == (1, 1)
    imported(tmp_path / "list1.csv", tmp_path / "mapping1.toml", batch_size=2)
    assert [data for _, data in told()] == [batch(added=2), batch(added=2), batch(added=1)]
    assert len(recorded()) == 3
