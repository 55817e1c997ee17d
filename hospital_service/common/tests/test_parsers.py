"""JSON bodies are read as RFC 8259 means them, or refused."""

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from common.parsers import MAX_DEPTH
from common.tests.problems import refused

pytestmark = pytest.mark.urls("common.tests.urls")


def post(api: APIClient, body: bytes | str):
    return api.generic("POST", "/echo/", body, content_type="application/json")


@pytest.mark.parametrize(
    "body",
    [
        '{"a": 1, "a": 2}',
        '{"b": {"a": 1, "a": 2}}',
        '{"a": NaN}',
        "[Infinity]",
        "-Infinity",
        "[1e999]",
        r'"\ud800"',
        r'{"\udc00": 1}',
        '["' + r"\u0000" + '"]',
        '["\x00"]',
        "{",
        "",
        "{'a': 1}",
        "[1,]",
        "\ufeff{}",
        b'{"a": "\xff"}',
        b"\x80",
        "9" * 5000,
        "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        "[" * 100_000,
        '{"a":' * 50_000,
        "undefined",
        "{} {}",
    ],
)
def test_what_is_refused(api: APIClient, body: bytes | str) -> None:
    response = post(api, body)
    if body == "":
        assert response.json() == {}
        return
    refused(response, 400, "malformed_body")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"a": [1, 2.5, "é", null, true]}', {"a": [1, 2.5, "é", None, True]}),
        (r'"\ud83d\ude00"', "😀"),
        ("[" * MAX_DEPTH + "]" * MAX_DEPTH, None),
        ("  \n[]", []),
    ],
)
def test_what_is_read(api: APIClient, body: str, expected: object) -> None:
    response = post(api, body)
    assert response.status_code == 200, response.content
    assert expected is None or response.json() == expected


def test_a_megabyte_and_no_more(api: APIClient) -> None:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert post(api, '"' + "x" * (limit - 2) + '"').status_code == 200
    refused(post(api, '"' + "x" * (limit - 1) + '"'), 413, "payload_too_large")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x"]
)
def test_other_media_types(api: APIClient, content_type: str) -> None:
    response = api.generic("POST", "/echo/", b"a=1", content_type=content_type)
    refused(response, 415, "unsupported_media_type")
