"""Whatever the registry does, what was asked, when, and what came back is kept."""

from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from accounts.rules import Role
from accounts.tests.factories import make_user
from common.asker import ask_as, asking_as_worker
from hospitals.tests.factories import make_hospital
from license_gate.answers import Cause, Outcome, Question
from license_gate.models import LicenseVerification
from license_gate.queries import evidence_for, license_key, names_its_register
from license_gate.registry import registry
from license_gate.registry_client import RegistryClient
from license_gate.registry_fake import FakeRegistry
from license_gate.services import Asked, verify_licenses
from license_gate.tests.loopback import Loopback, response

pytestmark = pytest.mark.django_db
NUMBER = "PHB-MED-7K0M-19QX"


@pytest.fixture(autouse=True)
def _everything_is_seen():
    with asking_as_worker():
        yield


@pytest.fixture
def hospital():
    return make_hospital()


def ask(hospital, *numbers, asked_by=None, regulator=None, register=None):
    asked = [Asked(hospital.id, Question(number, regulator, register)) for number in numbers]
    return verify_licenses(asked, asked_by=asked_by, request_id="request-1")


def kept():
    return list(LicenseVerification.objects.order_by("id"))


class TestEveryOutcomeIsKept:
    def test_may_practise(self, fake_registry, hospital):
        fake_registry.add(NUMBER, full_name="Ọlájùmọ̀kẹ́ Adéyẹmí 🩺", valid_until=date(2026, 12, 31), position=42)
        before = timezone.now()
        ask(hospital, NUMBER)
        (row,) = kept()
        assert (row.hospital, row.license_number, row.asked_by, row.request_id) == (hospital, NUMBER, None, "request-1")
        assert before <= row.asked_at <= row.answered_at <= timezone.now()
        assert (row.outcome, row.cause, row.code, row.http_status) == ("verified", "", "", 200)
        assert row.detail == "The national register says that Ọlájùmọ̀kẹ́ Adéyẹmí 🩺 may practise."
        assert '"may_practise": true' in row.body
        facts = row.facts["facts"]
        assert (facts["full_name"], facts["certificate"]["valid_until"]) == ("Ọlájùmọ̀kẹ́ Adéyẹmí 🩺", "2026-12-31")
        assert facts["position"] == 42

    def test_may_not_practise(self, fake_registry, hospital):
        fake_registry.add(NUMBER, may_practise=False, status="suspended")
        ask(hospital, NUMBER)
        assert [(row.outcome, row.code, row.http_status) for row in kept()] == [("refused", "", 200)]
        assert kept()[0].facts["facts"]["status"] == "suspended"

    def test_never_issued(self, fake_registry, hospital):
        ask(hospital, NUMBER)
        (row,) = kept()
        assert (row.outcome, row.code, row.http_status) == ("refused", "license_not_found", 404)
        assert row.facts is None

    def test_mistyped(self, fake_registry, hospital):
        fake_registry.add_mistyped(NUMBER)
        ask(hospital, NUMBER)
        assert [(row.outcome, row.code) for row in kept()] == [("refused", "license_number_invalid")]

    def test_no_number_at_all_is_not_even_asked(self, fake_registry, hospital):
        ask(hospital, "..")
        assert fake_registry.questions == []
        assert [(row.outcome, row.code, row.http_status, row.body) for row in kept()] == [
            ("refused", "license_number_invalid", None, "")
        ]

    def test_a_councils_number_that_is_not_held(self, fake_registry, hospital):
        ask(hospital, "MDCN/R/12345", regulator="mdcn")
        (row,) = kept()
        assert (row.outcome, row.code, row.regulator) == ("unknown", "council_number_not_held", "mdcn")
        assert row.facts == {"regulator": "mdcn"}
        assert "may well be licensed" in row.detail

    def test_a_number_in_several_registers(self, fake_registry, hospital):
        for number, regulator, part in (("1", "mdcn", "mdcn-medical-full"), ("2", "nmcn", "nmcn-midwife")):
            fake_registry.add(f"{NUMBER}-{number}", regulator_number="12345", regulator=regulator, register_part=part)
        ask(hospital, "12345")
        (row,) = kept()
        assert (row.outcome, row.code, row.http_status) == ("ambiguous", "license_number_ambiguous", 409)
        assert row.facts["registers"][1] == {"regulator": "nmcn", "register": "nmcn-midwife"}

    @pytest.mark.parametrize("cause", [cause for cause in Cause if cause is not Cause.CIRCUIT_OPEN])
    def test_no_answer_for_each_cause(self, fake_registry, hospital, cause):
        fake_registry.add(NUMBER)
        fake_registry.go_down(cause)
        ask(hospital, NUMBER)
        (row,) = kept()
        assert (row.outcome, row.cause, row.code, row.facts) == ("not_answered", cause.value, "", None)
        assert row.detail.endswith("This says nothing about the license.")


def test_many_are_kept_in_the_order_asked_with_the_asker_and_his_hospital(fake_registry, hospital):
    fake_registry.add(NUMBER)
    asker = make_user()
    with asking_as_worker():
        rows = ask(hospital, "PHB-MED-0000-0000", NUMBER, "..", asked_by=asker.id)
        assert [row.outcome for row in rows] == ["refused", "verified", "refused"]
        assert [row.license_number for row in rows] == ["PHB-MED-0000-0000", NUMBER, ".."]
        assert {(row.asked_by_id, row.hospital_id) for row in kept()} == {(asker.id, hospital.id)}


