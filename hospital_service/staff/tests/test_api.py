"""The addresses below staff/ as front-ends use them, and what the person at the screen is told."""

from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.rules import Role
from accounts.tests.factories import NOW, as_user, make_user
from hospitals.tests.factories import make_hospital
from license_gate.answers import Cause
from staff.services import name_register
from staff.tests.factories import make_affiliation, make_affiliations, stored

pytestmark = pytest.mark.django_db
URL = "/api/staff/"
NUMBER = "PHB-MED-7K0M-19QX"


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def person(at, **values):
    return {
        "hospital": str(at.id),
        "full_name": "Adaeze Okafor",
        "job_title": "Medical officer",
        "license_number": NUMBER,
        **values,
    }


def is_problem(response, status, code, pointer=None):
    body = response.json()
    assert (response.status_code, body["code"]) == (status, code), body
    assert response.headers["Content-Type"] == "application/problem+json"
    if pointer:
        assert body["errors"][0]["pointer"] == pointer
    return True


def outcomes(listed):
    return [row["verification"]["outcome"] for row in listed]


class TestJoining:
    def test_the_answer_says_what_the_registry_said(self, clock, fake_registry, hospital, admin):
        fake_registry.add(NUMBER, full_name="Adaeze Okafor")
        answer = admin.post(URL, person(hospital))
        assert answer.status_code == 201
        body = answer.json()
        verification = body.pop("verification")
        assert body.pop("last_answer") == verification
        assert body == {
            "id": body["id"],
            "hospital": str(hospital.id),
            "full_name": "Adaeze Okafor",
            "job_title": "Medical officer",
            "license_number": NUMBER,
            "regulator": "",
            "register": "",
            "joined_on": "2026-11-23",
            "left_on": None,
            "outcome": "verified",
            "detail": "The national register says that Adaeze Okafor may practise.",
            "name_differs": False,
            "unanswered": 0,
        }
        assert verification["outcome"] == "verified"
        assert verification["request_id"] == answer.headers["X-Request-ID"]
        assert verification["asked_at"] == verification["answered_at"] == "2026-11-23T10:00:00+01:00"
        seen = admin.get(f"{URL}{body['id']}/").json()
        assert seen == {**body, "verification": verification, "last_answer": verification}

    def test_someone_with_this_license_works_here_already(self, fake_registry, hospital, admin):
        admin.post(URL, person(hospital))
        again = admin.post(URL, person(hospital, license_number="phb med 7kom 19qx"))
        assert is_problem(again, 409, "staff_already_affiliated")
        assert again.json()["license_number"] == "phb med 7kom 19qx"
        assert len(fake_registry.questions) == 1

    def test_the_same_request_sent_twice_is_carried_out_once(self, fake_registry, hospital, admin):
        key = {"Idempotency-Key": "a-key-of-some-length"}
        first, second = (admin.post(URL, person(hospital), headers=key) for _ in range(2))
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() == second.json()
        assert len(fake_registry.questions) == 1
        other = admin.post(URL, person(hospital, full_name="Someone Else"), headers=key)
        assert is_problem(other, 422, "idempotency_key_reused")

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"hospital": 5}, "/hospital"),
            ({"hospital": "x"}, "/hospital"),
            ({"full_name": 12345}, "/full_name"),
            ({"full_name": ""}, "/full_name"),
            ({"full_name": "x" * 201}, "/full_name"),
            ({"job_title": None}, "/job_title"),
            ({"license_number": 12345}, "/license_number"),
            ({"license_number": "x" * 61}, "/license_number"),
            ({"license_number": "\ufdfa" * 60}, "/license_number"),
            ({"license_number": "///"}, "/license_number"),
            ({"regulator": "m d c n"}, "/regulator"),
            ({"register": "x" * 61}, "/register"),
            ({"joined_on": "tomorrow"}, "/joined_on"),
            ({"joined_on": "9999-12-31"}, "/joined_on"),
        ],
    )
    def test_what_cannot_be_is_refused_and_nobody_joins(self, fake_registry, hospital, admin, changes, pointer):
        assert is_problem(admin.post(URL, person(hospital, **changes)), 400, "invalid_input", pointer)
        assert fake_registry.questions == []

    @pytest.mark.parametrize("missing", ["hospital", "full_name", "job_title", "license_number"])
    def test_what_is_needed_is_asked_for(self, fake_registry, hospital, admin, missing):
        body = {name: value for name, value in person(hospital).items() if name != missing}
        assert is_problem(admin.post(URL, body), 400, "invalid_input", f"/{missing}")

    def test_the_national_administrator_names_a_hospital_that_does_not_exist(self, fake_registry, hospital):
        caller = as_user(make_user(Role.NATIONAL_ADMINISTRATOR))
        hospital.id = uuid4()
        assert is_problem(caller.post(URL, person(hospital)), 400, "invalid_input", "/hospital")

    def test_a_role_elsewhere_is_no_role_here(self, fake_registry, hospital):
        caller = as_user(make_user(Role.HOSPITAL_ADMIN))
        refused = caller.post(URL, person(hospital))
        assert is_problem(refused, 403, "hospital_role_needed")
        assert "Hospital administrator" in refused.json()["detail"]


