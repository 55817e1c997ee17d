"""A registry that does not answer: what whoever asks is told, how soon, and what is left of it."""

import time
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.utils import timezone

from accounts.rules import Role
from accounts.tests.factories import NOW, as_user, make_user
from common.asker import asking_as_worker
from hospitals.tests.factories import make_hospital
from license_gate.registry import registry
from license_gate.tests.loopback import Loopback
from staff.services import verify_affiliations
from staff.tasks import verify_due_licenses
from staff.tests.factories import make_affiliations, stored
from staff.tests.test_api import NUMBER, URL, person

pytestmark = pytest.mark.django_db


def test_not_asked_says_since_when_the_registry_has_not_been_answering(fake_registry, hospital, admin):
    fake_registry.add(NUMBER)
    fake_registry.open_circuit(unanswered_since=datetime(2026, 5, 3, 8, 5, tzinfo=UTC))
    body = admin.post(URL, person(hospital)).json()
    told = body["verification"]
    assert (told["id"], told["outcome"], told["cause"]) == (None, "not_answered", "circuit_open")
    assert told["detail"] == (
        "The national register was not asked, because it has not been answering since 09:05 on 3 May 2026. "
        "It will be asked again. This says nothing about the license."
    )
    # There is no evidence of a question that was never sent; what is left is that an answer is wanting.
    seen = admin.get(f"{URL}{body['id']}/").json()
    assert (seen["verification"], seen["unanswered"]) == (None, 1)
    assert admin.get(f"{URL}{body['id']}/verifications/").json()["results"] == []
    fake_registry.come_back()
    verify_due_licenses(timezone.now() + timedelta(seconds=6))
    seen = admin.get(f"{URL}{body['id']}/").json()
    assert (seen["verification"]["outcome"], seen["unanswered"]) == ("verified", 0)


def test_whoever_asks_again_is_not_shown_the_answer_of_before_as_if_it_were_new(fake_registry, hospital, admin):
    fake_registry.add(NUMBER)
    body = admin.post(URL, person(hospital)).json()
    fake_registry.open_circuit(unanswered_since=NOW)
    again = admin.post(f"{URL}{body['id']}/verify/").json()
    everyone = admin.post(f"{URL}verify/", {"hospital": str(hospital.id)}).json()
    assert again["verification"]["outcome"] == "not_answered"
    assert everyone["counts"] == {"verified": 0, "refused": 0, "unknown": 0, "ambiguous": 0, "not_answered": 1}
    assert admin.get(f"{URL}{body['id']}/").json()["verification"] == body["verification"]


def test_what_was_not_answered_is_answered_when_the_registry_returns(fake_registry, hospital, admin):
    fake_registry.add(NUMBER)
    fake_registry.go_down()
    body = admin.post(URL, person(hospital)).json()
    fake_registry.come_back()
    verify_due_licenses(timezone.now() + timedelta(seconds=6))
    assert admin.get(f"{URL}{body['id']}/").json()["verification"]["outcome"] == "verified"


