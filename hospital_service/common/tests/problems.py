"""What tests ask of a refusal."""

from typing import Any

from django.http import HttpResponseBase


def refused(response: HttpResponseBase, status: int, code: str) -> dict[str, Any]:
    """Assert that the response is this problem, as RFC 9457 has it, and return its members."""
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json"), response.content
    body = response.json()
    assert (body["code"], body["status"]) == (code, status), body
    assert body["type"].endswith(f"/{code}")
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == response["X-Request-ID"]
    return body