class TestWhatThePersonAtTheScreenIsTold:
    """Three things that must never be mistaken for each other: no, never heard of it, and no answer."""

    def join(self, admin, hospital, **values):
        answer = admin.post(URL, person(hospital, **values))
        assert answer.status_code == 201, answer.content
        return answer.json()["verification"]

    def test_verified(self, fake_registry, hospital, admin):
        fake_registry.add(NUMBER, full_name="Adaeze Okafor", conditions=[{"code": "supervision"}])
        told = self.join(admin, hospital)
        assert (told["outcome"], told["code"], told["cause"]) == ("verified", "", "")
        assert told["detail"] == "The national register says that Adaeze Okafor may practise. Conditions apply."
        assert told["facts"]["facts"]["conditions"] == [{"code": "supervision"}]

    def test_refused_because_the_register_says_so(self, fake_registry, hospital, admin):
        fake_registry.add(NUMBER, full_name="Adaeze Okafor", may_practise=False, status="suspended")
        told = self.join(admin, hospital)
        assert (told["outcome"], told["code"]) == ("refused", "")
        assert "Adaeze Okafor may not practise now (status: suspended)" in told["detail"]

    def test_refused_because_it_was_never_issued(self, fake_registry, hospital, admin):
        told = self.join(admin, hospital)
        assert (told["outcome"], told["code"]) == ("refused", "license_not_found")
        assert told["detail"] == f"The national register has never issued a license with the number {NUMBER}."

    def test_refused_because_it_was_mistyped(self, fake_registry, hospital, admin):
        fake_registry.add_mistyped(NUMBER)
        told = self.join(admin, hospital)
        assert (told["outcome"], told["code"]) == ("refused", "license_number_invalid")
        assert "Please compare it with the license and type it again." in told["detail"]

    def test_unknown(self, fake_registry, hospital, admin):
        told = self.join(admin, hospital, license_number="MDCN/R/12345")
        assert (told["outcome"], told["code"]) == ("unknown", "council_number_not_held")
        assert "The person may well be licensed: please verify by hand." in told["detail"]

    def test_ambiguous_and_then_the_register_is_named(self, fake_registry, hospital, admin):
        for number, regulator, part in (("1", "mdcn", "mdcn-medical-full"), ("2", "nmcn", "nmcn-midwife")):
            fake_registry.add(f"{NUMBER}-{number}", regulator_number="12345", regulator=regulator, register_part=part)
        body = admin.post(URL, person(hospital, license_number="12345")).json()
        told = body["verification"]
        assert (told["outcome"], told["code"]) == ("ambiguous", "license_number_ambiguous")
        assert "Please say which one is meant." in told["detail"]
        named = told["facts"]["registers"][1]
        again = admin.post(f"{URL}{body['id']}/verify/", named).json()
        assert (again["regulator"], again["register"]) == ("nmcn", "nmcn-midwife")
        assert again["verification"]["outcome"] == "verified"
        asked = admin.get(f"{URL}{body['id']}/verifications/").json()["results"]
        assert [row["outcome"] for row in asked] == ["verified", "ambiguous"]

    @pytest.mark.parametrize("cause", [cause for cause in Cause if cause is not Cause.CIRCUIT_OPEN])
    def test_no_answer_says_nothing_about_the_license(self, fake_registry, hospital, admin, cause):
        fake_registry.add(NUMBER, may_practise=False, status="suspended")
        fake_registry.go_down(cause)
        told = self.join(admin, hospital)
        assert (told["outcome"], told["cause"], told["code"], told["facts"]) == ("not_answered", cause, "", None)
        assert told["detail"].endswith("This says nothing about the license.")
        assert not any(word in told["detail"] for word in ("not licensed", "may not practise", "never issued"))


