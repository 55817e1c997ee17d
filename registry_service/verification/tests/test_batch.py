"""POST verify/batch/: a row for each number, in the order asked, at a constant number of statements."""

import pytest
from rest_framework.test import APIClient

from accounts.tests.factories import as_client, as_user, make_user
from common.tests.problems import refused
from licenses.numbers import make_number
from licenses.tests.factories import make_license, suspend
from practitioners.tests.factories import make_person
from reference.queries import regulator_of_council_number
from verification.api.renderers import BatchRenderer
from verification.api.serializers import BatchAnswerSerializer
from verification.rules import MAX_BATCH

pytestmark = pytest.mark.django_db

PATH = "/api/registry/verify/batch/"


@pytest.fixture
def hospital() -> APIClient:
    return as_client("verify")


def ask(caller: APIClient, *numbers: str):
    return caller.post(PATH, {"items": [{"license_number": number} for number in numbers]}, format="json")


class TestRows:
    def test_each_row_is_what_the_number_alone_would_get(self, hospital: APIClient) -> None:
        good, suspended = make_license(regulator_number="12345"), make_license()
        suspend(suspended)
        make_license(regulator_number="12345", register_part="nmcn-general-nurse")
        wrong, never = "PHB-MED-0000-000", make_number("MED")
        asked = [suspended.number, wrong, never, "MDCN/R/9", "12345", good.number, "", "x" * 70]
        rows = ask(hospital, *asked).json()["results"]
        assert [row["license_number"] for row in rows] == asked
        assert [row["outcome"] for row in rows] == [
            "found",
            "refused",
            "refused",
            "refused",
            "refused",
            "found",
            "refused",
            "refused",
        ]
        assert [row.get("code") for row in rows] == [
            None,
            "license_number_invalid",
            "license_not_found",
            "council_number_not_held",
            "license_number_ambiguous",
            None,
            "license_number_invalid",
            "license_number_invalid",
        ]
        assert [rows[0]["answer"]["may_practise"], rows[5]["answer"]["may_practise"]] == [False, True]
        assert rows[3]["regulator"] == "mdcn"
        assert len(rows[4]["registers"]) == 2

    def test_duplicates_each_get_a_row(self, hospital: APIClient) -> None:
        license = make_license(regulator_number="MDCN/R/1")
        asked = [license.number, license.number.lower(), "MDCN/R/1", license.number]
        rows = ask(hospital, *asked).json()["results"]
        assert [row["license_number"] for row in rows] == asked
        assert {row["answer"]["license_number"] for row in rows} == {license.number}

    def test_narrowing_is_for_one_row(self, hospital: APIClient) -> None:
        doctor = make_license(regulator_number="12345")
        nurse = make_license(regulator_number="12345", register_part="nmcn-general-nurse")
        items = [
            {"license_number": "12345", "regulator": "nmcn"},
            {"license_number": "12345"},
            {"license_number": "12345", "register": "mdcn-medical-full"},
        ]
        rows = hospital.post(PATH, {"items": items}, format="json").json()["results"]
        assert rows[0]["answer"]["license_number"] == nurse.number
        assert rows[1]["code"] == "license_number_ambiguous"
        assert rows[2]["answer"]["license_number"] == doctor.number

    def test_it_is_the_answer_that_openapi_describes(self, hospital: APIClient) -> None:
        license = make_license()
        body = ask(hospital, license.number, "MDCN/R/9", "PHB", make_number("MED")).json()
        described = BatchAnswerSerializer(data=body)
        assert described.is_valid(), described.errors
        known = set(BatchAnswerSerializer().fields["results"].child.fields)
        assert all(set(row) <= known for row in body["results"])

    def test_it_gives_away_no_birth_date(self, hospital: APIClient) -> None:
        license = make_license(person=make_person())
        text = ask(hospital, license.number).content.decode()
        assert "1988" not in text
        assert "female" not in text


