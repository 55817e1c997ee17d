"""Every refusal and failure is a problem: the framework's, ours, and what nobody foresaw."""

import pytest
from django.core import exceptions as django_errors
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.test import Client
from rest_framework import exceptions as drf
from rest_framework.test import APIClient

from accounts.rules import LoginLocked
from common.errors import DomainError, InvalidInput, NotFound, ServiceUnavailable
from common.tests import urls
from common.tests.problems import refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("common.tests.urls")]


def raise_in(path: str, error: Exception):
    urls.raised.append(error)
    return APIClient(raise_request_exception=False).get(path)


FRAMEWORK = [
    (drf.ParseError(), 400, "malformed_body"),
    (drf.AuthenticationFailed(), 401, "authentication_failed"),
    (drf.NotAuthenticated(), 401, "authentication_required"),
    (drf.PermissionDenied(), 403, "permission_denied"),
    (drf.NotFound(), 404, "not_found"),
    (drf.MethodNotAllowed("GET"), 405, "method_not_allowed"),
    (drf.NotAcceptable(), 406, "not_acceptable"),
    (drf.UnsupportedMediaType("text/plain"), 415, "unsupported_media_type"),
    (drf.Throttled(wait=4.2), 429, "too_many_requests"),
    (drf.ValidationError("no"), 400, "invalid_input"),
]
DJANGO = [
    (django_errors.PermissionDenied(), 403, "permission_denied"),
    (Http404(), 404, "not_found"),
    (django_errors.RequestDataTooBig(), 413, "payload_too_large"),
    (django_errors.TooManyFieldsSent(), 400, "malformed_request"),
    (django_errors.DisallowedHost("secret.internal"), 400, "malformed_request"),
    (django_errors.BadRequest(), 400, "malformed_request"),
    (MultiPartParserError("boundary"), 400, "malformed_body"),
]
UNFORESEEN = [ValueError("/etc/passwd"), KeyError("secret"), RuntimeError()]


class TestInViews:
    @pytest.mark.parametrize(("error", "status", "code"), [*FRAMEWORK, *DJANGO])
    def test_what_the_frameworks_refuse(self, error: Exception, status: int, code: str) -> None:
        assert refused(raise_in("/raise/", error), status, code)["instance"] == "/raise/"

    def test_ours_with_their_members_and_headers(self) -> None:
        response = raise_in("/raise/", LoginLocked(retry_after=5))
        body = refused(response, 429, "login_locked")
        assert body["retry_after"] == 5
        assert "in 5 seconds" in body["detail"]
        assert response["Retry-After"] == "5"

    @pytest.mark.parametrize("error", [InvalidInput(errors=[]), NotFound(), ServiceUnavailable()])
    def test_those_that_every_module_uses(self, error: DomainError) -> None:
        refused(raise_in("/raise/", error), error.status, error.code)

    @pytest.mark.parametrize("error", [OperationalError("host=10.0.0.1 is down"), InterfaceError("closed")])
    def test_a_database_that_does_not_answer(self, error: Exception) -> None:
        response = raise_in("/raise/", error)
        refused(response, 503, "service_unavailable")
        assert response["Retry-After"] == "2"
        assert "10.0.0.1" not in response.content.decode()

    @pytest.mark.parametrize("error", UNFORESEEN)
    def test_what_nobody_foresaw_is_logged_and_not_told(
        self, error: Exception, caplog: pytest.LogCaptureFixture
    ) -> None:
        response = raise_in("/raise/", error)
        body = refused(response, 500, "internal_error")
        assert not any(word in str(body) for word in ("passwd", "secret", "Traceback", "Error("))
        assert any(record.exc_info for record in caplog.records)

    def test_a_wait_is_said(self) -> None:
        assert raise_in("/raise/", drf.Throttled(wait=4.2))["Retry-After"] == "5"
        assert raise_in("/raise/", drf.Throttled(wait=0.1))["Retry-After"] == "1"

    def test_who_is_not_signed_in_is_told_how(self, api: APIClient) -> None:
        response = api.get("/closed/")
        refused(response, 401, "authentication_required")
        assert response["WWW-Authenticate"].startswith("Bearer")

    def test_what_is_accepted_does_not_change_the_form_of_a_refusal(self, api: APIClient) -> None:
        urls.raised.append(NotFound())
        refused(api.get("/raise/", headers={"Accept": "text/html"}), 406, "not_acceptable")
        urls.raised.clear()


class TestPointers:
    def errors(self, detail: object) -> list[tuple[str, str]]:
        body = refused(raise_in("/raise/", drf.ValidationError(detail)), 400, "invalid_input")
        return [(error["pointer"], error["detail"]) for error in body["errors"]]

    def test_into_the_query_of_a_get(self) -> None:
        assert self.errors({"page_size": ["Too large."]}) == [("?page_size", "Too large.")]

    def test_without_a_place(self) -> None:
        assert self.errors("All of it.") == [("", "All of it.")]
        assert self.errors({"non_field_errors": ["All of it."]}) == [("", "All of it.")]

    def test_into_lists_and_objects_of_a_body(self, api: APIClient) -> None:
        urls.raised.append(drf.ValidationError({"items": [{}, {"a/b": ["x"], "c~d": ["y"]}], "code": ["z"]}))
        body = refused(api.post("/raise/", {}), 400, "invalid_input")
        assert [error["pointer"] for error in body["errors"]] == ["/items/1/a~1b", "/items/1/c~0d", "/code"]


class TestOutsideViews:
    @pytest.mark.parametrize(("error", "status", "code"), DJANGO)
    def test_what_django_refuses(self, error: Exception, status: int, code: str) -> None:
        body = refused(raise_in("/plain/", error), status, code)
        assert "secret.internal" not in str(body)

    @pytest.mark.parametrize("error", UNFORESEEN)
    def test_what_nobody_foresaw(self, error: Exception) -> None:
        refused(raise_in("/plain/", error), 500, "internal_error")

    def test_an_unknown_address(self, api: APIClient) -> None:
        assert "slash" not in refused(api.get("/nowhere/"), 404, "not_found")["detail"]
        assert "slash" in refused(api.get("/echo"), 404, "not_found")["detail"]

    def test_a_host_that_is_not_ours(self) -> None:
        response = APIClient(HTTP_HOST="evil.example").get("/echo/")
        assert "evil" not in str(refused(response, 400, "malformed_request"))

    def test_a_form_from_elsewhere(self) -> None:
        response = Client(enforce_csrf_checks=True).post("/admin/login/", {})
        refused(response, 403, "csrf_failed")

    def test_a_method_that_is_not_allowed(self, api: APIClient) -> None:
        refused(api.put("/echo/", {}), 405, "method_not_allowed")


def test_members_may_not_hide_the_standard_ones() -> None:
    with pytest.raises(AssertionError):
        LoginLocked(retry_after=5, status="locked")


def all_refusals(kind: type[DomainError] = DomainError) -> list[type[DomainError]]:
    return [found for child in kind.__subclasses__() for found in (child, *all_refusals(child))]


def test_every_refusal_of_the_service_is_complete_and_has_a_code_of_its_own() -> None:
    ours = [kind for kind in all_refusals() if ".tests." not in kind.__module__]
    assert len(ours) > 10
    for kind in ours:
        assert 400 <= kind.status <= 599
        assert kind.title
        assert kind.detail.endswith((".", "}"))
    codes = [kind.code for kind in ours if "code" in vars(kind)]
    assert len(set(codes)) == len(codes)
