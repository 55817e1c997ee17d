"""What every test module needs: a database made by the owner and used as the runtime role, and answers as declared."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.http import HttpRequest, HttpResponse
from jsonschema import validate
from rest_framework.views import APIView

from common.declared import headers_of, refusals_of
from common.schema import codes_of

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


class AnswersAsDeclared:
    """A middleware of tests alone: every answer is one that its operation declares, and OpenAPI shows.

    It fails a test in which a refusal has a code that the operation does not declare, or lacks a member that it
    carries, and one in which an answer has a header of these that the operation does not declare.
    """

    HEADERS = ("ETag", "Idempotent-Replayed")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        view_class = getattr(match and match.func, "cls", None)
        # Views that tests make for themselves are in no OpenAPI file.
        if isinstance(view_class, type) and issubclass(view_class, APIView) and ".tests." not in view_class.__module__:
            view = view_class(**match.func.initkwargs)
            view.request = request
            method = "GET" if request.method == "HEAD" else request.method
            self._hold(view, method, response, is_one_of_many=bool(match.kwargs))
        return response

    def _hold(self, view: APIView, method: str, response: HttpResponse, *, is_one_of_many: bool) -> None:
        operation = f"{method} of {type(view).__module__}.{type(view).__qualname__}"
        body = getattr(response, "data", None)
        if response.status_code >= 400 and isinstance(body, dict) and "code" in body:
            code, declared = body["code"], codes_of(view, method, is_one_of_many=is_one_of_many)
            assert code in declared.get(response.status_code, set()), (
                f"{operation} does not declare that it refuses {code}"
            )
            for refusal in refusals_of(view, method):
                if refusal.code == code:
                    validate(
                        json.loads(response.content), {"properties": refusal.carries, "required": list(refusal.carries)}
                    )
        declared_headers = {header.name for header in headers_of(view, method) if header.response}
        for name in self.HEADERS:
            assert not response.has_header(name) or name in declared_headers, f"{operation} does not declare {name}"
