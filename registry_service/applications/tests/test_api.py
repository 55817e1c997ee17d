"""Applications over HTTP: from draft to license, who may do what, and what a careless client is told."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.tests.factories import as_user
from applications import services
from applications.models import ProfessionalApplication
from applications.tasks import check_applications
from applications.tests.factories import (
    ANSWERS,
    DOCTORS,
    QUESTIONS,
    claim,
    fill,
    make_applicant,
    make_draft,
    make_officer,
    submit,
)
from changes.tests.factories import NOW
from common.tests.problems import refused
from common.tests.versions import done
from documents.tests.factories import upload
from sampling.scans import certificate, jpeg, portrait

pytestmark = pytest.mark.django_db

MINE = "/api/registry/applications/"
FILES = "/api/registry/admin/applications/"
SAID = {**ANSWERS, "birth_date": "1996-04-17", "qualified_on": "2022-07-01", "state": "LA"}


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def opened(api: APIClient, **body: str) -> dict[str, Any]:
    response = api.post(MINE, {"kind": "first_registration", "register_part": DOCTORS, **body})
    assert response.status_code == 201, response.content
    return response.json()


def uploaded(api: APIClient, draft: dict[str, Any], code: str) -> dict[str, Any]:
    picture = portrait() if code == "passport-photograph" else certificate(code)
    body = {"document_type": code, "file": upload(jpeg(picture), f"{code}.jpg")}
    response = api.post(f"{MINE}{draft['id']}/documents/", body, format="multipart")
    assert response.status_code == 201, response.content
    return response.json()


def write(api: APIClient, draft: dict[str, Any], body: dict[str, Any]) -> Any:
    return api.patch(f"{MINE}{draft['id']}/", body, headers={"If-Match": f'"{draft["version"]}"'})


def test_from_a_draft_to_a_license_that_anyone_can_verify(api: APIClient) -> None:
    applicant = as_user(make_applicant())
    first, second = as_user(make_officer(full_name="Halima Sani")), as_user(make_officer())

    draft = opened(applicant)
    assert (draft["status"], draft["missing"][0]["pointer"]) == ("draft", "/surname")
    draft = done(write(applicant, draft, {**SAID, "qualified_on": "2022-07-10"}))
    *documents, fee = [one["pointer"] for one in draft["missing"]]
    assert (len(documents), fee) == (4, "/payment")
    for code in [pointer.removeprefix("/documents/") for pointer in documents]:
        uploaded(applicant, draft, code)
    payment = applicant.post(f"{MINE}{draft['id']}/payment/").json()
    assert api.post(urlsplit(payment["pay_at"]).path).json() == {"received": True}
    assert done(applicant.get(f"{MINE}{draft['id']}/"))["missing"] == []
    assert done(applicant.post(f"{MINE}{draft['id']}/submit/"))["status"] == "submitted"

    (waiting,) = first.get(FILES, {"status": "submitted"}).json()["results"]
    file = f"{FILES}{waiting['id']}/"
    assert waiting["applicant"] == "Adaeze Ngozi Okafor"
    assert done(first.post(f"{file}claim/"))["status"] == "under_review"
    asked = {"pointer": "/qualified_on", "reason": "does_not_agree", "fix": "Give the day on the certificate."}
    assert done(first.post(f"{file}request-information/", {"questions": [asked]}))["answer_due_on"] == "2026-12-23"

    questioned = done(applicant.get(f"{MINE}{draft['id']}/"))
    (question,) = questioned["questions"]
    assert question["fix"] == "Give the day on the certificate."
    done(write(applicant, questioned, {"qualified_on": "2022-07-01"}))
    answer = {"question": question["id"], "answer": "It was a slip."}
    done(applicant.post(f"{MINE}{draft['id']}/respond/", {"answers": [answer]}))

    again = {"reason": "requirements_met"}
    refused(first.post(f"{file}approve/", again), 409, "application_not_checked_yet")
    check_applications(timezone.now())

    assert done(first.post(f"{file}approve/", {"reason": "requirements_met"}))["status"] == "decision_proposed"
    refused(first.post(f"{file}approve/", {"reason": "requirements_met"}), 403, "application_second_officer_needed")
    approved = done(second.post(f"{file}approve/", {"note": "Welcome."}))
    assert approved["status"] == "approved"

    mine = done(applicant.get(f"{MINE}{draft['id']}/"))
    (scan, *_) = [document for document in mine["documents"] if document["document_type"] == "degree-certificate"]
    for reader, address in ((applicant, MINE), (first, FILES)):
        seen = reader.get(f"{address}{draft['id']}/documents/{scan['id']}/")
        assert (seen.status_code, seen["Content-Type"]) == (200, "image/jpeg")
    answer = api.get(f"/api/registry/verify/{mine['license_number']}/").json()
    assert (answer["status"], answer["professional"]["full_name"]) == ("registered", "Adaeze Ngozi Okafor")
    assert (mine["decision_reason"], mine["history"][-1]["note"]) == ("requirements_met", "Welcome.")
    steps = [step["transition"] for step in mine["history"]]
    assert steps == ["submit", "claim", "request_information", "respond", "propose", "approve"]
    assert {"by", "actor"}.isdisjoint(mine["history"][0])
    doers = [step["by"] for step in done(first.get(file))["history"]]
    assert [doer["name"] for doer in doers[:2]] == ["the applicant", "Halima Sani"]
    assert (doers[0]["id"], doers[1]["id"]) == (None, approved["officer"]["id"])


class TestDrafts:
    def test_what_is_missing_is_refused_at_once_and_the_draft_stays(self) -> None:
        api = as_user(make_applicant())
        draft = opened(api)
        problem = refused(api.post(f"{MINE}{draft['id']}/submit/"), 422, "application_incomplete")
        assert {"pointer", "code", "detail"} == set(problem["errors"][0])
        assert done(api.get(f"{MINE}{draft['id']}/"))["status"] == "draft"

    def test_a_change_says_what_it_has_seen(self) -> None:
        api = as_user(make_applicant())
        draft = opened(api)
        address = f"{MINE}{draft['id']}/"
        refused(api.patch(address, {"surname": "Okafor"}), 428, "version_needed")
        for nonsense in ("3", "*", '"1", "2"', '"' + "9" * 40 + '"'):
            problem = refused(api.patch(address, {}, headers={"If-Match": nonsense}), 400, "invalid_input")
            assert problem["errors"][0]["pointer"] == "If-Match"

    def test_the_etag_of_an_answer_that_was_compressed_on_its_way_counts_too(self) -> None:
        api = as_user(make_applicant())
        draft = opened(api)
        body, weak = {"surname": "Bello"}, {"If-Match": f'W/"{draft["version"]}"'}
        assert done(api.patch(f"{MINE}{draft['id']}/", body, headers=weak))["surname"] == "Bello"

    def test_a_change_of_what_was_not_seen_is_refused(self) -> None:
        api = as_user(make_applicant())
        draft = opened(api)
        done(write(api, draft, {"surname": "Okafor"}))
        problem = refused(write(api, draft, {"surname": "Bello"}), 412, "application_changed")
        assert problem["version"] == draft["version"] + 1

    @pytest.mark.parametrize(
        ("body", "pointer", "code"),
        [
            ({"surnam": "Okafor"}, "/surnam", "unknown"),
            ({"surname": "x" * 151}, "/surname", "max_length"),
            ({"surname": 5}, "/surname", "invalid"),
            ({"state": "XX"}, "/state", "unknown"),
            ({"state": ["LA"]}, "/state", "invalid"),
            ({"birth_date": "yesterday"}, "/birth_date", "invalid"),
            ({"birth_date": 19960417}, "/birth_date", "invalid"),
            ({"gender": "yes"}, "/gender", "invalid_choice"),
            ({"trained_abroad": "perhaps"}, "/trained_abroad", "invalid"),
            ({"status": "approved"}, "/status", "unknown"),
            ({"telephone": "0803"}, "/telephone", "invalid"),
        ],
    )
    def test_a_bad_answer_is_named_and_nothing_is_written(self, body: dict, pointer: str, code: str) -> None:
        api = as_user(make_applicant())
        draft = opened(api)
        problem = refused(write(api, draft, {"given_names": "Adaeze", **body}), 400, "invalid_input")
        assert (pointer, code) in {(error["pointer"], error["code"]) for error in problem["errors"]}
        assert done(api.get(f"{MINE}{draft['id']}/"))["given_names"] == ""

    @pytest.mark.parametrize("written", ["0803 123 4567", "+234 803-123-4567", "2348031234567", "0803.123.4567"])
    def test_a_telephone_number_is_read_however_it_is_written(self, written: str) -> None:
        api = as_user(make_applicant())
        assert done(write(api, opened(api), {"telephone": written}))["telephone"] == "+2348031234567"

    @pytest.mark.parametrize("written", ["803 123", "call me", "+234 803 123 4567 8901"])
    def test_what_is_no_telephone_number_is_refused_with_advice(self, written: str) -> None:
        api = as_user(make_applicant())
        problem = refused(write(api, opened(api), {"telephone": written}), 400, "invalid_input")
        assert [error["pointer"] for error in problem["errors"]] == ["/telephone"]

    def test_an_answer_is_taken_back_with_nothing(self) -> None:
        api = as_user(make_applicant())
        draft = done(write(api, opened(api), SAID))
        draft = done(write(api, draft, {"surname": "", "state": None, "birth_date": None}))
        assert (draft["surname"], draft["state"], draft["birth_date"]) == ("", None, None)

    def test_an_unknown_register_part(self) -> None:
        problem = refused(
            as_user(make_applicant()).post(MINE, {"kind": "first_registration", "register_part": "nowhere"}),
            400,
            "invalid_input",
        )
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/register_part", "unknown")]

    def test_a_repeated_post_opens_one_draft(self) -> None:
        api = as_user(make_applicant())
        body = {"kind": "first_registration", "register_part": DOCTORS}
        answers = [api.post(MINE, body, headers={"Idempotency-Key": "draft-0001"}).json() for _ in range(2)]
        assert answers[0]["id"] == answers[1]["id"]
        assert ProfessionalApplication.objects.count() == 1
        problem = refused(api.post(MINE, body), 409, "application_already_open")
        assert problem["application"] == answers[0]["id"]

    def test_a_new_name_has_a_reason_out_of_the_list(self) -> None:
        api = as_user(make_applicant())
        problem = refused(write(api, opened(api), {"name_change_reason": "death"}), 400, "invalid_input")
        assert problem["errors"][0]["pointer"] == "/name_change_reason"


class TestTheCouncilsTime:
    def test_both_sides_see_how_long_the_council_has_had_it(self) -> None:
        officer = make_officer()
        application = claim(submit(fill(make_draft())), officer)
        with time_machine.travel(NOW + timedelta(days=2), tick=False):
            services.ask(officer=officer, uid=application.uid, questions=QUESTIONS, now=timezone.now())
        with time_machine.travel(NOW + timedelta(days=9), tick=False):
            for api, address in ((as_user(application.applicant), MINE), (as_user(officer), FILES)):
                shown = done(api.get(f"{address}{application.uid}/"))
                assert shown["seconds_with_council"] == timedelta(days=2).total_seconds()


def test_the_number_of_statements_for_my_applications_does_not_grow() -> None:
    applicant = make_applicant()
    for part in (DOCTORS, "mdcn-medical-provisional", "mdcn-dental-full"):
        make_draft(applicant, register_part=part)
    api = as_user(applicant)
    counts = []
    for size in (1, 3):
        with CaptureQueriesContext(connection) as statements:
            assert len(api.get(MINE, {"page_size": size}).json()["results"]) == size
        counts.append(len(statements))
    assert counts == [2, 2]
