"""The background loop: run what is due, sleep, stop cleanly."""

import logging
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error, close_old_connections
from django.utils import timezone

from common.heartbeat import beat
from common.models import DueTask

logger = logging.getLogger("phb.worker")

IDLE_SECONDS = 1.0


@dataclass(frozen=True)
class Task:
    """Something that is due every so often.

    `run` takes the present instant and returns how many things it did: a task that did something
    is asked again at once, so a backlog drains at full speed.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], int]


def claim(task: Task, now: datetime) -> bool:
    """Move the task's next run forward; True when this worker did, False when another got there first."""
    DueTask.objects.bulk_create([DueTask(name=task.name, next_run_at=now)], ignore_conflicts=True)
    due = DueTask.objects.filter(name=task.name, next_run_at__lte=now)
    return due.update(next_run_at=now + task.every, last_run_at=now) == 1


def run_due_tasks(tasks: Sequence[Task], now: datetime) -> int:
    """Run each task that is due, and return how many things were done.

    A task that fails is logged and comes up again at its next time; it cannot stop the others.
    """
    return sum(_run(task, now) for task in tasks if claim(task, now))


def _run(task: Task, now: datetime) -> int:
    error = ""
    done = 0
    try:
        done = task.run(now)
    except Exception as failure:
        logger.exception("task_failed", extra={"task": task.name})
        error = repr(failure)
    again = {"next_run_at": now} if done else {}
    DueTask.objects.filter(name=task.name).update(last_error=error, **again)
    return done


def work_until_told_to_stop(tasks: Sequence[Task]) -> None:
    """Loop until SIGTERM or SIGINT; the task under way is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    logger.info("worker_started", extra={"tasks": [task.name for task in tasks]})
    while not stop.is_set():
        beat()
        try:
            done = run_due_tasks(tasks, timezone.now())
        except Error:
            logger.exception("worker_has_no_database")
            done = 0
        close_old_connections()
        if not done:
            stop.wait(IDLE_SECONDS)
    logger.info("worker_stopped")
