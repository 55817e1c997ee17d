"""A search that takes too long is given up, and nobody else is harmed by it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction
from rest_framework.test import APIClient

from common.tests.problems import refused
from licenses.tests.factories import make_license
from practitioners.tests.factories import make_person
from search import queries

pytestmark = pytest.mark.usefixtures("committed_db")

PATH = "/api/registry/search/"


@contextmanager
def names_out_of_reach() -> Iterator[None]:
    """Let nobody else read a name within the block, so that each statement that wants to takes too long."""
    owner = connections["owner"]
    with transaction.atomic(using="owner"), owner.cursor() as cursor:
        cursor.execute("LOCK TABLE practitioners_practitionername IN ACCESS EXCLUSIVE MODE")
        yield


def test_it_is_refused_with_the_advice_to_narrow_it(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with names_out_of_reach(), monkeypatch.context() as changed:
        changed.setattr(queries, "LONGEST_SEARCH_SECONDS", 0.05)
        body = refused(api.get(PATH, {"q": "musa"}), 422, "search_too_broad")
    assert body["longest_seconds"] == 0.05
    assert body["detail"].startswith("The search was given up after 0.05 s. Add a name")


def test_the_connection_serves_on_without_the_bound(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    make_license(person=make_person("Musa", "Ibrahim"))
    before = bound_of_the_session()
    with names_out_of_reach(), monkeypatch.context() as changed:
        changed.setattr(queries, "LONGEST_SEARCH_SECONDS", 0.05)
        assert api.get(PATH, {"q": "musa"}).status_code == 422
    backend = connection.connection.info.backend_pid
    assert [row["full_name"] for row in api.get(PATH, {"q": "musa"}).json()["results"]] == ["Ibrahim Musa"]
    assert bound_of_the_session() == before
    assert connection.connection.info.backend_pid == backend


def bound_of_the_session() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return str(cursor.fetchone()[0])
