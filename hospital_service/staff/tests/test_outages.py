"""A registry that does not answer: what whoever asks is told, how soon, and what is left of it."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import NOW
from license_gate.registry import registry
from license_gate.tests.loopback import Loopback
from staff.tasks import verify_due_licenses
from staff.tests.factories import make_affiliations
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
