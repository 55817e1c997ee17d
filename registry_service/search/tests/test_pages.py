"""Pages of search results: by cursor, to the end with the scope, fifty and no more without."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from rest_framework.test import APIClient

from accounts.tests.factories import as_client, as_user, make_user
from common.tests.problems import refused
from licenses.models import PHBProfessionalRegistry
from licenses.tests.factories import make_license
from practitioners.tests.factories import make_person

pytestmark = pytest.mark.django_db

PATH = "/api/registry/search/"


@pytest.fixture
def sixty() -> list[str]:
    """Sixty licenses, each name borne by two people, in the order in which they are found."""
    for index in range(60):
        make_license(person=make_person(f"Musa {'abcdefghij'[index % 10]}{'klm'[index // 20]}", "Ibrahim"))
    names = PHBProfessionalRegistry.objects.order_by("practitioner__names__folded", "number")
    return list(names.values_list("number", flat=True))


def pages(caller: APIClient, **parameters: object) -> list[dict]:
    found = [caller.get(PATH, {"q": "musa", **parameters}).json()]
    while found[-1]["next"]:
        found.append(caller.get(found[-1]["next"]).json())
    return found


def numbers(found: list[dict]) -> list[str]:
    return [row["license_number"] for page in found for row in page["results"]]


def cursor_of(page: dict) -> str:
    return parse_qs(urlsplit(page["next"]).query)["cursor"][0]


class TestWithAToken:
    @pytest.mark.parametrize("size", [1, 7, 20, 60, 61])
    def test_every_result_once_in_order(self, sixty: list[str], size: int) -> None:
        found = pages(as_client("search"), page_size=size)
        assert numbers(found) == sixty
        assert not any(page["narrow_search"] for page in found)

    def test_what_comes_while_reading_neither_repeats_nor_skips(self, sixty: list[str]) -> None:
        caller = as_client("search")
        first = caller.get(PATH, {"q": "musa", "page_size": 30}).json()
        make_license(person=make_person("Aaa Musa", "Ibrahim"))
        rest = caller.get(first["next"], {}).json()
        assert numbers([first, rest]) == sixty


class TestWithout:
    @pytest.mark.parametrize("size", [1, 20, 50, 200])
    def test_fifty_and_then_a_request_to_narrow_the_search(self, api: APIClient, sixty: list[str], size: int) -> None:
        found = pages(api, page_size=size)
        assert numbers(found) == sixty[:50]
        assert [page["narrow_search"] for page in found] == [False] * (len(found) - 1) + [True]
        assert "narrow" in found[-1]["message"]

    def test_exactly_as_many_as_there_are_is_the_end(self, api: APIClient) -> None:
        for index in range(50):
            make_license(person=make_person(f"Musa {'abcdefghij'[index % 10]}", "Ibrahim"))
        found = pages(api, page_size=25)
        assert len(numbers(found)) == 50
        assert not found[-1]["narrow_search"]
        assert found[-1]["message"] is None

    def test_a_person_and_a_client_of_another_scope_see_no_more_than_anyone(self, sixty: list[str]) -> None:
        for caller in (as_client("verify"), as_user(make_user())):
            assert len(numbers(pages(caller, page_size=40))) == 50

    def test_a_cursor_from_a_caller_with_a_token_leads_no_further(self, api: APIClient, sixty: list[str]) -> None:
        page = as_client("search").get(PATH, {"q": "musa", "page_size": 55}).json()
        rest = api.get(PATH, {"q": "musa", "cursor": cursor_of(page)}).json()
        assert (rest["results"], rest["next"], rest["narrow_search"]) == ([], None, True)


class TestCursors:
    def refused(self, api: APIClient, cursor: str, **parameters: str) -> None:
        response = api.get(PATH, {"q": "musa", **parameters, "cursor": cursor})
        assert refused(response, 400, "invalid_input")["errors"][0]["pointer"] == "?cursor"

    def test_of_another_search(self, api: APIClient, sixty: list[str]) -> None:
        cursor = cursor_of(api.get(PATH, {"q": "musa", "page_size": 5}).json())
        self.refused(api, cursor, q="ibrahim")
        self.refused(api, cursor, regulator="mdcn")
        self.refused(api, cursor, may_practise="false")
        assert api.get(PATH, {"q": "musa", "cursor": cursor, "page_size": 7}).status_code == 200

    def test_changed_by_hand(self, api: APIClient, sixty: list[str]) -> None:
        cursor = cursor_of(api.get(PATH, {"q": "musa", "page_size": 5}).json())
        for forged in (cursor[1:], cursor[:-1], cursor.replace(":", "."), "x" + cursor, cursor + "x"):
            self.refused(api, forged)

    @pytest.mark.parametrize("cursor", ["nonsense", "a:b:c", ":::", "é", "W10:1xVMlx:AAAA", "x" * 2000])
    def test_made_up(self, api: APIClient, cursor: str) -> None:
        self.refused(api, cursor)

    @pytest.mark.parametrize("content", [[], None, {}, 1, [1, 2, 3, 4], ["a", 1, 2]])
    def test_signed_for_something_else(self, api: APIClient, content: object) -> None:
        self.refused(api, signing.dumps(content, salt="another"))