def test_what_was_not_asked_is_told_and_not_kept(fake_registry, hospital):
    fake_registry.open_circuit(unanswered_since=timezone.now())
    unasked, mistyped = ask(hospital, NUMBER, "..")
    assert (unasked.outcome, unasked.cause, unasked.is_kept) == ("not_answered", "circuit_open", False)
    assert "was not asked, because it has not been answering since" in unasked.detail
    assert (mistyped.outcome, mistyped.is_kept) == ("refused", True)
    assert kept() == [mistyped]


def test_nothing_asked_keeps_nothing(fake_registry, hospital):
    assert ask(hospital) == []
    assert kept() == []


def test_a_round_leaves_time_to_keep_what_it_hears(fake_registry, hospital, settings, monkeypatch):
    settings.REGISTRY_DEADLINE_SECONDS = 2.5
    given = []

    def verify_many(questions, *, request_id, deadline_seconds):
        given.append(deadline_seconds)
        return [fake_registry.verify(question) for question in questions]

    monkeypatch.setattr(fake_registry, "verify_many", verify_many)
    for many in (2, 500, 1000, 3000):
        ask(hospital, *map(str, range(many)))
    assert given == pytest.approx([2.498, 2.0, 1.5, 1.25])


def test_what_was_kept_takes_as_many_questions_for_one_as_for_three(fake_registry, hospital, django_assert_num_queries):
    for numbers in (["1"], ["1", "2", "3"]):
        with django_assert_num_queries(1):
            ask(hospital, *numbers)


class TestAppendOnly:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE license_gate_licenseverification SET outcome = 'verified'",
            "DELETE FROM license_gate_licenseverification",
            "TRUNCATE license_gate_licenseverification",
        ],
    )
    def test_in_direct_sql_nothing_that_was_kept_can_be_changed_or_deleted(self, fake_registry, hospital, statement):
        ask(hospital, NUMBER)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)
        assert kept()[0].outcome == "refused"

    def test_nor_by_the_model(self, fake_registry, hospital):
        (row,) = ask(hospital, NUMBER)
        row.outcome = "verified"
        for change in (row.save, row.delete):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                change()


class TestWhichRegistry:
    @pytest.fixture(autouse=True)
    def _forget(self):
        registry.cache_clear()
        yield
        registry.cache_clear()

    def test_the_setting_chooses_and_there_is_one_for_the_process(self, settings):
        settings.REGISTRY_CLIENT = "fake"
        assert isinstance(registry(), FakeRegistry)
        assert registry() is registry()

    def test_the_real_one_is_asked_at_its_address_with_the_deadline_and_the_body_is_kept(self, settings, hospital):
        html = b"<html>a page of somebody else\0</html>"
        with Loopback(lambda connection, request: connection.send(response(html, media_type="text/html"))) as server:
            settings.REGISTRY_CLIENT, settings.REGISTRY_SERVICE_URL = "real", server.url
            assert isinstance(registry(), RegistryClient)
            ask(hospital, NUMBER)
        assert server.requests[-1].path == f"/api/registry/verify/{NUMBER}/"
        assert server.requests[-1].headers["x-request-id"] == "request-1"
        (row,) = kept()
        assert (row.outcome, row.cause, row.http_status) == ("not_answered", "wrong_media_type", 200)
        assert row.body == "<html>a page of somebody else\ufffd</html>"

    def test_a_registry_that_is_not_there_takes_no_longer_than_the_setting_says(self, settings, hospital):
        settings.REGISTRY_DEADLINE_SECONDS = 0.3
        with Loopback(lambda connection, request: connection.never_answer()) as server:
            settings.REGISTRY_CLIENT, settings.REGISTRY_SERVICE_URL = "real", server.url
            (row,) = ask(hospital, NUMBER)
        assert (row.outcome, row.cause, row.http_status) == ("not_answered", "timed_out", None)
        assert timedelta(seconds=0.2) < row.answered_at - row.asked_at < timedelta(seconds=1)


class TestQueries:
    def test_a_number_is_the_same_however_it_was_typed(self):
        assert license_key("phb med-7kom l9qx") == license_key(NUMBER)
        assert license_key("mdcn r-12345.") == license_key("MDCN/R/12345")
        assert license_key("RN/O1") != license_key("RN/01")
        assert license_key(" ./-") == ""

    def test_only_our_own_numbers_say_where_they_stand(self):
        assert names_its_register("phb-med 1")
        assert not names_its_register("MDCN/R/1")

    def test_evidence_is_that_of_one_hospital_and_one_license_the_latest_first(self, fake_registry, hospital):
        for regulator in (None, "mdcn", "nmcn"):
            ask(hospital, "12345", regulator=regulator)
        ask(hospital, "54321", regulator="mdcn")
        ask(make_hospital(), "12345", regulator="mdcn")
        found = evidence_for(hospital.id, "12345", "mdcn", "")
        assert [row.regulator for row in found] == ["mdcn", ""]

    def test_row_level_security_hides_it_from_other_hospitals(self, fake_registry, hospital):
        ask(hospital, NUMBER)
        member, other = make_user(Role.NURSE, hospital=hospital), make_user(Role.HOSPITAL_ADMIN)
        seen = []
        for user in (member, other):
            ask_as(user.id)
            seen.append(evidence_for(hospital.id, NUMBER, "", "").count())
        assert seen == [1, 0]


def test_a_row_is_named_for_what_came_of_it():
    assert str(LicenseVerification(license_number=NUMBER, outcome=Outcome.VERIFIED)) == f"{NUMBER}: verified"