class TestSize:
    def test_the_number_of_statements_does_not_grow(self, hospital: APIClient, django_assert_num_queries) -> None:
        numbers = [make_license(regulator_number=f"MDCN/R/{index}").number for index in range(3)]
        regulator_of_council_number("MDCN/1")
        ask(hospital, "PHB")
        for asked in ([numbers[0], "MDCN/R/0", "MDCN/R/77"], [*numbers, "MDCN/R/0", "MDCN/R/1", "NMCN/1", "PCN/2"]):
            with django_assert_num_queries(3):
                assert ask(hospital, *asked).status_code == 200

    def test_ten_thousand(self, hospital: APIClient, django_assert_max_num_queries) -> None:
        license = make_license()
        numbers = [license.number, *(make_number("MED") for _ in range(MAX_BATCH - 2)), "MDCN/R/1"]
        with django_assert_max_num_queries(5):
            rows = ask(hospital, *numbers).json()["results"]
        assert len(rows) == MAX_BATCH
        assert [row["license_number"] for row in rows] == numbers
        assert [rows[0]["outcome"], rows[1]["code"], rows[-1]["code"]] == [
            "found",
            "license_not_found",
            "council_number_not_held",
        ]

    def test_one_more_is_refused(self, hospital: APIClient) -> None:
        body = refused(ask(hospital, *["X1"] * (MAX_BATCH + 1)), 400, "invalid_input")
        assert body["errors"][0]["pointer"] == "/items"

    def test_none_is_refused(self, hospital: APIClient) -> None:
        assert refused(ask(hospital), 400, "invalid_input")["errors"][0]["pointer"] == "/items"

    def test_a_body_of_more_than_a_megabyte(self, hospital: APIClient) -> None:
        refused(ask(hospital, "X" * 1024 * 1024), 413, "payload_too_large")


class TestWhoMayAsk:
    def test_nobody_without_a_token(self, api: APIClient) -> None:
        response = ask(api, "X1")
        refused(response, 401, "authentication_required")
        assert response["WWW-Authenticate"].startswith("Bearer")

    def test_not_a_client_without_the_scope(self) -> None:
        refused(ask(as_client("roster"), "X1"), 403, "insufficient_scope")

    def test_not_a_person(self) -> None:
        refused(ask(as_user(make_user()), "X1"), 403, "insufficient_scope")


class TestForm:
    def test_headers_and_marker(self, hospital: APIClient) -> None:
        response = ask(hospital, make_license().number)
        assert response["Content-Type"] == BatchRenderer.media_type
        assert response["Cache-Control"] == "private, no-store"
        assert response.json()["type"] == "ng.phb.registry.verification-batch.v1"

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({}, "/items"),
            ({"items": "PHB-MED-0000-0000"}, "/items"),
            ({"items": {"license_number": "X1"}}, "/items"),
            ({"items": ["X1"]}, "/items/0"),
            ({"items": [{"license_number": "X1"}, {}]}, "/items/1/license_number"),
            ({"items": [{"license_number": None}]}, "/items/0/license_number"),
            ({"items": [{"license_number": ["X1"]}]}, "/items/0/license_number"),
            ({"items": [{"license_number": 12345}]}, "/items/0/license_number"),
            ({"items": [{"license_number": "X1", "regulator": "two words"}]}, "/items/0/regulator"),
            ({"items": [{"license_number": "X1", "register": 7}]}, "/items/0/register"),
            ([], ""),
            ("X1", ""),
        ],
    )
    def test_what_is_wrong_is_pointed_at(self, hospital: APIClient, body: object, pointer: str) -> None:
        problem = refused(hospital.post(PATH, body, format="json"), 400, "invalid_input")
        assert [error["pointer"] for error in problem["errors"]] == [pointer]

    def test_another_media_type(self, hospital: APIClient) -> None:
        refused(hospital.post(PATH, "items=1", content_type="text/plain"), 415, "unsupported_media_type")
