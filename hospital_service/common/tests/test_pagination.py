"""Cursors over a list in the order of a number: those put together by hand are refused, not failures."""

from base64 import b64encode

import pytest
from rest_framework.test import APIClient

from common.tests.problems import refused

pytestmark = [pytest.mark.django_db, pytest.mark.urls("common.tests.urls")]


def test_pages_join_up(api: APIClient) -> None:
    url, seen = "/numbered/?page_size=100", []
    while url:
        page = api.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
    assert seen == sorted(set(seen))
    assert len(seen) == 774


def test_and_lead_back(api: APIClient) -> None:
    first = api.get("/numbered/?page_size=10").json()
    second = api.get(first["next"]).json()
    assert api.get(second["previous"]).json()["results"] == first["results"]


@pytest.mark.parametrize(
    "content", ["p=abc", "p=%00", "p=1.5", "p=" + "9" * 30, "r=x", "o=-1", "o=1e9", "p=1&r=2&o=x", "\x00", "p=null"]
)
def test_made_by_hand(api: APIClient, content: str) -> None:
    cursor = b64encode(content.encode()).decode()
    response = api.get("/numbered/", {"cursor": cursor})
    if response.status_code != 200:
        assert refused(response, 400, "invalid_input")["errors"][0]["pointer"] == "?cursor"


@pytest.mark.parametrize("cursor", ["%", "é", "====", "a", "0" * 10_000])
def test_not_even_base64(api: APIClient, cursor: str) -> None:
    response = api.get("/numbered/", {"cursor": cursor})
    assert response.status_code in (200, 400)


@pytest.mark.parametrize("size", ["0", "-1", "201", "1.5", "x", "", " 5", "1e2", "٣", "9" * 100])
def test_sizes_that_cannot_be(api: APIClient, size: str) -> None:
    body = refused(api.get("/numbered/", {"page_size": size}), 400, "invalid_input")
    assert body["errors"][0]["pointer"] == "?page_size"


def test_a_misspelt_parameter_names_those_that_exist(api: APIClient) -> None:
    body = refused(api.get("/numbered/?pagesize=5&colour=red"), 400, "invalid_input")
    assert [error["pointer"] for error in body["errors"]] == ["?colour", "?pagesize"]
    assert "cursor, page_size" in body["errors"][0]["detail"]
