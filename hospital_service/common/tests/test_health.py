"""Alive and ready are two questions; without a database the service is the one and not the other."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient

from common.models import DueTask
from common.tests.problems import refused


@pytest.fixture
def no_database(committed_db: None) -> Iterator[None]:
    runtime = connections["default"]
    port = runtime.settings_dict["PORT"]
    runtime.close()
    runtime.settings_dict["PORT"] = "1"
    yield
    runtime.close()
    runtime.settings_dict["PORT"] = port


def waiting(answer: Any) -> list[float]:
    """How long the oldest due task waits by these metrics; nothing when they do not say."""
    found = re.findall(r"^phb_oldest_due_task_seconds (\S+)$", answer.content.decode(), re.MULTILINE)
    return [float(seconds) for seconds in found]


def test_alive_and_ready(committed_db: None, api: APIClient) -> None:
    assert api.get("/healthz").json() == {"status": "alive"}
    assert api.get("/readyz").json() == {"status": "ready"}


def test_alive_asks_nobody(api: APIClient, django_assert_num_queries, db: None) -> None:
    with django_assert_num_queries(0):
        api.get("/healthz")


class TestWithoutADatabase:
    def test_alive_and_not_ready(self, no_database: None, api: APIClient) -> None:
        assert api.get("/healthz").status_code == 200
        refused(api.get("/readyz"), 503, "service_unavailable")

    @pytest.mark.parametrize("path", ["hospitals/", "hospitals/?name=musa", "lgas/", "states/"])
    def test_every_answer_says_so(self, no_database: None, path: str) -> None:
        response = APIClient(raise_request_exception=False).get(f"/api/{path}")
        assert response["Retry-After"] == "2"
        body = refused(response, 503, "service_unavailable")
        assert "127.0.0.1" not in str(body)

    def test_metrics_are_still_there(self, no_database: None, api: APIClient) -> None:
        answer = api.get("/metrics")
        assert answer.status_code == 200
        assert waiting(answer) == []


@pytest.mark.parametrize(
    ("tasks", "shown"),
    [
        ({}, []),
        ({"first": 60, "second": 30}, [0]),
        ({"first": 60, "second": -90, "third": -30}, [90]),
    ],
)
def test_the_metrics_say_how_long_the_oldest_due_task_waits(
    db: None, api: APIClient, tasks: dict[str, int], shown: list[int]
) -> None:
    now = timezone.now()
    for name, seconds in tasks.items():
        DueTask.objects.create(name=name, next_run_at=now + timedelta(seconds=seconds))
    assert waiting(api.get("/metrics")) == [pytest.approx(seconds, abs=5) for seconds in shown]


def test_a_connection_that_broke_is_replaced(committed_db: None, api: APIClient) -> None:
    assert api.get("/readyz").status_code == 200
    connections["default"].connection.close()
    assert api.get("/readyz").status_code in (200, 503)
    connections["default"].close_if_unusable_or_obsolete()
    assert api.get("/readyz").status_code == 200
