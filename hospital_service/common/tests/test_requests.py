"""What every request goes through: its id, its line in the log, its metrics, and bytes that are not text."""

import logging

import pytest
from django.test import override_settings
from rest_framework.test import APIClient

from accounts.tests.factories import as_user, make_user
from common.client_address import client_address
from common.request_id import current_request_id
from common.tests.problems import refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("common.tests.urls")]

UNKNOWN = "0190a1b2-c3d4-7000-8000-293a4b5c6d7e"


class TestRequestIds:
    @pytest.mark.parametrize("given", ["0123abcd", "a" * 64, "01a206ea-9209.x_y"])
    def test_the_gateways_is_passed_on(self, api: APIClient, given: str) -> None:
        assert api.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"] == given

    @pytest.mark.parametrize("given", ["", "short", "a" * 65, "has space", "line\nbreak", "é" * 10, "<script>alert"])
    def test_any_other_is_replaced(self, api: APIClient, given: str) -> None:
        made = api.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"]
        assert made != given
        assert len(made) == 32

    def test_each_request_has_its_own_and_none_is_left_behind(self, api: APIClient) -> None:
        assert api.get("/healthz")["X-Request-ID"] != api.get("/healthz")["X-Request-ID"]
        assert current_request_id() == ""


class TestTheLog:
    def line(self, caplog: pytest.LogCaptureFixture) -> logging.LogRecord:
        return next(record for record in caplog.records if record.name == "phb.request")

    def test_one_line_with_route_outcome_and_actor(self, api: APIClient, caplog: pytest.LogCaptureFixture) -> None:
        person = make_user()
        with caplog.at_level(logging.INFO, "phb.request"):
            as_user(person).get(f"/api/staff/{UNKNOWN}/")
        line = self.line(caplog)
        assert (line.status, line.method, line.actor) == (404, "GET", f"user:{person.pk}")
        assert line.route == "api/staff/<uuid:affiliation_id>/"
        assert UNKNOWN not in str(line.__dict__)

    def test_nobody_is_anonymous(self, api: APIClient, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.INFO, "phb.request"):
            api.get("/no/such/address/")
        assert (self.line(caplog).actor, self.line(caplog).route) == ("anonymous", "unmatched")


class TestMetrics:
    def metrics(self, api: APIClient) -> str:
        response = api.get("/metrics")
        assert response.status_code == 200
        return response.content.decode()

    def test_requests_are_counted_under_their_route(self, api: APIClient) -> None:
        api.get(f"/api/hospitals/{UNKNOWN}/")
        text = self.metrics(api)
        assert 'route="api/hospitals/<uuid:pk>/",status="404"' in text
        assert "phb_http_request_duration_seconds_bucket" in text
        assert UNKNOWN not in text

    def test_a_method_of_ones_own_making_makes_no_series(self, api: APIClient) -> None:
        api.generic("BREW", "/healthz")
        text = self.metrics(api)
        assert "BREW" not in text
        assert 'method="other"' in text


class TestText:
    @pytest.mark.parametrize("query", ["q=%00", "q=a%00b", "%00=1", "q=%FF", "q=%C3%28", "q=%ED%A0%80"])
    def test_a_query_that_cannot_be_stored(self, api: APIClient, query: str) -> None:
        refused(api.get(f"/echo/?{query}"), 400, "malformed_request")

    def test_a_path_that_cannot_be_stored(self, api: APIClient) -> None:
        refused(api.get("/echo/%00/"), 400, "malformed_request")

    @pytest.mark.parametrize("path", ["/é/", "/%C3%A9/", "/%E2%82%AC/?q=%C3%A9"])
    def test_letters_with_marks_are_text(self, api: APIClient, path: str) -> None:
        refused(api.get(path), 404, "not_found")


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [("", "127.0.0.1"), ("10.0.0.9", "10.0.0.9"), ("6.6.6.6, 10.0.0.9", "10.0.0.9"), ("evil, , 10.0.0.9 ", "10.0.0.9")],
)
def test_only_what_the_gateway_saw_is_believed(rf, forwarded: str, expected: str) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(rf.get("/", headers=headers)).startswith(expected)


class TestCors:
    @override_settings(CORS_ALLOWED_ORIGINS=["https://app.example.ng"])
    def test_the_front_ends_may_ask_and_others_may_not(self, api: APIClient) -> None:
        asked = {"Access-Control-Request-Method": "GET"}
        ours = api.options("/api/states/", headers={"Origin": "https://app.example.ng", **asked})
        assert ours["Access-Control-Allow-Origin"] == "https://app.example.ng"
        theirs = api.options("/api/states/", headers={"Origin": "https://evil.example", **asked})
        assert "Access-Control-Allow-Origin" not in theirs