class TestWhatIsKnownMeanwhile:
    """The latest attempt in plain words, and the last answer beside it, however long ago."""

    def listed(self, admin, hospital):
        (row,) = admin.get(f"{URL}?hospital={hospital.id}").json()["results"]
        return row

    def test_whom_nobody_was_asked_about_is_not_answered_and_says_so(self, hospital, admin):
        make_affiliations(hospital, 1)
        row = self.listed(admin, hospital)
        assert (row["outcome"], row["verification"], row["last_answer"]) == ("not_answered", None, None)
        assert row["detail"] == (
            "The national register has not been asked about this license yet. This says nothing about the license."
        )

    def test_who_joined_while_the_registry_could_not_be_asked_is_not_answered_and_says_so(
        self, fake_registry, hospital, admin
    ):
        fake_registry.open_circuit(unanswered_since=NOW)
        told = admin.post(URL, person(hospital)).json()
        assert (told["outcome"], told["detail"]) == ("not_answered", told["verification"]["detail"])
        row = self.listed(admin, hospital)
        assert (row["outcome"], row["verification"], row["unanswered"]) == ("not_answered", None, 1)
        assert row["detail"] == (
            "The national register could not be asked about this license at the latest attempt. "
            "It will be asked again. This says nothing about the license."
        )

    @pytest.mark.parametrize("is_asked", [True, False])
    def test_the_last_answer_stays_and_whose_license_it_is_too(self, fake_registry, hospital, admin, is_asked):
        fake_registry.add(NUMBER, full_name="Musa Aliyu Yusuf")
        answered = admin.post(URL, person(hospital)).json()["verification"]
        if is_asked:
            fake_registry.go_down()
        else:
            fake_registry.open_circuit(unanswered_since=NOW)
        again = admin.post(f"{URL}verify/", {"hospital": str(hospital.id)}).json()["results"][0]
        for row in (again, self.listed(admin, hospital)):
            assert (row["outcome"], row["last_answer"], row["name_differs"]) == ("not_answered", answered, True)
            assert row["detail"].endswith("This says nothing about the license.")
        fake_registry.come_back()
        fake_registry.add(NUMBER, full_name="Adaeze Okafor", may_practise=False, status="suspended")
        admin.post(f"{URL}{again['id']}/verify/")
        row = self.listed(admin, hospital)
        assert (row["outcome"], row["last_answer"], row["name_differs"]) == ("refused", row["verification"], False)

    def test_of_another_register_nothing_is_known_yet(self, fake_registry, hospital, admin):
        fake_registry.add(NUMBER, regulator_number="12345", regulator="mdcn", full_name="Musa Aliyu Yusuf")
        body = admin.post(URL, person(hospital, license_number="12345")).json()
        assert (body["outcome"], body["name_differs"]) == ("verified", True)
        fake_registry.open_circuit(unanswered_since=NOW)
        admin.post(f"{URL}{body['id']}/verify/", {"regulator": "nmcn"})
        row = self.listed(admin, hospital)
        assert (row["outcome"], row["last_answer"], row["name_differs"]) == ("not_answered", None, None)
        assert row["unanswered"] == 1

    def test_the_person_sees_the_last_answer_too(self, fake_registry, hospital):
        doctor = make_user(Role.DOCTOR, hospital=make_hospital())
        (affiliation,) = make_affiliations(hospital, 1, user=doctor)
        with asking_as_worker():
            verify_affiliations([affiliation], asked_by=None, now=NOW)
            fake_registry.go_down()
            verify_affiliations([affiliation], asked_by=None, now=timezone.now())
        seen = as_user(doctor).get(f"{URL}{affiliation.id}/").json()
        assert (seen["outcome"], seen["last_answer"]["outcome"]) == ("not_answered", "refused")

    def test_affiliations_of_before_get_their_last_answer_from_the_evidence(self, fake_registry, hospital, admin):
        people = make_affiliations(hospital, 3)
        admin.post(f"{URL}verify/", {"hospital": str(hospital.id), "affiliations": [str(people[0].id)]})
        fake_registry.go_down()
        chosen = [str(people[0].id), str(people[1].id)]
        admin.post(f"{URL}verify/", {"hospital": str(hospital.id), "affiliations": chosen})
        with asking_as_worker(), connection.cursor() as cursor:
            kept = [stored(each).last_answer_id for each in people]
            cursor.execute("UPDATE staff_affiliation SET last_answer_id = NULL")
            cursor.execute(import_module("staff.migrations.0005_last_answers_of_before").FILL)
        assert [stored(each).last_answer_id for each in people] == kept
        assert [each is None for each in kept] == [False, True, True]


class TestADeadRegistry:
    @pytest.fixture(autouse=True)
    def dead_registry(self, settings):
        """The real client, and a server that takes every connection and never answers."""
        registry.cache_clear()
        server_of_a_dead_registry = Loopback(lambda *_: None, lambda connection, request: connection.never_answer())
        with server_of_a_dead_registry as server:
            settings.REGISTRY_CLIENT, settings.REGISTRY_SERVICE_URL = "real", server.url
            yield
        registry.cache_clear()

    def test_one_person_is_told_within_three_seconds(self, hospital, admin):
        started = time.monotonic()
        answer = admin.post(URL, person(hospital))
        assert time.monotonic() - started < 3
        told = answer.json()["verification"]
        assert (answer.status_code, told["outcome"], told["cause"]) == (201, "not_answered", "timed_out")

    def test_a_thousand_are_told_within_three_seconds(self, hospital, admin):
        make_affiliations(hospital, 1000)
        started = time.monotonic()
        answer = admin.post(f"{URL}verify/", {"hospital": str(hospital.id)})
        assert time.monotonic() - started < 3
        assert answer.json()["counts"]["not_answered"] == 1000
