"""What a transaction meets that waits for another one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import Any

from django.db import connections, transaction


def while_open(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Let `second` run into the open transaction of `first`, which ends when it waits; return what `second` came to.

    That is what it returned or raised.
    """

    def run() -> Any:
        try:
            return second()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads, transaction.atomic():
        first()
        outcome = threads.submit(run)
        while not outcome.done() and not _somebody_waits():
            sleep(0.01)
    return outcome.result()


def _somebody_waits() -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])
