"""Alive and ready are two questions; without a database the service is the one and not the other."""

from collections.abc import Iterator

import pytest
from django.db import connections
from rest_framework.test import APIClient

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
        assert api.get("/metrics").status_code == 200


def test_a_connection_that_broke_is_replaced(committed_db: None, api: APIClient) -> None:
    assert api.get("/readyz").status_code == 200
    connections["default"].connection.close()
    assert api.get("/readyz").status_code in (200, 503)
    connections["default"].close_if_unusable_or_obsolete()
    assert api.get("/readyz").status_code == 200
