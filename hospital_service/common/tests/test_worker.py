"""The worker's loop: one run for each due time, failures that stop nothing else, and a clean end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import OperationalError, connections

from common.heartbeat import is_beating
from common.models import DueTask
from common.testing import at_once
from common.worker import Task, claim, run_due_tasks, work_until_told_to_stop
from config.due_tasks import TASKS

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def task(run=lambda now: 0, name: str = "sweep") -> Task:
    return Task(name, MINUTE, run)


@pytest.mark.django_db
class TestWhatIsDue:
    def test_a_new_task_is_due_at_once_and_then_every_so_often(self) -> None:
        runs: list[datetime] = []
        sweep = task(lambda now: runs.append(now) or 0)
        for seconds in (0, 30, 59, 60, 90, 121):
            run_due_tasks([sweep], NOW + timedelta(seconds=seconds))
        assert [run - NOW for run in runs] == [timedelta(0), timedelta(seconds=60), timedelta(seconds=121)]

    def test_one_that_did_something_is_asked_again_at_once(self) -> None:
        left = [3]

        def drain(now: datetime) -> int:
            left[0] -= 1
            return left[0]

        assert [run_due_tasks([task(drain)], NOW) for _ in range(4)] == [2, 1, 0, 0]
        assert left == [0]

    def test_one_that_fails_is_noted_and_stops_no_other(self, caplog: pytest.LogCaptureFixture) -> None:
        def fail(now: datetime) -> int:
            raise ValueError("broken")

        assert run_due_tasks([task(fail, "first"), task(lambda now: 7, "second")], NOW) == 7
        assert "broken" in DueTask.objects.get(name="first").last_error
        assert DueTask.objects.get(name="first").next_run_at == NOW + MINUTE
        assert any(record.message == "task_failed" and record.exc_info for record in caplog.records)

    def test_success_clears_the_error(self) -> None:
        DueTask.objects.create(name="sweep", next_run_at=NOW, last_error="broken")
        run_due_tasks([task()], NOW)
        assert DueTask.objects.get().last_error == ""


def test_of_many_workers_one_runs_it(committed_db: None) -> None:
    assert sum(at_once(6, lambda _: claim(task(), NOW))) == 1
    assert sum(at_once(6, lambda _: claim(task(), NOW))) == 0
    assert sum(at_once(6, lambda _: claim(task(), NOW + MINUTE))) == 1


def test_every_task_of_the_service_has_a_name_of_its_own() -> None:
    assert len({task.name for task in TASKS}) == len(TASKS)


class TestStopping:
    @pytest.fixture(autouse=True)
    def signals(self) -> Iterator[None]:
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        yield
        for number, handler in before.items():
            signal.signal(number, handler)

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_the_task_under_way_is_finished(self, committed_db: None, number: signal.Signals) -> None:
        finished = []

        def interrupted(now: datetime) -> int:
            os.kill(os.getpid(), number)
            time.sleep(0.05)
            finished.append(now)
            return 1

        work_until_told_to_stop([task(interrupted)])
        assert len(finished) == 1

    def test_a_lost_database_ends_nothing(self, committed_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        """The connection breaks under a task; the loop goes on with another one."""
        runs = []

        def lose_the_connection(now: datetime) -> int:
            runs.append(now)
            if len(runs) > 1:
                os.kill(os.getpid(), signal.SIGTERM)
                return 0
            connections["default"].connection.close()
            raise OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr("common.worker.IDLE_SECONDS", 0.01)
        work_until_told_to_stop([Task("sweep", timedelta(0), lose_the_connection)])
        assert len(runs) == 2

    def test_every_turn_of_the_loop_is_a_heartbeat(
        self, committed_db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
        alive = []

        def look(now: datetime) -> int:
            alive.append(is_beating())
            if len(alive) == 2:
                os.kill(os.getpid(), signal.SIGTERM)
            for file in tmp_path.glob("worker.heartbeat"):
                file.unlink()
            return 1

        work_until_told_to_stop([Task("sweep", timedelta(0), look)])
        assert alive == [True, True]

    def test_the_process_ends_by_itself(self, committed_db: None) -> None:
        database = connections["default"].settings_dict
        url = "postgres://{USER}:{password}@{HOST}:{PORT}/{NAME}".format(
            **database, password=quote(database["PASSWORD"], safe="")
        )
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "worker"],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "DATABASE_URL": url,
                "LOG_LEVEL": "INFO",
                "LOG_FORMAT": "json",
                "SIGNING_KEYS_DIR": str(settings.SIGNING_KEYS_DIR),
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        assert worker.stderr is not None
        lines = []
        for line in worker.stderr:
            lines.append(line)
            if "worker_started" in line:
                worker.send_signal(signal.SIGTERM)
            if "worker_stopped" in line:
                break
        assert worker.wait(timeout=30) == 0, lines
        worker.stderr.close()
