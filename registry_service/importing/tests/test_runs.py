"""A run that is killed goes on where it stopped, with the same register and the same reports in the end."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from audit.rules import Actor
from common.locks import lock_number
from importing import batches
from importing.models import ImportRun
from importing.services import ImportRefused, Job, import_register
from importing.tests.support import (
    FILES,
    LIST_DATE,
    NOW,
    Killed,
    Lists,
    dies_at_change,
    differences,
    imported,
    position,
    rejections,
    whole_register,
)
from licenses.models import PHBProfessionalRegistry
from reference.models import Regulator

MDCN = FILES / "mdcn.mapping.toml"
NMCN = FILES / "nmcn.mapping.toml"


@pytest.fixture
def nmcn(committed_db: None, tmp_path: Path) -> Path:
    return Path(shutil.copy(FILES / "nmcn_list.csv", tmp_path))


@pytest.fixture
def uninterrupted(nmcn: Path):
    """The register and the reports of an import that nothing stopped, of which nothing else is left."""
    from common.testing import empty_tables

    outcome = imported(nmcn, NMCN, batch_size=7)
    held, reports = whole_register(), _contents(outcome)
    empty_tables()
    for path in outcome.reports.paths:
        path.unlink()
    return held, reports, outcome.run.counts


def _contents(outcome) -> list[bytes]:
    return [path.read_bytes() for path in outcome.reports.paths]


def _assert_same(outcome, uninterrupted) -> None:
    held, reports, counts = uninterrupted
    assert whole_register() == held
    assert _contents(outcome) == reports
    assert outcome.run.counts == counts
    assert ImportRun.objects.count() == 1


@pytest.mark.parametrize("after", [0, 7, 28, 56])
def test_killed_between_batches(nmcn, uninterrupted, after):
    def kill(done: int, total: int) -> None:
        if done >= after:
            raise Killed

    with pytest.raises(Killed):
        import_register(Job(nmcn, NMCN, LIST_DATE, batch_size=7), clock=lambda: NOW, on_progress=kill)
    assert ImportRun.objects.get().rows_done == after
    _assert_same(imported(nmcn, NMCN, batch_size=7), uninterrupted)


@pytest.mark.parametrize("batch", [1, 5, 9])
def test_killed_in_the_middle_of_a_batch(nmcn, uninterrupted, batch, monkeypatch):
    """The reports are on disk, the position is not taken, the transaction never commits."""
    dies_at_change(batch, monkeypatch)
    with pytest.raises(Killed):
        imported(nmcn, NMCN, batch_size=7)
    monkeypatch.undo()
    assert ImportRun.objects.get().rows_done == (batch - 1) * 7
    _assert_same(imported(nmcn, NMCN, batch_size=7), uninterrupted)


def test_a_real_kill_while_a_batch_waits_for_its_position(nmcn, uninterrupted):
    with _another_connection() as other, other.cursor() as cursor:
        cursor.execute("SELECT FROM changes_registerposition FOR UPDATE")
        process = _import_in_a_process(nmcn)
        try:
            _wait_for(lambda: _report_grew(nmcn))
            process.send_signal(signal.SIGKILL)
        finally:
            process.kill()
            process.wait()
    assert ImportRun.objects.get().rows_done == 0
    _wait_for(lambda: _lock_is_free("nmcn"))
    _assert_same(imported(nmcn, NMCN, batch_size=7, list_date=None), uninterrupted)


def test_a_run_whose_reports_are_gone_is_read_again_from_its_first_row(nmcn, uninterrupted, monkeypatch):
    _stop_after(nmcn, 28)
    nmcn.with_name("nmcn_list.csv.rejected.csv").unlink()
    outcome = imported(nmcn, NMCN, batch_size=7)
    assert whole_register() == uninterrupted[0]
    assert _contents(outcome) == uninterrupted[1]


def test_a_run_goes_on_for_the_day_with_which_it_was_begun(nmcn):
    _stop_after(nmcn, 28)
    with pytest.raises(ImportRefused, match="begun for the list of 2026-11-23"):
        imported(nmcn, NMCN, list_date=date(2026, 11, 22))
    assert imported(nmcn, NMCN, list_date=None).run.list_date == LIST_DATE


def test_differences_that_were_reported_before_the_kill_are_not_reported_again(lists: Lists, tmp_path: Path):
    lists.imported({}, {"PERSON": "2", "NO": "101"})
    other = [{"SURNAME": "BALOGUN", "PHONE": str(i), "STATUS": "SUSPENDED"} for i in range(4)]
    whole = differences(lists.imported(*other, authority=()))
    file, mapping = tmp_path / "list2.csv", tmp_path / "mapping2.toml"
    assert differences(imported(file, mapping, batch_size=1, again=True)) == whole

    def kill(done: int, total: int) -> None:
        if done == 2:
            raise Killed

    with pytest.raises(Killed):
        import_register(Job(file, mapping, LIST_DATE, batch_size=1, again=True), clock=lambda: NOW, on_progress=kill)
    assert differences(imported(file, mapping, batch_size=1)) == whole


def test_differences_of_a_batch_that_was_killed_are_reported_when_it_is_taken(lists: Lists, tmp_path, monkeypatch):
    """They were on disk already when it was killed, and were not reported with it."""
    lists.imported({})
    other = [{"SURNAME": surname, "PHONE": str(i)} for i, surname in enumerate(["BALOGUN", "OKORO"] * 2)]
    whole = differences(lists.imported(*other, authority=("names",)))
    file, mapping = tmp_path / "list2.csv", tmp_path / "mapping2.toml"
    dies_at_change(3, monkeypatch)
    with pytest.raises(Killed):
        imported(file, mapping, batch_size=1, again=True)
    monkeypatch.undo()
    assert differences(imported(file, mapping, batch_size=1)) == whole


def test_the_same_file_again_changes_nothing_and_says_so(nmcn):
    imported(nmcn, NMCN)
    held, at, reports = whole_register(), position(), sorted(nmcn.parent.iterdir())
    outcome = imported(nmcn, NMCN, list_date=None)
    assert outcome.was_finished
    assert (whole_register(), position(), sorted(nmcn.parent.iterdir())) == (held, at, reports)
    outcome = imported(nmcn, NMCN, again=True)
    assert not outcome.was_finished
    assert (whole_register(), position()) == (held, at)


def test_a_list_that_is_older_than_the_last_one_is_refused(lists: Lists):
    lists.imported({})
    with pytest.raises(ImportRefused, match="would undo"):
        lists.imported({"STATUS": "SUSPENDED"}, on=date(2026, 11, 22))
    with pytest.raises(ImportRefused, match="has not come yet"):
        lists.imported({"STATUS": "SUSPENDED"}, on=date(2026, 11, 24))
    assert ImportRun.objects.count() == 1


def test_a_complete_list_without_rejected_people_tells_to_when_the_register_is_complete(lists: Lists):
    council = Regulator.objects.filter(code="mlscn")
    try:
        lists.imported({}, {"NO": ""}, more="complete = true")
        assert council.get().register_complete_to is None
        lists.imported({}, {}, more="complete = true")
        assert council.get().register_complete_to == LIST_DATE
    finally:
        council.update(register_complete_to=None)


def test_two_imports_of_one_council_at_once_are_refused(nmcn, tmp_path):
    mdcn = Path(shutil.copy(FILES / "mdcn_list.csv", tmp_path))
    with _another_connection() as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [lock_number("import_register:nmcn")])
        with pytest.raises(ImportRefused, match="Another list of nmcn is being imported"):
            imported(nmcn, NMCN)
        assert ImportRun.objects.count() == 0
        imported(mdcn, MDCN)
        cursor.execute("SELECT pg_advisory_unlock_all()")
    imported(nmcn, NMCN)
    imported(nmcn, NMCN, again=True)


def test_somebody_else_registers_the_same_person_meanwhile(lists: Lists, monkeypatch):
    """The batch is taken again, and finds the license that was not there at its first look."""
    rest = [{"PERSON": str(i), "NO": str(i)} for i in range(2, 5)]
    save, calls = batches.add_people, []

    def overtaken(change, people):
        calls.append(len(people))
        if len(calls) == 1:
            thread = threading.Thread(target=_register_in_another_connection)
            thread.start()
            thread.join()
        save(change, people)

    monkeypatch.setattr(batches, "add_people", overtaken)
    outcome = lists.imported({}, *rest)
    assert calls == [4, 3]
    assert rejections(outcome) == []
    assert PHBProfessionalRegistry.objects.count() == 4
    assert outcome.run.counts["people_added"] == 3


def test_people_go_on_working_while_a_list_is_imported(lists: Lists):
    """Between two batches somebody else changes the register; both find their change in it."""
    from changes.services import register_change
    from licenses.services import suspend_license

    lists.imported({}, {"PERSON": "2", "NO": "101"})
    license = PHBProfessionalRegistry.objects.get(regulator_number="101")
    at = position()
    with register_change(actor=Actor("officer"), reason="Registration.", now=NOW) as change:
        suspend_license(change, license_id=license.id, reason="interim_order", note="", from_day=LIST_DATE, until=None)
    lists.imported({"SURNAME": "BALOGUN"}, {"PERSON": "2", "NO": "101"}, authority=("names",))
    assert position() == at + 2


def _stop_after(file: Path, rows: int) -> None:
    def kill(done: int, total: int) -> None:
        if done >= rows:
            raise Killed

    with pytest.raises(Killed):
        import_register(Job(file, NMCN, LIST_DATE, batch_size=7), clock=lambda: NOW, on_progress=kill)


def _register_in_another_connection() -> None:
    from changes.services import register_change
    from licenses.services import register_license
    from practitioners.services import add_practitioner

    try:
        with register_change(actor=Actor("officer"), reason="Registration.", now=NOW) as change:
            person = add_practitioner(change, surname="Okoro", given_names="Ada", identifiers={"mlscn-number": "1"})
            register_license(
                change,
                practitioner_id=person.id,
                register_part="mlscn-scientist-full",
                registered_on=date(2005, 5, 5),
                regulator_number="100",
            )
    finally:
        connection.close()


def _another_connection():
    other = connections["default"].copy()
    other.connect()
    return _Closing(other)


class _Closing:
    """A second connection that is closed, whatever happens to it."""

    def __init__(self, other) -> None:
        self._other = other

    def __enter__(self):
        self._other.set_autocommit(False)
        return self._other

    def __exit__(self, *error: object) -> None:
        self._other.close()


def _import_in_a_process(file: Path) -> subprocess.Popen[bytes]:
    url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + connections["default"].settings_dict["NAME"]
    command = [sys.executable, "manage.py", "import_register", str(file), "--mapping", str(NMCN)]
    return subprocess.Popen(
        [*command, "--list-date", LIST_DATE.isoformat(), "--batch-size", "7"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url, "DATABASE_OWNER_URL": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _report_grew(file: Path) -> bool:
    report = file.with_name(f"{file.name}.rejected.csv")
    return report.exists() and len(report.read_bytes().splitlines()) > 1


def _lock_is_free(regulator: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock_number(f"import_register:{regulator}")])
        is_free = cursor.fetchone()[0]
        cursor.execute("SELECT pg_advisory_unlock_all()")
        return bool(is_free)


def _wait_for(condition) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