class TestWhoseLicenseItIs:
    """The register answers about a number; whether it is this person's, an administrator has to see."""

    def join(self, admin, hospital, **values):
        answer = admin.post(URL, person(hospital, **values))
        assert answer.status_code == 201, answer.content
        return answer.json()

    @pytest.mark.parametrize("may_practise", [True, False])
    def test_somebody_elses_is_pointed_out_and_nothing_is_refused(self, fake_registry, hospital, admin, may_practise):
        fake_registry.add(NUMBER, full_name="Musa Aliyu Yusuf", may_practise=may_practise)
        body = self.join(admin, hospital)
        assert body["name_differs"] is True
        assert body["verification"]["outcome"] == ("verified" if may_practise else "refused")
        listed = admin.get(f"{URL}?hospital={hospital.id}").json()["results"]
        assert [row["name_differs"] for row in listed] == [True]
        again = admin.post(f"{URL}verify/", {"hospital": str(hospital.id)}).json()
        assert [row["name_differs"] for row in again["results"]] == [True]

    def test_the_same_person_written_otherwise(self, fake_registry, hospital, admin):
        fake_registry.add(NUMBER, full_name="Adáezé Ọkáfọ̀-Bello")
        assert self.join(admin, hospital, full_name="Dr (Mrs) OKAFO, A.")["name_differs"] is False

    def test_without_a_record_there_is_nothing_to_compare(self, fake_registry, hospital, admin):
        assert self.join(admin, hospital)["name_differs"] is None
        assert self.join(admin, hospital, license_number="MDCN/R/12345")["name_differs"] is None
        fake_registry.go_down()
        assert self.join(admin, hospital, license_number="MDCN/R/12346")["name_differs"] is None
        make_affiliation(hospital)
        listed = admin.get(f"{URL}?hospital={hospital.id}").json()["results"]
        assert [row["name_differs"] for row in listed] == [None] * 4


