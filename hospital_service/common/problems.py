"""Every refusal and failure as RFC 9457 `application/problem+json`, made here and nowhere else."""

import logging
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import Resolver404, resolve
from rest_framework import exceptions as drf
from rest_framework.response import Response

from common.errors import DomainError, ServiceUnavailable
from common.request_id import current_request_id

logger = logging.getLogger("phb.problems")

CONTENT_TYPE = "application/problem+json"
TYPE_BASE = "https://phb.ng/problems/"

# What Django and DRF refuse, by exception class: code and title. The first match wins.
FRAMEWORK_REFUSALS: list[tuple[type[Exception], int, str, str]] = [
    (drf.ParseError, 400, "malformed_body", "The body cannot be read"),
    (drf.NotAuthenticated, 401, "authentication_required", "Sign in first"),
    (drf.AuthenticationFailed, 401, "authentication_failed", "The credentials were not accepted"),
    (drf.PermissionDenied, 403, "permission_denied", "Not allowed"),
    (PermissionDenied, 403, "permission_denied", "Not allowed"),
    (drf.NotFound, 404, "not_found", "Not found"),
    (Http404, 404, "not_found", "Not found"),
    (drf.MethodNotAllowed, 405, "method_not_allowed", "Method not allowed"),
    (drf.NotAcceptable, 406, "not_acceptable", "No representation that you accept"),
    (drf.UnsupportedMediaType, 415, "unsupported_media_type", "This media type is not read here"),
    (drf.Throttled, 429, "too_many_requests", "Too many requests"),
    (RequestDataTooBig, 413, "payload_too_large", "The body is too large"),
    (SuspiciousOperation, 400, "malformed_request", "The request cannot be read"),
    (BadRequest, 400, "malformed_request", "The request cannot be read"),
    (MultiPartParserError, 400, "malformed_body", "The body cannot be read"),
]


def problem(status: int, code: str, title: str, detail: str, **members: Any) -> dict[str, Any]:
    """Return the members of a problem document for this request."""
    return {
        "type": TYPE_BASE + code,
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": current_request_id(),
        **members,
    }


def problem_response(status: int, code: str, title: str, detail: str, **members: Any) -> JsonResponse:
    """Return a problem as a plain Django response, for code that runs outside DRF."""
    return JsonResponse(problem(status, code, title, detail, **members), status=status, content_type=CONTENT_TYPE)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception raised by a view into a problem; None leaves it to be logged as a 500."""
    found = _describe(error)
    if found is None:
        return None
    body, headers = found
    request = context.get("request")
    if request is not None:
        body["instance"] = request.path
        if request.method in ("GET", "HEAD"):
            _point_into_the_query(body.get("errors", []))
    response = Response(body, status=body["status"], headers=headers)
    # Negotiation may have failed, so the renderer and its media type are set by hand.
    response.content_type = CONTENT_TYPE
    return response


def _describe(error: Exception) -> tuple[dict[str, Any], dict[str, str]] | None:
    if isinstance(error, OperationalError | InterfaceError):
        logger.error("database_unavailable", exc_info=error)
        error = ServiceUnavailable()
    if isinstance(error, DomainError):
        return (
            problem(error.status, error.code, error.title, str(error), **error.members),
            {name: value.format(**error.members) for name, value in error.headers.items()},
        )
    if isinstance(error, drf.ValidationError):
        return _invalid_input(error), {}
    for kind, status, code, title in FRAMEWORK_REFUSALS:
        if isinstance(error, kind):
            return problem(status, code, title, _detail_of(error, status)), _headers_of(error)
    return None


def _invalid_input(error: drf.ValidationError) -> dict[str, Any]:
    errors = list(_flatten(error.get_full_details(), ""))
    return problem(
        400,
        "invalid_input",
        "The request has invalid values",
        "Correct the values that errors names, and send it again.",
        errors=errors,
    )


def _point_into_the_query(errors: list[dict[str, str]]) -> None:
    """Write `?name` for what a request without a body can only have said in its query."""
    for error in errors:
        if error["pointer"].startswith("/"):
            error["pointer"] = "?" + error["pointer"][1:]


def _flatten(details: Any, pointer: str) -> Iterator[dict[str, str]]:
    """Yield {pointer, code, detail} for each message in DRF's nested details."""
    if isinstance(details, list):
        for index, item in enumerate(details):
            is_message = isinstance(item, dict) and set(item) == {"message", "code"}
            yield from _flatten(item, pointer if is_message else f"{pointer}/{index}")
    elif isinstance(details, dict) and set(details) == {"message", "code"} and isinstance(details["code"], str):
        yield {"pointer": pointer, "code": details["code"], "detail": str(details["message"])}
    elif isinstance(details, dict):
        for name, item in details.items():
            step = "" if name == "non_field_errors" else "/" + str(name).replace("~", "~0").replace("/", "~1")
            yield from _flatten(item, pointer + step)


def _detail_of(error: Exception, status: int) -> str:
    detail = getattr(error, "detail", None)
    return str(detail) if detail else HTTPStatus(status).description or HTTPStatus(status).phrase


def _headers_of(error: Exception) -> dict[str, str]:
    headers = {}
    if authenticate := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = authenticate
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, int(wait)))
    return headers


# --- What Django calls when an exception reaches it (config.urls names these) -------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _as_response(exception, request)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _as_response(exception, request)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    detail = "There is nothing at this address."
    if not request.path.endswith("/") and _exists(request.path + "/"):
        detail += " Paths end with a slash: add it."
    return problem_response(404, "not_found", "Not found", detail, instance=request.path)


def server_error(request: HttpRequest) -> HttpResponse:
    return problem_response(
        500,
        "internal_error",
        "The service failed",
        "This is our mistake, and it was logged. Quote request_id when you report it.",
        instance=request.path,
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return problem_response(403, "csrf_failed", "The form is not from this site", reason, instance=request.path)


def _as_response(error: Exception, request: HttpRequest) -> HttpResponse:
    found = _describe(error)
    assert found is not None, "Django calls these handlers only for refusals"
    body, headers = found
    # Django's words about a suspicious request name hosts and settings, which are not the caller's business.
    body["detail"] = HTTPStatus(body["status"]).description
    return JsonResponse(
        {**body, "instance": request.path}, status=body["status"], content_type=CONTENT_TYPE, headers=headers
    )


def _exists(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
