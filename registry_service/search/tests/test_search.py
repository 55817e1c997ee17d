"""GET search/: names as people type them, numbers, filters, pages, and what is not told."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.tests.factories import as_client, as_user, make_user
from changes.tests.factories import NOW, TODAY, act
from common.tests.problems import refused
from licenses.models import PHBProfessionalRegistry
from licenses.numbers import ALPHABET, make_number
from licenses.services import merge_people
from licenses.tests.factories import make_license, remove, suspend
from practitioners.services import change_name
from practitioners.tests.factories import make_person
from reference.queries import state_id_by_code
from search.api.serializers import SearchPageSerializer

pytestmark = pytest.mark.django_db

PATH = "/api/registry/search/"


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def search(caller: APIClient, q: str, **parameters: object) -> dict:
    response = caller.get(PATH, {"q": q, **parameters})
    assert response.status_code == 200, response.content
    return response.json()


def names(caller: APIClient, q: str, **parameters: object) -> list[str]:
    return [row["full_name"] for row in search(caller, q, **parameters)["results"]]


def of(surname: str, given_names: str, **details: object) -> PHBProfessionalRegistry:
    person = make_person(surname, given_names)
    if state := details.pop("state", None):
        person.state_id = state_id_by_code(str(state))
        person.save()
    return make_license(person=person, **details)


class TestNames:
    @pytest.mark.parametrize(
        "q",
        [
            "Ọlọ́pàádé Ṣẹ́gun",
            "segun olopaade",
            "OLOPAADE",
            "olopa seg",
            "lopaad",
            "S\u0323e\u0323\u0301gun",
            "Olopaade, Segun",
            "  segun   ade ",
            "se olopaade",
        ],
    )
    def test_as_people_type_them(self, api: APIClient, q: str) -> None:
        of("Ọlọ́pàádé", "Ṣẹ́gun Adé")
        of("Bello", "Musa")
        assert names(api, q) == ["Ṣẹ́gun Adé Ọlọ́pàádé"]

    def test_apostrophes_and_hooks(self, api: APIClient) -> None:
        of("Sa'idu", "Ɗan-Ƙasa")
        assert names(api, "saidu dan kasa") == names(api, "SA\u2019IDU") == ["Ɗan-Ƙasa Sa'idu"]

    def test_every_word_must_be_found_in_one_name(self, api: APIClient) -> None:
        of("Bello", "Musa")
        assert names(api, "musa bello aisha") == []
        person = make_person("Okafor", "Adaeze")
        make_license(person=person)
        act(change_name, practitioner_id=person.pk, surname="Bello", given_names="Adaeze", reason="marriage", on=TODAY)
        assert names(api, "okafor bello") == []

    def test_a_former_name_finds_and_says_so(self, api: APIClient) -> None:
        person = make_person("Okafor", "Adaeze")
        make_license(person=person)
        act(change_name, practitioner_id=person.pk, surname="Bello", given_names="Adaeze", reason="marriage", on=TODAY)
        (found,) = search(api, "okafor")["results"]
        assert (found["full_name"], found["matched_name"]) == ("Adaeze Bello", "Adaeze Okafor")
        assert found["is_former_name"] is True
        # Both names have this part: the one in use is the one that is named, and the license comes once.
        (found,) = search(api, "adaeze")["results"]
        assert (found["matched_name"], found["is_former_name"]) == ("Adaeze Bello", False)

    def test_of_several_former_names_one_is_named(self, api: APIClient) -> None:
        person = make_person("Eze", "Ngozi")
        make_license(person=person)
        for surname in ("Okoro", "Obi"):
            act(change_name, practitioner_id=person.pk, surname=surname, given_names="Amaka", reason="", on=TODAY)
        act(change_name, practitioner_id=person.pk, surname="Bello", given_names="Zainab", reason="", on=TODAY)
        assert [row["matched_name"] for row in search(api, "amaka")["results"]] == ["Amaka Okoro"]

    def test_each_license_of_a_person_is_a_result(self, api: APIClient) -> None:
        person = make_person("Bello", "Musa")
        licenses = [make_license(person=person), make_license(person=person, register_part="mdcn-medical-specialist")]
        found = [row["license_number"] for row in search(api, "musa bello")["results"]]
        assert found == sorted(license.number for license in licenses)

    def test_of_a_person_who_was_entered_twice_the_entry_that_counts_by_the_names_of_both(self, api: APIClient) -> None:
        kept, merged = of("Okafor", "Adaeze"), of("Bello", "Adaeze")
        act(merge_people, merged_id=merged.practitioner_id, kept_id=kept.practitioner_id)
        for q in ("okafor adaeze", "bello adaeze", merged.number):
            (row,) = search(api, q)["results"]
            assert (row["license_number"], row["full_name"]) == (kept.number, "Adaeze Okafor")

    def test_in_the_order_of_names(self, api: APIClient) -> None:
        for surname in ("Ọ̀jọ́", "Adeyemi", "Ojukwu", "Zubairu", "Ibekwe"):
            of(surname, "Common")
        assert names(api, "common") == [
            "Common Adeyemi",
            "Common Ibekwe",
            "Common Ọ̀jọ́",
            "Common Ojukwu",
            "Common Zubairu",
        ]

    @pytest.mark.parametrize("q", ["ab", "a b", "---", "\u0301\u0301\u0301", "中"])
    def test_too_little_to_search_for(self, api: APIClient, q: str) -> None:
        body = refused(api.get(PATH, {"q": q}), 400, "invalid_input")
        assert body["errors"] == [
            {
                "pointer": "?q",
                "code": "too_short",
                "detail": "Write at least one name, or part of a name, of three letters or more.",
            }
        ]

    @pytest.mark.parametrize(
        "q", ["%%%", "___", "a%a", "\\\\\\", "'; DROP TABLE x; --", "%(token_0)s", "{names}", "💊💊💊"]
    )
    def test_patterns_and_quotes_mean_nothing(self, api: APIClient, q: str) -> None:
        of("Bello", "Musa")
        response = api.get(PATH, {"q": q})
        assert response.status_code in (200, 400)
        assert response.json().get("results", []) == []


class TestNumbers:
    def test_ours(self, api: APIClient) -> None:
        license = of("Bello", "Musa")
        of("Bello", "Aisha")
        (found,) = search(api, license.number.lower().replace("-", " "))["results"]
        assert (found["license_number"], found["matched_name"]) == (license.number, None)

    def test_a_councils_in_every_register_that_holds_it(self, api: APIClient) -> None:
        of("Zubairu", "Musa", regulator_number="12345")
        of("Adeyemi", "Ayo", regulator_number="12345", register_part="nmcn-general-nurse")
        assert names(api, "12345") == ["Ayo Adeyemi", "Musa Zubairu"]
        assert names(api, "12345", regulator="mdcn") == ["Musa Zubairu"]

    def test_of_one_license_and_not_of_the_holders_others(self, api: APIClient) -> None:
        person = make_person()
        license = make_license(person=person)
        make_license(person=person, register_part="mdcn-medical-specialist")
        assert [row["license_number"] for row in search(api, license.number)["results"]] == [license.number]

    def test_one_that_nobody_has(self, api: APIClient) -> None:
        assert search(api, "MDCN/R/99999")["results"] == []
        assert search(api, make_number("MED"))["results"] == []

    def test_a_mistyped_one_of_ours_says_so(self, api: APIClient) -> None:
        number = make_license().number
        wrong = number[:-1] + ALPHABET[(ALPHABET.index(number[-1]) + 1) % len(ALPHABET)]
        refused(api.get(PATH, {"q": wrong}), 422, "license_number_invalid")


class TestRows:
    def test_what_a_row_says(self, api: APIClient) -> None:
        license = of("Okafor", "Adaeze", state="LA")
        assert search(api, "okafor")["results"] == [
            {
                "license_number": license.number,
                "full_name": "Adaeze Okafor",
                "matched_name": "Adaeze Okafor",
                "is_former_name": False,
                "profession": "medical-doctor",
                "regulator": "mdcn",
                "register": "full",
                "register_part": "mdcn-medical-full",
                "status": "registered",
                "may_practise": True,
            }
        ]

    def test_nothing_personal_whoever_asks(self, api: APIClient) -> None:
        of("Okafor", "Adaeze", state="LA")
        for caller in (api, as_client("verify"), as_user(make_user())):
            text = str(search(caller, "okafor"))
            assert not any(secret in text for secret in ("1988", "female", "LA", "Lagos", "birth", "gender"))

    def test_it_is_the_page_that_openapi_describes(self, api: APIClient) -> None:
        of("Okafor", "Adaeze")
        body = search(api, "okafor")
        described = SearchPageSerializer(data=body)
        assert described.is_valid(), described.errors
        assert set(body["results"][0]) == set(SearchPageSerializer().fields["results"].child.fields)

    def test_an_answer_is_not_kept(self, api: APIClient) -> None:
        assert api.get(PATH, {"q": "okafor"})["Cache-Control"] == "private, no-store"


class TestFilters:
    @pytest.fixture(autouse=True)
    def people(self) -> None:
        of("Musa", "Doctor", state="KN")
        of("Musa", "Provisional", state="KN", register_part="mdcn-medical-provisional")
        of("Musa", "Nurse", state="LA", register_part="nmcn-general-nurse")
        of("Musa", "Expired", certificate=(date(2025, 1, 1), date(2026, 1, 1)))
        suspend(of("Musa", "Suspended"))
        remove(of("Musa", "Removed", state="LA"))

    @pytest.mark.parametrize(
        ("parameters", "expected"),
        [
            ({"profession": "nurse"}, ["Nurse"]),
            ({"regulator": "nmcn"}, ["Nurse"]),
            ({"category": "provisional"}, ["Provisional"]),
            ({"state": "KN"}, ["Doctor", "Provisional"]),
            ({"state": "LA", "regulator": "mdcn"}, ["Removed"]),
            ({"may_practise": "true"}, ["Doctor", "Nurse", "Provisional"]),
            ({"may_practise": "false"}, ["Expired", "Removed", "Suspended"]),
            ({"may_practise": "true", "state": "KN", "category": "full"}, ["Doctor"]),
            ({"profession": "nurse", "regulator": "mdcn"}, []),
        ],
    )
    def test_narrow_the_search(self, parameters: dict, expected: list[str]) -> None:
        assert names(as_client("search"), "musa", **parameters) == [f"{name} Musa" for name in expected]

    def test_the_filter_and_the_row_agree(self, api: APIClient) -> None:
        for wanted in (True, False):
            rows = search(api, "musa", may_practise=str(wanted).lower())["results"]
            assert {row["may_practise"] for row in rows} == {wanted}

    def test_where_someone_lives_is_found_out_only_with_the_scope(self, api: APIClient) -> None:
        refused(api.get(PATH, {"q": "musa", "state": "KN"}), 401, "authentication_required")
        for caller in (as_client("verify"), as_user(make_user())):
            refused(caller.get(PATH, {"q": "musa", "state": "KN"}), 403, "insufficient_scope")

    @pytest.mark.parametrize(
        ("parameter", "value"),
        [
            ("profession", "nobody"),
            ("regulator", "nobody"),
            ("regulator", ""),
            ("state", "XX"),
            ("state", "Lagos"),
            ("category", "golden"),
            ("may_practise", "yes"),
            ("may_practise", "1"),
            ("page_size", "0"),
            ("page_size", "201"),
            ("page_size", "1e3"),
            ("page_size", "9" * 5000),
            ("cursor", ""),
            ("colour", "red"),
            ("q", ""),
            ("q", "x" * 201),
        ],
    )
    def test_what_cannot_be_is_refused(self, parameter: str, value: str) -> None:
        body = refused(as_client("search").get(PATH, {"q": "musa", parameter: value}), 400, "invalid_input")
        assert [error["pointer"] for error in body["errors"]] == [f"?{parameter}"]

    def test_q_is_needed(self, api: APIClient) -> None:
        assert refused(api.get(PATH), 400, "invalid_input")["errors"][0]["pointer"] == "?q"


class TestCost:
    @pytest.mark.parametrize("q", ["musa", "MDCN/R/7"])
    def test_the_number_of_statements_does_not_grow(self, api: APIClient, q: str) -> None:
        counts = []
        for parts in (["mdcn-medical-full"], ["nmcn-general-nurse", "mdcn-medical-specialist"]):
            for part in parts:
                of("Musa", "Ibrahim", regulator_number="MDCN/R/7", register_part=part)
            # Once before it counts: each connection prepares its statements at their first use.
            search(api, q)
            with CaptureQueriesContext(connection) as statements:
                rows = search(api, q)["results"]
            counts.append((len(rows), len(statements)))
        # Folding or looking up the number, the facts, and the page, with its savepoint and its bound.
        assert counts == [(1, 6), (3, 6)]
