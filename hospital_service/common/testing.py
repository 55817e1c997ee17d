"""What every test module needs: a database made by the owner and used as the runtime role."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections

_filled_by_setup: set[str] = set()


@contextmanager
def test_database(suffix: str) -> Iterator[None]:
    """Make a database as the owner, migrate and load reference data, and point the runtime role at it."""
    owner, runtime = connections["owner"], connections["default"]
    owner.settings_dict["TEST"]["NAME"] = f"test_{settings.DATABASES['default']['NAME']}_{suffix}"
    original = owner.settings_dict["NAME"]
    name = owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    runtime.close()
    runtime.settings_dict["NAME"] = name
    call_command("load_reference", verbosity=0)
    _filled_by_setup.update(table for table in _tables() if _has_rows(table))
    yield
    runtime.close()
    owner.creation.destroy_test_db(original, verbosity=0)


def empty_tables() -> None:
    """Truncate, as the owner, what tests that commit have written.

    Tables that hold rows before the first test stay: reference data, and the register's counter, of
    which tests may expect that it grows and not where it starts.
    """
    owner = connections["owner"]
    names = ", ".join(owner.ops.quote_name(table) for table in _tables() if table not in _filled_by_setup)
    with owner.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")


def _tables() -> list[str]:
    models = [model for app in apps.get_app_configs() for model in app.get_models(include_auto_created=True)]
    return [model._meta.db_table for model in models if model._meta.managed]


def _has_rows(table: str) -> bool:
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {owner.ops.quote_name(table)})")  # noqa: S608 -- our table
        return bool(cursor.fetchone()[0])


def at_once(count: int, call: Callable[[int], Any]) -> list[Any]:
    """Run `call(0)` … `call(count - 1)` in threads that start together; return what each returned or raised."""
    together = Barrier(count)

    def run(number: int) -> Any:
        together.wait()
        try:
            return call(number)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))