class TestVerifyingAgain:
    def test_one_person_is_asked_about_now(self, fake_registry, hospital, admin):
        affiliation = make_affiliation(hospital)
        fake_registry.add(affiliation.license_number)
        answer = admin.post(f"{URL}{affiliation.id}/verify/")
        assert (answer.status_code, answer.json()["verification"]["outcome"]) == (200, "verified")
        assert stored(affiliation).verification.asked_by is not None

    def test_whoever_left_is_not_asked_about(self, fake_registry, hospital, admin):
        affiliation = make_affiliation(hospital)
        assert admin.post(f"{URL}{affiliation.id}/leave/").status_code == 200
        for body in ({}, {"regulator": "mdcn"}):
            assert is_problem(admin.post(f"{URL}{affiliation.id}/verify/", body), 409, "staff_has_left")
        assert fake_registry.questions == []

    def test_everyone_or_only_some(self, fake_registry, hospital, admin):
        people = make_affiliations(hospital, 3)
        make_affiliation(hospital, left_on=people[0].joined_on)
        fake_registry.add(people[0].license_number)
        everyone = admin.post(f"{URL}verify/", {"hospital": str(hospital.id)}).json()
        assert everyone["counts"] == {"verified": 1, "refused": 2, "unknown": 0, "ambiguous": 0, "not_answered": 0}
        assert [row["id"] for row in everyone["results"]] == [str(each.id) for each in people]
        chosen = {"hospital": str(hospital.id), "affiliations": [str(people[1].id)] * 2}
        assert len(admin.post(f"{URL}verify/", chosen).json()["results"]) == 1

    def test_of_whom_another_register_is_named_meanwhile_nothing_is_said_yet(
        self, fake_registry, hospital, admin, monkeypatch
    ):
        affiliation = make_affiliation(hospital, license_number="12345", license_key="12345")
        verify = fake_registry.verify

        def slowly(question, **how):
            name_register(affiliation_id=affiliation.id, regulator="mdcn", register="", now=timezone.now())
            return verify(question, **how)

        monkeypatch.setattr(fake_registry, "verify", slowly)
        answer = admin.post(f"{URL}verify/", {"hospital": str(hospital.id)})
        assert (answer.status_code, answer.json()["counts"]["not_answered"]) == (200, 1)
        assert answer.json()["results"][0]["verification"] is None

    def test_nobody_works_here(self, fake_registry, hospital, admin):
        answer = admin.post(f"{URL}verify/", {"hospital": str(hospital.id)})
        assert (answer.status_code, answer.json()["results"]) == (200, [])
        assert sum(answer.json()["counts"].values()) == 0

    def test_who_does_not_work_here_now_is_named_in_the_refusal(self, fake_registry, hospital, admin):
        here = make_affiliation(hospital)
        elsewhere = make_affiliation(make_hospital())
        left = make_affiliation(hospital, left_on=here.joined_on)
        for stranger in (elsewhere.id, left.id, uuid4()):
            body = {"hospital": str(hospital.id), "affiliations": [str(here.id), str(stranger)]}
            refused = admin.post(f"{URL}verify/", body)
            assert is_problem(refused, 400, "invalid_input", "/affiliations")
            assert str(stranger) in refused.json()["errors"][0]["detail"]
        assert fake_registry.questions == []

    @pytest.mark.parametrize("chosen", [[], ["x"], [5], "all", None, [str(uuid4())] * 1001])
    def test_an_impossible_choice_is_refused(self, fake_registry, hospital, admin, chosen):
        body = {"hospital": str(hospital.id), "affiliations": chosen}
        refused = admin.post(f"{URL}verify/", body)
        assert is_problem(refused, 400, "invalid_input")
        assert refused.json()["errors"][0]["pointer"].startswith("/affiliations")

    def test_more_than_a_thousand_are_asked_about_in_parts(self, fake_registry, hospital, admin):
        make_affiliations(hospital, 1001)
        refused = admin.post(f"{URL}verify/", {"hospital": str(hospital.id)})
        assert is_problem(refused, 400, "invalid_input", "/affiliations")
        assert "ask in parts" in refused.json()["errors"][0]["detail"]


class TestLeaving:
    def test_it_ends_today_unless_told_and_once(self, clock, hospital, admin):
        affiliation = make_affiliation(hospital)
        answer = admin.post(f"{URL}{affiliation.id}/leave/")
        assert (answer.status_code, answer.json()["left_on"]) == (200, "2026-11-23")
        again = admin.post(f"{URL}{affiliation.id}/leave/")
        assert is_problem(again, 409, "staff_has_left")
        assert again.json()["left_on"] == "2026-11-23"

    @pytest.mark.parametrize("left_on", ["2026-01-01", "9999-12-31", "never", 5])
    def test_an_impossible_day_is_refused(self, hospital, admin, left_on):
        answer = admin.post(f"{URL}{make_affiliation(hospital).id}/leave/", {"left_on": left_on})
        assert is_problem(answer, 400, "invalid_input", "/left_on")


