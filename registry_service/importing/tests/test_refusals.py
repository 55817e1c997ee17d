"""What only the register's own tables refuse is rejected alone, and every other row is taken.

Reading and matching know every such rule today. Here they have forgotten two, as an importer of
yesterday does whose tables have new ones.
"""

from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection, connections

from events.tests.factories import written
from importing import batches, reading, services
from importing.matching import Holdings
from importing.models import ImportRun
from importing.tests.support import Killed, Lists, dies_at_change, imported, rejections, report
from licenses.models import PHBProfessionalRegistry
from practitioners.models import PractitionerName

ROWS = 50
REFUSED = "refused_by_register"
OVERLONG = {"SURNAME": "x" * 160}


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    """How long a surname may be, and that nobody stands in a part of the register twice."""
    with pytest.MonkeyPatch.context() as forgets:
        forgets.setitem(reading._LONGEST, "surname", 200)
        forgets.setattr(Holdings, "_check_has_no_number", lambda *_: None)
        yield


def rows(*refused: int, bad: dict[str, str] = OVERLONG) -> list[dict[str, str]]:
    """Return a list of different people, with a bad row in these places."""
    return [{"PERSON": str(i), "NO": str(i)} | (bad if i in refused else {}) for i in range(ROWS)]


def assert_taken_but(outcome, *refused: int) -> None:
    held = set(PHBProfessionalRegistry.objects.values_list("regulator_number", flat=True))
    assert held == {str(i) for i in range(ROWS)} - set(map(str, refused))
    assert PractitionerName.objects.count() == len(held)
    assert rejections(outcome) == [(i + 2, REFUSED) for i in refused]
    assert outcome.run.rows_done == ROWS
    counts = outcome.run.counts
    assert (counts["people_added"], counts["licenses_added"]) == (len(held), len(held))
    assert counts[f"rejected.{REFUSED}"] == len(refused)
    # Whatever was committed by itself is told by itself.
    assert sum(event.data["licenses_added"] for event in written()) == len(held)


@pytest.mark.parametrize("refused", [(23,), (0,), (ROWS - 1,), (23, 24), (0, 31), tuple(range(20, 30))])
def test_text_that_is_too_long_is_rejected_alone(lists: Lists, refused: tuple[int, ...]):
    outcome = lists.imported(*rows(*refused))
    assert_taken_but(outcome, *refused)
    said = {row["sentence"] for row in report(outcome, "rejected")}
    assert said == {"The register refuses it: value too long for type character varying(150)."}


def test_a_constraint_refuses_in_its_own_words(lists: Lists):
    """Two numbers of one person in one part of the register."""
    outcome = lists.imported(*rows(7, 8, bad={"PERSON": "0"}))
    assert_taken_but(outcome, 7, 8)
    assert {row["sentence"] for row in report(outcome, "rejected")} == {
        "The register refuses it: This person already has a license in this part of the register."
    }


def test_what_is_refused_only_by_the_commit_leaves_nothing_in_the_reports(lists: Lists, monkeypatch):
    """A state that is gone since the run looked is found missing at the end, when the reports are written."""
    monkeypatch.setattr(services, "state_ids", lambda: {"LA": 32_000})
    outcome = lists.imported(*rows(11, 40, bad={"STATE": "Lagos"}))
    assert_taken_but(outcome, 11, 40)
    assert all("violates foreign key constraint" in row["sentence"] for row in report(outcome, "rejected"))


@pytest.mark.parametrize("change", range(1, 9))
def test_a_run_that_is_killed_among_the_halves_goes_on(lists: Lists, tmp_path, change: int, monkeypatch):
    dies_at_change(change, monkeypatch)
    with pytest.raises(Killed):
        lists.imported(*rows(23, 30))
    monkeypatch.undo()
    done = ImportRun.objects.get().rows_done
    assert done == PHBProfessionalRegistry.objects.count() + (done > 23) + (done > 30)
    assert_taken_but(imported(tmp_path / "list1.csv", tmp_path / "mapping1.toml"), 23, 30)


def test_who_loses_against_others_tries_again(lists: Lists, monkeypatch):
    save, calls = batches.add_people, []

    def deadlocked(*arguments, **options):
        calls.append("look")
        if len(calls) == 1:
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE deadlock_detected; END $$")
        save(*arguments, **options)

    monkeypatch.setattr(batches, "add_people", deadlocked)
    outcome = lists.imported({})
    assert (calls, rejections(outcome)) == (["look", "look"], [])
    assert PHBProfessionalRegistry.objects.count() == 1


def test_a_database_that_goes_away_stops_the_run_and_rejects_nothing(lists: Lists, tmp_path, monkeypatch):
    save, calls = batches.add_people, []

    def interrupted(*arguments, **options):
        calls.append("look")
        _end_our_connection()
        save(*arguments, **options)

    monkeypatch.setattr(batches, "add_people", interrupted)
    with pytest.raises(OperationalError):
        lists.imported(*rows(23))
    assert calls == ["look"]
    monkeypatch.undo()
    run = ImportRun.objects.get()
    assert (run.rows_done, run.counts) == (0, {})
    assert_taken_but(imported(tmp_path / "list1.csv", tmp_path / "mapping1.toml"), 23)


def _end_our_connection() -> None:
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    finally:
        other.close()
