"""GET statistics/ and what computes it: figures that add up, of one moment, telling of nobody."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from changes.models import RegisterPosition
from changes.tests.factories import NOW, TODAY, act
from common.tests.problems import refused
from licenses.queries import facts_by_id
from licenses.services import merge_people
from licenses.tests.factories import make_license, remove, suspend
from practitioners.tests.factories import make_person
from reference.models import Profession, RegisterPart, State
from reference.queries import state_id_by_code
from search import services, tasks
from search.api.serializers import StatisticsSerializer
from search.models import RegisterStatistics

pytestmark = pytest.mark.django_db

PATH = "/api/registry/statistics/"
LATER = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def the_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def register() -> list[int]:
    both = make_person()
    licenses = [
        make_license(person=both),
        make_license(person=both, register_part="mdcn-medical-specialist"),
        make_license(register_part="nmcn-general-nurse"),
        make_license(certificate=(date(2025, 1, 1), date(2026, 1, 1))),
    ]
    suspend(licenses[1])
    remove(licenses[2])
    return [license.pk for license in licenses]


def live_in(state: str, count: int) -> None:
    for _ in range(count):
        make_license(person=make_person(state_id=state_id_by_code(state)))


def figures(api: APIClient) -> dict:
    services.refresh_statistics(NOW)
    response = api.get(PATH)
    assert response.status_code == 200, response.content
    return response.json()


class TestFigures:
    def test_totals(self, api: APIClient, register: list[int]) -> None:
        assert figures(api)["totals"] == {
            "people": 3,
            "licenses": 4,
            "may_practise": 1,
            "registered": 2,
            "suspended": 1,
            "removed": 1,
        }

    def test_each_profession_by_status_and_right_to_practise(self, api: APIClient, register: list[int]) -> None:
        kinds = figures(api)["professions"]
        assert {(k["profession"], k["status"], k["may_practise"]): k["licenses"] for k in kinds} == {
            ("medical-doctor", "registered", True): 1,
            ("medical-doctor", "registered", False): 1,
            ("medical-doctor", "suspended", False): 1,
            ("nurse", "removed", False): 1,
        }

    def test_each_regulator(self, api: APIClient, register: list[int]) -> None:
        assert figures(api)["regulators"] == [
            {"regulator": "mdcn", "licenses": 3, "may_practise": 1, "registered": 2, "suspended": 1, "removed": 0},
            {"regulator": "nmcn", "licenses": 1, "may_practise": 0, "registered": 0, "suspended": 0, "removed": 1},
        ]

    def test_they_are_what_the_answers_say_one_by_one(self, api: APIClient, register: list[int]) -> None:
        facts = facts_by_id(register)
        totals = figures(api)["totals"]
        assert totals["may_practise"] == sum(not license.obstacles_on(TODAY) for license in facts)
        assert totals["suspended"] == sum(license.status_on(TODAY).value == "suspended" for license in facts)

    def test_a_person_who_was_entered_twice_counts_once(self, api: APIClient) -> None:
        kept, merged = make_license(), make_license()
        act(merge_people, merged_id=merged.practitioner_id, kept_id=kept.practitioner_id)
        totals = figures(api)["totals"]
        assert (totals["people"], totals["licenses"], totals["may_practise"]) == (1, 1, 1)

    def test_an_empty_register(self, api: APIClient) -> None:
        body = figures(api)
        assert set(body["totals"].values()) == {0}
        assert body["professions"] == body["regulators"] == []
        assert len(body["states"]) == 37

    def test_where_people_live_is_not_told_in_small_figures(self, api: APIClient) -> None:
        live_in("LA", 6)
        live_in("KN", 4)
        live_in("OY", 5)
        states = {row["state"]: row["may_practise"] for row in figures(api)["states"]}
        assert (states["LA"], states["OY"], states["KN"], states["AB"]) == (6, 5, None, None)

    def test_only_those_who_may_practise_are_counted_where_they_live(self, api: APIClient) -> None:
        live_in("LA", 6)
        suspend(make_license(person=make_person(state_id=state_id_by_code("LA"))))
        assert {row["state"]: row["may_practise"] for row in figures(api)["states"]}["LA"] == 6


class TestAnswering:
    def test_before_the_first_computation(self, api: APIClient) -> None:
        response = api.get(PATH)
        refused(response, 503, "statistics_not_ready")
        assert response["Retry-After"] == "10"
        assert "public" not in response.get("Cache-Control", "")

    def test_one_statement_and_kept_for_a_minute(self, api: APIClient, django_assert_num_queries) -> None:
        services.refresh_statistics(NOW)
        with django_assert_num_queries(1):
            response = api.get(PATH)
        assert response["Cache-Control"] == "public, max-age=60"
        assert api.get(PATH, headers={"If-None-Match": response["ETag"]}).status_code == 304

    def test_it_is_what_openapi_describes(self, api: APIClient, register: list[int]) -> None:
        body = figures(api)
        described = StatisticsSerializer(data=body)
        assert described.is_valid(), described.errors
        assert set(body) == set(StatisticsSerializer().fields)

    def test_it_says_of_when_they_are(self, api: APIClient, register: list[int]) -> None:
        body = figures(api)
        assert body["position"] == RegisterPosition.objects.get().value
        assert body["computed_at"] == "2026-11-23T09:00:00Z"

    def test_unknown_parameters(self, api: APIClient) -> None:
        refused(api.get(PATH, {"state": "LA"}), 400, "invalid_input")


class TestRefreshing:
    def test_the_task_has_nothing_left_to_do(self) -> None:
        assert tasks.refresh_statistics(NOW) == 0
        assert RegisterStatistics.objects.count() == 1

    def test_few_statements_and_one_row(self, register: list[int], django_assert_max_num_queries) -> None:
        services.refresh_statistics(NOW)
        with django_assert_max_num_queries(6):
            services.refresh_statistics(NOW)
        assert RegisterStatistics.objects.count() == 1

    def test_by_hand(self, register: list[int]) -> None:
        out = StringIO()
        call_command("refresh_statistics", stdout=out)
        assert "4 licenses of 3 people" in out.getvalue()


class TestWhatHasNotChanged:
    """The whole register is read again only where the figures can have become others."""

    @pytest.fixture(autouse=True)
    def computed(self, register: list[int]) -> RegisterStatistics:
        return services.refresh_statistics(NOW)

    def reads_the_register(self, now: datetime = LATER) -> bool:
        with CaptureQueriesContext(connection) as captured:
            services.keep_statistics_current(now)
        return any("phb_professional_registry" in query["sql"] for query in captured)

    def test_the_same_figures_are_said_to_hold_now(self, api: APIClient, computed: RegisterStatistics) -> None:
        with CaptureQueriesContext(connection) as captured:
            assert tasks.refresh_statistics(LATER) == 0
        assert len(captured) == 1
        assert "phb_professional_registry" not in captured[0]["sql"]
        assert api.get(PATH).json() == {
            "computed_at": "2026-11-23T09:05:00Z",
            "position": computed.position,
            **computed.figures,
        }

    def test_a_change_of_the_register(self) -> None:
        make_license()
        assert self.reads_the_register()
        assert not self.reads_the_register()

    def test_the_next_day_in_lagos(self) -> None:
        last_minute, midnight = (datetime(2026, 11, 23, hour, 59, 30, tzinfo=UTC) for hour in (22, 23))
        assert not self.reads_the_register(last_minute)
        assert self.reads_the_register(midnight)

    def test_a_state_that_is_new(self) -> None:
        State.objects.create(code="ZZ", name="New", iso_3166_2="NG-ZZ", inec_code="99", ocha_pcode="NG099")
        assert self.reads_the_register()

    def test_a_register_part_that_was_another_profession(self) -> None:
        dentist = Profession.objects.get(code="dental-surgeon")
        RegisterPart.objects.filter(code="mdcn-medical-full").update(profession=dentist)
        assert self.reads_the_register()