class TestLists:
    def test_staff_are_those_of_one_hospital_present_and_past(self, hospital, admin):
        here = make_affiliation(hospital)
        left = make_affiliation(hospital, left_on=here.joined_on)
        make_affiliation(make_hospital())
        listed = admin.get(f"{URL}?hospital={hospital.id}").json()["results"]
        assert [row["id"] for row in listed] == [str(here.id), str(left.id)]
        assert listed[0]["verification"] is None

    @pytest.mark.parametrize("query", ["", "hospital=", "hospital=x", "hospital=5"])
    def test_the_hospital_is_named_by_its_id(self, admin, query):
        assert is_problem(admin.get(f"{URL}?{query}"), 400, "invalid_input", "?hospital")

    def test_a_parameter_that_nothing_reads_is_refused(self, hospital, admin):
        assert is_problem(admin.get(f"{URL}?hospital={hospital.id}&name=x"), 400, "invalid_input", "?name")
        path = f"{URL}{make_affiliation(hospital).id}/verifications/"
        assert is_problem(admin.get(f"{path}?outcome=x"), 400, "invalid_input", "?outcome")

    def test_pages_follow_each_other(self, fake_registry, hospital, admin):
        (affiliation, *_) = make_affiliations(hospital, 5)
        for _ in range(5):
            admin.post(f"{URL}{affiliation.id}/verify/")
        for first in (f"{URL}?hospital={hospital.id}&page_size=2", f"{URL}{affiliation.id}/verifications/?page_size=2"):
            seen, page = [], {"next": first}
            while page["next"]:
                page = admin.get(page["next"]).json()
                seen += [row["id"] for row in page["results"]]
            assert len(seen) == len(set(seen)) == 5

    def test_every_question_is_listed_the_latest_first(self, fake_registry, hospital, admin):
        affiliation = make_affiliation(hospital)
        path = f"{URL}{affiliation.id}/"
        admin.post(f"{path}verify/")
        fake_registry.go_down()
        admin.post(f"{path}verify/")
        listed = admin.get(f"{path}verifications/").json()["results"]
        assert [row["outcome"] for row in listed] == ["not_answered", "refused"]
        assert set(listed[0]) == {
            "id", "license_number", "regulator", "register", "outcome", "detail", "cause", "code", "facts",
            "asked_at", "answered_at", "http_status", "request_id",
        }  # fmt: skip


class TestQuestionsToTheDatabase:
    """As many for three rows as for one."""

    @pytest.fixture
    def counted(self, hospital, admin, fake_registry):
        def counted(call):
            counts = []
            for _ in range(2):
                for affiliation in make_affiliations(hospital, 2):
                    admin.post(f"{URL}{affiliation.id}/verify/")
                with CaptureQueriesContext(connection) as asked:
                    assert call().status_code == 200
                counts.append(len(asked))
            return counts

        return counted

    def test_for_the_list_of_staff(self, hospital, admin, counted):
        assert counted(lambda: admin.get(f"{URL}?hospital={hospital.id}")) == [5, 5]

    def test_for_a_round(self, hospital, admin, counted):
        fewer, more = counted(lambda: admin.post(f"{URL}verify/", {"hospital": str(hospital.id)}))
        assert fewer == more <= 12

    def test_for_one_persons_evidence(self, hospital, admin, counted):
        affiliation = make_affiliation(hospital)
        path = f"{URL}{affiliation.id}/"

        def evidence():
            admin.post(f"{path}verify/")
            return admin.get(f"{path}verifications/")

        evidence()
        fewer, more = counted(evidence)
        assert fewer == more

    def test_the_bytes_that_came_back_stay_in_the_database(self, hospital, admin, counted):
        with CaptureQueriesContext(connection) as asked:
            counted(lambda: admin.get(f"{URL}?hospital={hospital.id}"))
        reads = [query["sql"] for query in asked if query["sql"].startswith("SELECT")]
        assert not any('."body"' in read for read in reads)
