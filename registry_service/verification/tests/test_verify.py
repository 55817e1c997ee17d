"""GET verify/<license>/: every row of contract.md's table, and what an answer says and keeps to itself."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from urllib.parse import quote

import pytest
import time_machine
from rest_framework.test import APIClient

from accounts.tests.factories import as_bearer, as_client
from changes.models import RegisterPosition
from changes.tests.factories import NOW, TODAY, act
from common.tests.problems import refused
from licenses import services
from licenses.models import PHBProfessionalRegistry
from licenses.numbers import ALPHABET, make_number
from licenses.tests.factories import THIS_YEAR, TOMORROW, make_license, remove, suspend
from practitioners.services import change_name, record_death
from practitioners.tests.factories import make_person
from reference.models import Regulator
from verification.api.renderers import AnswerRenderer
from verification.api.serializers import AnswerSerializer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def verify(api: APIClient, number: str, **parameters: str):
    return api.get(f"/api/registry/verify/{quote(number)}/", parameters)


def answer_about(api: APIClient, license: PHBProfessionalRegistry) -> dict:
    response = verify(api, license.number)
    assert response.status_code == 200, response.content
    return response.json()


def mistyped(number: str) -> str:
    return number[:-1] + ALPHABET[(ALPHABET.index(number[-1]) + 1) % len(ALPHABET)]


class TestTheContract:
    def test_a_valid_answer_that_the_holder_may_practise(self, api: APIClient) -> None:
        license = make_license(person=make_person("Okafor", "Adaeze"), regulator_number="MDCN/R/12345")
        position = RegisterPosition.objects.get()
        assert answer_about(api, license) == {
            "type": "ng.phb.registry.verification.v1",
            "license_number": license.number,
            "replaced_by": None,
            "registered_on": "2015-06-01",
            "register": "full",
            "register_part": "mdcn-medical-full",
            "status": "registered",
            "may_practise": True,
            "reasons": [],
            "professional": {
                "full_name": "Adaeze Okafor",
                "profession": "medical-doctor",
                "regulator": "mdcn",
                "regulator_number": "MDCN/R/12345",
                "specialties": [],
            },
            "certificate": {"number": "PC/26/1", "valid_from": "2026-01-01", "valid_until": "2026-12-31"},
            "renewal": None,
            "grace_until": None,
            "conditions": [],
            "discipline": [],
            "data_as_of": {"position": position.value, "changed_at": "2026-11-23T09:00:00Z"},
            "checked_at": "2026-11-23T09:00:00Z",
            "position": license.position,
        }

    def test_the_number_of_a_person_who_was_entered_twice(self, api: APIClient) -> None:
        kept, merged = make_license(person=make_person("Okafor", "Adaeze")), make_license()
        act(services.merge_people, merged_id=merged.practitioner_id, kept_id=kept.practitioner_id)
        answer = answer_about(api, merged)
        assert (answer["license_number"], answer["replaced_by"]) == (merged.number, kept.number)
        assert (answer["professional"]["full_name"], answer["may_practise"]) == ("Adaeze Okafor", True)
        assert answer_about(api, kept)["replaced_by"] is None

    def test_a_valid_answer_that_the_holder_may_not(self, api: APIClient) -> None:
        license = make_license()
        suspend(license, TODAY, until=TOMORROW)
        body = answer_about(api, license)
        assert (body["may_practise"], body["status"]) == (False, "suspended")
        (reason,) = body["reasons"]
        assert (reason["code"], reason["from"], reason["until"]) == ("suspended", "2026-11-23", "2026-11-23")

    def test_removed_is_an_answer_and_no_refusal(self, api: APIClient) -> None:
        license = make_license()
        remove(license)
        body = answer_about(api, license)
        assert (body["may_practise"], body["status"]) == (False, "removed")

    def test_mistyped(self, api: APIClient) -> None:
        number = mistyped(make_license().number)
        body = refused(verify(api, number), 422, "license_number_invalid")
        assert body["license_number"] == number

    def test_never_issued(self, api: APIClient) -> None:
        number = make_number("MED")
        assert refused(verify(api, number), 404, "license_not_found")["license_number"] == number

    @pytest.mark.parametrize(
        ("number", "parameters", "regulator"),
        [
            ("MDCN/R/99999", {}, "mdcn"),
            ("mdcn-99999", {}, "mdcn"),
            ("99999", {}, None),
            ("99999", {"regulator": "nmcn"}, "nmcn"),
            ("XYZ/99999", {}, None),
        ],
    )
    def test_a_councils_number_that_is_not_held(
        self, api: APIClient, number: str, parameters: dict, regulator: str | None
    ) -> None:
        body = refused(verify(api, number, **parameters), 404, "council_number_not_held")
        assert (body["regulator"], body["register_complete_to"]) == (regulator, None)
        assert "does not mean" in body["detail"]

    def test_a_council_whose_register_is_here_in_full_says_up_to_when(self, api: APIClient) -> None:
        Regulator.objects.filter(code="mdcn").update(register_complete_to=date(2026, 6, 30))
        body = refused(verify(api, "MDCN/R/99999"), 404, "council_number_not_held")
        assert body["register_complete_to"] == "2026-06-30"

    def test_a_councils_number_in_several_registers(self, api: APIClient) -> None:
        doctor = make_license(person=make_person("Secret"), regulator_number="12345")
        nurse = make_license(regulator_number="12345", register_part="nmcn-general-nurse")
        midwife = make_license(regulator_number="12345", register_part="nmcn-mental-health")
        body = refused(verify(api, "12345"), 409, "license_number_ambiguous")
        assert [register["register"] for register in body["registers"]] == [
            "mdcn-medical-full",
            "nmcn-general-nurse",
            "nmcn-mental-health",
        ]
        assert "Secret" not in str(body)
        assert answer_about_narrowed(api, regulator="mdcn") == doctor.number
        assert answer_about_narrowed(api, regulator="nmcn", register="nmcn-general-nurse") == nurse.number
        assert answer_about_narrowed(api, register="nmcn-mental-health") == midwife.number
        refused(verify(api, "12345", regulator="nmcn"), 409, "license_number_ambiguous")
        refused(verify(api, "12345", regulator="pcn"), 404, "council_number_not_held")

    def test_a_number_of_ours_needs_no_narrowing_and_none_hides_it(self, api: APIClient) -> None:
        license = make_license()
        assert verify(api, license.number, regulator="pcn").json()["license_number"] == license.number


def answer_about_narrowed(api: APIClient, **parameters: str) -> str:
    return verify(api, "12345", **parameters).json()["license_number"]


class TestTheAnswer:
    def test_one_statement(self, api: APIClient, django_assert_num_queries) -> None:
        license = make_license(regulator_number="MDCN/R/12345")
        for number in (license.number, "MDCN/R/12345"):
            verify(api, number)  # prepares the statements, once for each connection
        for number in (license.number, "MDCN/R/12345", make_number("MED")):
            with django_assert_num_queries(1):
                verify(api, number)
        with django_assert_num_queries(1):
            verify(as_client("verify"), license.number)
        with django_assert_num_queries(0):
            verify(api, mistyped(license.number))

    def test_it_is_the_answer_that_openapi_describes(self, api: APIClient) -> None:
        license = make_license(register_part="mdcn-medical-provisional", certificate=None)
        suspend(license)
        body = answer_about(api, license)
        described = AnswerSerializer(data=body)
        assert described.is_valid(), described.errors
        assert set(body) == set(AnswerSerializer().fields)
        assert set(body["professional"]) == set(AnswerSerializer().fields["professional"].fields)

    def test_it_gives_away_no_more_than_it_must(self, api: APIClient) -> None:
        person = make_person("Bello", "Aisha", birth_date=date(1979, 3, 14), identifiers={"nmcn": "RN/777"})
        act(change_name, practitioner_id=person.pk, surname="Yusuf", given_names="Aisha", reason="marriage", on=TODAY)
        person.refresh_from_db()
        person.email, person.telephone = "aisha@example.ng", "08030000000"
        person.save()
        for caller in (api, as_client("verify")):
            text = str(answer_about(caller, make_license_of(person)))
            for secret in ("1979", "female", "RN/777", "Bello", "aisha@", "0803", str(person.uid), "state", "lga"):
                assert secret not in text

    def test_grace_and_renewal(self, api: APIClient) -> None:
        license = make_license(certificate=(date(2025, 1, 1), date(2026, 1, 1)))
        act(services.grant_renewal_grace, license_id=license.pk, valid_from=date(2026, 1, 1), valid_until=TOMORROW)
        body = answer_about(api, license)
        assert (body["may_practise"], body["renewal"], body["grace_until"]) == (True, "in_process", "2026-11-23")
        assert body["certificate"]["valid_until"] == "2025-12-31"

    def test_conditions(self, api: APIClient) -> None:
        license = make_license(register_part="mdcn-medical-provisional")
        (condition,) = answer_about(api, license)["conditions"]
        assert (condition["code"], condition["from"], condition["until"]) == ("supervised_practice", "2015-06-01", None)

    def test_death(self, api: APIClient) -> None:
        license = make_license()
        act(record_death, practitioner_id=license.practitioner_id, died_on=TODAY)
        body = answer_about(api, license)
        assert (body["status"], [reason["code"] for reason in body["reasons"]]) == ("removed", ["deceased"])

    def test_the_day_is_the_one_in_lagos(self, api: APIClient) -> None:
        license = make_license(certificate=THIS_YEAR)
        for instant, may_practise in (
            (datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), True),
            (datetime(2026, 12, 31, 23, 0, 0, tzinfo=UTC), False),
        ):
            with time_machine.travel(instant, tick=False):
                assert answer_about(api, license)["may_practise"] is may_practise


def make_license_of(person) -> PHBProfessionalRegistry:
    return PHBProfessionalRegistry.objects.filter(practitioner=person).first() or make_license(person=person)


class TestHeaders:
    def test_anyones_answer_may_be_kept_for_one_second(self, api: APIClient) -> None:
        assert verify(api, make_license().number)["Cache-Control"] == "public, max-age=1"

    def test_an_answer_to_a_token_is_never_kept(self) -> None:
        assert verify(as_client("verify"), make_license().number)["Cache-Control"] == "private, no-store"

    def test_a_bad_token_is_refused_and_not_taken_for_nobody(self) -> None:
        refused(verify(as_bearer("x.y.z"), make_license().number), 401, "token_invalid")

    def test_the_media_type_says_that_it_is_the_registry(self, api: APIClient) -> None:
        number = make_license().number
        assert verify(api, number)["Content-Type"] == AnswerRenderer.media_type
        for accept, expected in (
            (AnswerRenderer.media_type, AnswerRenderer.media_type),
            ("application/json", "application/json"),
            ("*/*", AnswerRenderer.media_type),
        ):
            response = api.get(f"/api/registry/verify/{number}/", headers={"Accept": accept})
            assert response["Content-Type"] == expected
        response = api.get(f"/api/registry/verify/{number}/", headers={"Accept": "text/html"})
        refused(response, 406, "not_acceptable")

    def test_other_methods(self, api: APIClient) -> None:
        refused(api.post(f"/api/registry/verify/{make_license().number}/", {}), 405, "method_not_allowed")


class TestStrangeQuestions:
    @pytest.mark.parametrize(
        "number",
        [
            "MDCN/R/12345",
            "MDCN//R//12345",
            "/",
            "//",
            "a/../b",
            "..",
            "%2e%2e",
            "PHB-MED-\u0660\u0661\u0662\u0663-\u0664\u0665\u0666\u0667",
            "\u0661\u0662\u0663",
            "\u202eDEM-BHP",
            "ﬁ",
            "ß" * 60,
            "é" * 60,
            "💊",
            "x" * 61,
            "9" * 3000,
            "' OR 1=1 --",
            "%s %(day)s {0} {license_number}",
            "\\x00",
            "null",
        ],
    )
    def test_never_a_failure(self, api: APIClient, number: str) -> None:
        response = api.get(f"/api/registry/verify/{quote(number, safe='/')}/")
        assert response.status_code in (404, 422)
        body = response.json()
        assert body["code"] in {"license_number_invalid", "license_not_found", "council_number_not_held", "not_found"}
        assert len(body.get("license_number", "")) <= 60

    @pytest.mark.parametrize("raw", ["%00", "%FF", "abc%00", "%C3%28", "%ED%A0%80"])
    def test_what_is_not_text(self, api: APIClient, raw: str) -> None:
        refused(api.get(f"/api/registry/verify/X1/?regulator={raw}"), 400, "malformed_request")
        assert api.get(f"/api/registry/verify/{raw}/").status_code in (400, 404)

    def test_unknown_parameters(self, api: APIClient) -> None:
        body = refused(verify(api, "X1", regulater="mdcn"), 400, "invalid_input")
        assert body["errors"][0]["pointer"] == "?regulater"

    @pytest.mark.parametrize("regulator", ["", "two words", "x" * 61, "mdcn'"])
    def test_codes_that_cannot_be(self, api: APIClient, regulator: str) -> None:
        body = refused(verify(api, "X1", regulator=regulator), 400, "invalid_input")
        assert body["errors"][0]["pointer"] == "?regulator"

    def test_without_the_last_slash(self, api: APIClient) -> None:
        body = refused(api.get("/api/registry/verify/X1"), 404, "not_found")
        assert "slash" in body["detail"]
