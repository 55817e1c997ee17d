"""The public lists: for anyone, strict, by pages, and cheap to ask for again."""

from base64 import b64encode
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from common.clock import day_in_lagos
from common.tests.problems import refused
from reference.models import Fee, Lga, Profession, Reason, RegisterPart, Regulator, Specialty, State

pytestmark = pytest.mark.django_db

LISTS = ["states", "lgas", "regulators", "professions", "register-parts", "specialties", "reasons"]
DATED = LISTS[2:]


def rows(api: APIClient, path: str, **parameters: object) -> list[dict]:
    response = api.get(f"/api/registry/{path}/", parameters)
    assert response.status_code == 200, response.content
    return response.json()["results"]


def codes(api: APIClient, path: str, **parameters: object) -> set[str]:
    return {row["code"] for row in rows(api, path, page_size=200, **parameters)}


class TestLists:
    @pytest.mark.parametrize("path", LISTS)
    def test_anyone_reads_them_in_the_order_of_their_codes(self, api: APIClient, path: str) -> None:
        found = [row["code"] for row in rows(api, path)]
        assert found
        assert found == sorted(found)

    @pytest.mark.parametrize("path", LISTS)
    def test_the_number_of_statements_does_not_grow(self, api: APIClient, path: str) -> None:
        counts = []
        for size in (1, 3):
            with CaptureQueriesContext(connection) as statements:
                assert len(rows(api, path, page_size=size)) == size
            counts.append(len(statements))
        assert counts == [1, 1]

    @pytest.mark.parametrize("path", DATED)
    def test_each_fact_says_since_when_and_from_where(self, api: APIClient, path: str) -> None:
        for row in rows(api, path):
            assert {"code", "name", "valid_from", "valid_until", "source"} <= set(row)
            assert row["source"]

    def test_states_count_their_local_governments(self, api: APIClient) -> None:
        states = {row["code"]: row for row in rows(api, "states")}
        assert states["LA"]["lgas_count"] == Lga.objects.filter(state__code="LA").count() == 20
        assert states["LA"]["name"] == "Lagos"
        assert len(states) == 37

    def test_all_pages_together_are_the_whole_table(self, api: APIClient) -> None:
        url, seen = "/api/registry/lgas/?page_size=200", []
        while url:
            page = api.get(url).json()
            seen += [row["code"] for row in page["results"]]
            url = page["next"]
        assert len(seen) == len(set(seen)) == 774


class TestFilters:
    def test_by_state(self, api: APIClient) -> None:
        assert {row["state"] for row in rows(api, "lgas", state="KN", page_size=200)} == {"KN"}

    def test_by_regulator(self, api: APIClient) -> None:
        assert {row["regulator"] for row in rows(api, "professions", regulator="mdcn")} == {"mdcn"}

    def test_reasons_by_what_they_are_given_for(self, api: APIClient) -> None:
        assert codes(api, "reasons", kind="name_change") == {"marriage", "divorce", "affidavit", "correction"}

    def test_register_parts_by_three(self, api: APIClient) -> None:
        assert codes(api, "register-parts", regulator="mdcn", profession="medical-doctor", category="full") == {
            "mdcn-medical-full"
        }

    def test_specialties_by_profession(self, api: APIClient) -> None:
        assert {row["profession"] for row in rows(api, "specialties", profession="nurse")} == {"nurse"}

    @pytest.mark.parametrize(
        ("path", "parameter", "value"),
        [
            ("lgas", "state", "XX"),
            ("lgas", "state", "lagos"),
            ("professions", "regulator", "nobody"),
            ("register-parts", "category", "golden"),
            ("register-parts", "category", ""),
            ("lgas", "state", ""),
            ("regulators", "on", ""),
            ("register-parts", "profession", "'"),
            ("specialties", "profession", "nobody"),
            ("regulators", "on", "yesterday"),
            ("regulators", "on", "01/02/2026"),
            ("regulators", "on", "2026-02-30"),
            ("states", "on", "2026-01-01"),
            ("states", "stat", "LA"),
            ("lgas", "page", "2"),
            ("lgas", "page_size", "0"),
            ("lgas", "page_size", "201"),
            ("lgas", "page_size", "ten"),
            ("lgas", "page_size", "٣"),
            ("lgas", "cursor", "nonsense"),
            ("lgas", "cursor", b64encode(b"p=%00").decode()),
            ("lgas", "cursor", b64encode(b"o=-1").decode()),
            ("lgas", "cursor", b64encode("p=é".encode()).decode()),
        ],
    )
    def test_what_cannot_be_is_refused(self, api: APIClient, path: str, parameter: str, value: str) -> None:
        body = refused(api.get(f"/api/registry/{path}/", {parameter: value}), 400, "invalid_input")
        assert [error["pointer"] for error in body["errors"]] == [f"?{parameter}"]


class TestValidity:
    @pytest.fixture
    def today(self) -> date:
        return day_in_lagos(timezone.now())

    def test_only_what_is_in_force_today(self, api: APIClient, today: date) -> None:
        Profession.objects.filter(code="nurse").update(valid_until=today)
        Profession.objects.filter(code="pharmacist").update(valid_from=today)
        Profession.objects.filter(code="medical-doctor").update(valid_from=today + timedelta(days=1))
        found = codes(api, "professions")
        assert "pharmacist" in found
        assert not {"nurse", "medical-doctor"} & found

    def test_or_on_another_day(self, api: APIClient, today: date) -> None:
        Profession.objects.filter(code="nurse").update(valid_until=today)
        assert "nurse" in codes(api, "professions", on=today - timedelta(days=1))
        assert "nurse" not in codes(api, "professions", on=today)

    @pytest.mark.parametrize("path", DATED)
    def test_the_last_day_on_which_it_holds_is_shown(self, api: APIClient, path: str, today: date) -> None:
        model = dict(zip(DATED, (Regulator, Profession, RegisterPart, Specialty, Reason), strict=True))[path]
        model.objects.update(valid_from=None, valid_until=today + timedelta(days=1))
        model.objects.filter(pk=model.objects.earliest("code").pk).update(valid_until=None)
        first, *others = rows(api, path)
        assert first["valid_until"] is None
        assert {row["valid_until"] for row in others} == {today.isoformat()}

    def test_an_act_begins_on_its_day(self, api: APIClient) -> None:
        assert Regulator.objects.get(code="pcn").valid_from == date(2022, 8, 16)
        assert "pcn" not in codes(api, "regulators", on="2022-08-15")
        assert "pcn" in codes(api, "regulators", on="2022-08-16")

    @pytest.mark.parametrize("path", DATED)
    def test_filters_and_days_go_together(self, api: APIClient, path: str) -> None:
        assert codes(api, path, on="2026-01-01") >= set()


class TestKeeping:
    @pytest.mark.parametrize("path", LISTS)
    def test_for_a_minute(self, api: APIClient, path: str) -> None:
        assert api.get(f"/api/registry/{path}/")["Cache-Control"] == "public, max-age=60"

    def test_not_what_was_refused(self, api: APIClient) -> None:
        assert "Cache-Control" not in api.get("/api/registry/lgas/", {"state": "XX"})

    def test_what_has_not_changed_is_not_sent_again(self, api: APIClient) -> None:
        first = api.get("/api/registry/states/")
        again = api.get("/api/registry/states/", headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["Cache-Control"] == "public, max-age=60"
        State.objects.filter(code="LA").update(capital="Ikeja!")
        assert api.get("/api/registry/states/", headers={"If-None-Match": first["ETag"]}).status_code == 200


class TestDocumentRequirements:
    def needed(self, api: APIClient, **parameters: object) -> set[tuple[str, str]]:
        found = rows(api, "document-requirements", page_size=200, **parameters)
        return {(row["document_type"], row["necessity"]) for row in found}

    def test_what_an_application_for_a_register_part_needs_is_everyones_rule_and_the_councils_own(
        self, api: APIClient
    ) -> None:
        doctors = self.needed(api, kind="first_registration", register_part="mdcn-medical-full")
        assert {("passport-photograph", "required"), ("oath", "required")} <= doctors
        assert ("school-letter", "required") not in doctors
        nurses = self.needed(api, kind="first_registration", register_part="nmcn-general-nurse")
        assert {("passport-photograph", "required"), ("school-letter", "required")} <= nurses
        assert ("oath", "required") not in nurses

    def test_it_says_how_the_document_must_look_and_from_whom_it_must_come(self, api: APIClient) -> None:
        found = rows(api, "document-requirements", register_part="nmcn-general-nurse", kind="first_registration")
        letter = next(row for row in found if row["document_type"] == "school-letter")
        assert (letter["supplied_by"], letter["regulator"], letter["name"]) == (
            "school",
            "nmcn",
            "Identification letter from the school",
        )

    def test_the_number_of_statements_does_not_grow(self, api: APIClient) -> None:
        counts = []
        for size in (1, 3):
            with CaptureQueriesContext(connection) as statements:
                assert len(rows(api, "document-requirements", page_size=size)) == size
            counts.append(len(statements))
        assert counts == [1, 1]


class TestFees:
    def amounts(self, api: APIClient, **parameters: object) -> list[int]:
        return [row["amount_kobo"] for row in rows(api, "fees", **parameters)]

    def test_what_an_application_for_a_register_part_costs_in_kobo(self, api: APIClient) -> None:
        (row,) = rows(api, "fees", kind="upgrade", register_part="mdcn-medical-full")
        assert (row["amount_kobo"], row["currency"], row["regulator"], row["register_part"]) == (
            3_700_000,
            "NGN",
            "mdcn",
            None,
        )
        assert self.amounts(api, kind="upgrade", register_part="nmcn-general-nurse") == []

    def test_on_a_day(self, api: APIClient) -> None:
        Fee.objects.filter(kind="upgrade").update(valid_until=date(2020, 1, 1))
        assert self.amounts(api, kind="upgrade") == []
        assert self.amounts(api, kind="upgrade", on="2019-12-31") == [3_700_000]

    def test_the_number_of_statements_does_not_grow(self, api: APIClient) -> None:
        counts = []
        for size in (1, 3):
            with CaptureQueriesContext(connection) as statements:
                assert len(rows(api, "fees", page_size=size)) == size
            counts.append(len(statements))
        assert counts == [1, 1]
