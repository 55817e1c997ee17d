"""Applications over HTTP: from draft to license, who may do what, and what a careless client is told."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import RoleAssignment
from accounts.tests.factories import as_user
from applications import services
from applications.models import ProfessionalApplication
from applications.tasks import check_applications
from applications.tests.factories import (
    ANSWERS,
    DOCTORS,
    QUESTIONS,
    answers,
    claim,
    fill,
    make_applicant,
    make_draft,
    make_officer,
    submit,
)
from changes.tests.factories import NOW
from common.tests.problems import refused
from documents.tests.factories import upload
from duplicates.tests.factories import make_registered
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


def done(response: Any) -> dict[str, Any]:
    assert response.status_code == 200, response.content
    assert response["ETag"] == f'"{response.json()["version"]}"'
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
        for nonsense in ("3", "*", 'W/"1"', '"1", "2"', '"' + "9" * 40 + '"'):
            problem = refused(api.patch(address, {}, headers={"If-Match": nonsense}), 400, "invalid_input")
            assert problem["errors"][0]["pointer"] == "If-Match"
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


class TestWhatOfficersSayToEachOther:
    def proposed(self) -> tuple[APIClient, APIClient, str]:
        """The applicant, and the first of two officers, of whom one has proposed to reject the application."""
        officer, applicant = make_officer(), make_applicant()
        application = claim(submit(fill(make_draft(applicant))), officer)
        body = {"reason": "document_not_genuine", "note": "The seal is wrong."}
        api = as_user(officer)
        done(api.post(f"{FILES}{application.uid}/notes/", {"text": "I called the school."}))
        done(api.post(f"{FILES}{application.uid}/reject/", body))
        return as_user(applicant), api, f"{application.uid}/"

    def test_colleagues_read_notes_and_what_is_proposed(self) -> None:
        _, officer, file = self.proposed()
        shown = done(officer.get(FILES + file))
        assert [note["text"] for note in shown["notes"]] == ["I called the school."]
        assert (shown["decision_reason"], shown["history"][-1]["note"]) == (
            "document_not_genuine",
            "The seal is wrong.",
        )

    def test_whoever_declares_an_interest_is_shown_that_and_no_more(self) -> None:
        file, colleague = submit(fill(make_draft())), make_officer()
        claim(file, colleague)
        note = as_user(colleague).post(f"{FILES}{file.uid}/notes/", {"text": "Looks odd."})
        assert note.status_code == 200
        api = as_user(make_officer())
        declared = api.post(f"{FILES}{file.uid}/conflict/", {"reason": "My cousin."})
        assert declared.status_code == 200
        assert sorted(declared.json()) == ["application", "declared_at", "reason"]
        document = file.documents.first()
        for path in ("", f"documents/{document.uid}/"):
            refused(api.get(f"{FILES}{file.uid}/{path}"), 403, "application_conflict_of_interest")
        assert api.get(FILES).json()["results"] == []
        assert api.post(f"{FILES}{file.uid}/conflict/", {"reason": "Again."}).json() == declared.json()

    def test_a_repeated_act_shows_nothing_to_an_officer_who_has_moved(self) -> None:
        file, officer = submit(fill(make_draft())), make_officer()
        api = as_user(officer)
        key = {"Idempotency-Key": "0123-abcd"}
        claimed = api.post(f"{FILES}{file.uid}/claim/", headers=key)
        again = api.post(f"{FILES}{file.uid}/claim/", headers=key)
        assert again.json() == claimed.json()
        assert [(each["ETag"], each["Cache-Control"]) for each in (claimed, again)] == [
            (claimed["ETag"], "no-store")
        ] * 2
        RoleAssignment.objects.filter(user=officer).update(regulator="pcn")
        refused(api.post(f"{FILES}{file.uid}/claim/", headers=key), 404, "not_found")

    def test_lists_are_kept_nowhere(self) -> None:
        assert as_user(make_officer()).get(FILES)["Cache-Control"] == "no-store"
        assert as_user(make_applicant()).get(MINE)["Cache-Control"] == "no-store"

    def test_the_applicant_reads_neither(self) -> None:
        applicant, _, mine = self.proposed()
        shown = done(applicant.get(MINE + mine))
        assert "notes" not in shown
        assert (shown["decision_reason"], shown["history"][-1]["note"]) == (None, "")

    def test_an_officer_who_says_what_they_read_is_told_what_happened_since(self) -> None:
        first, second = make_officer(), make_officer()
        application = submit(fill(make_draft()))
        seen = {"If-Match": f'"{application.version}"'}
        claim(application, first)
        problem = refused(
            as_user(second).post(f"{FILES}{application.uid}/claim/", headers=seen), 412, "application_changed"
        )
        assert [(step["transition"], step["by"]) for step in problem["steps"]] == [("claim", first.named)]
        refused(as_user(second).post(f"{FILES}{application.uid}/claim/"), 409, "application_transition_not_allowed")

    def test_an_applicant_is_not_told_which_officer_it_was(self) -> None:
        officer, applicant = make_officer(), make_applicant()
        application = claim(submit(fill(make_draft(applicant))), officer)
        problem = refused(
            as_user(applicant).patch(
                f"{MINE}{application.uid}/", {"surname": "Bello"}, headers={"If-Match": f'"{application.version}"'}
            ),
            409,
            "application_transition_not_allowed",
        )
        assert problem["last_step"].startswith("take on, ")
        assert officer.full_name not in str(problem)


class TestFlags:
    """Of the kinds of flags, and what each does, test_flags tells."""

    def flagged(self, count: int = 1) -> tuple[ProfessionalApplication, str]:
        for _ in range(count):
            make_registered(register_part="pcn-pharmacist-provisional")
        said = {"given_names": "Adaeze", "birth_date": date(1988, 4, 17), "qualified_on": date(2012, 7, 1)}
        draft = fill(make_draft(), **{**answers(), **said})
        return submit(draft), f"{FILES}{draft.uid}/"

    def test_the_officer_sees_whom_it_points_at_and_says_who_it_is(self) -> None:
        _, file = self.flagged()
        api = as_user(make_officer())
        (flag,) = done(api.get(file))["flags"]
        assert (flag["kind"], flag["called"], len(flag["licenses"])) == ("duplicate", "Adaeze Okafor", 1)
        assert (flag["verdict"], flag["words"], flag["application"]) == (None, "", None)
        assert {"fact", "how", "weight", "words"} == set(flag["reasons"][0])
        body = {"verdict": "same_person", "note": "The same certificate."}
        (flag,) = done(api.post(f"{file}flags/{flag['id']}/verdict/", body))["flags"]
        assert (flag["verdict"]["verdict"], flag["verdict"]["note"]) == ("same_person", "The same certificate.")
        (row,) = api.get(FILES).json()["results"]
        assert (row["is_flagged"], row["open_flags"], row["second_officer"]) == (True, 0, True)

    def test_an_officer_flags_what_they_have_noticed(self) -> None:
        application = submit(fill(make_draft()))
        api = as_user(make_officer())
        file = f"{FILES}{application.uid}/"
        shown = done(api.post(f"{file}flags/", {"words": "The seal is drawn."}))
        assert [(flag["kind"], flag["words"]) for flag in shown["flags"]] == [("raised", "The seal is drawn.")]
        (row,) = api.get(FILES).json()["results"]
        assert (row["is_flagged"], row["open_flags"]) == (True, 1)

    def test_the_applicant_sees_none_of_it(self) -> None:
        application, _ = self.flagged()
        shown = done(as_user(application.applicant).get(f"{MINE}{application.uid}/"))
        assert {"flags", "identity", "second_officer", "checked_at"}.isdisjoint(shown)
        assert "flag" not in str(shown)

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [({"verdict": "no_concern"}, "/verdict"), ({"verdict": "x"}, "/verdict"), ({"note": ""}, "/note")],
    )
    def test_a_bad_verdict_is_named(self, body: dict[str, str], pointer: str) -> None:
        application, file = self.flagged()
        flag = application.flags.get().uid
        said = {"verdict": "same_person", "note": "x", **body}
        problem = refused(as_user(make_officer()).post(f"{file}flags/{flag}/verdict/", said), 400, "invalid_input")
        assert [error["pointer"] for error in problem["errors"]] == [pointer]

    def test_a_flag_of_another_file_is_not_there(self) -> None:
        (application, _), (_, other) = self.flagged(), self.flagged()
        flag = application.flags.earliest("id").uid
        said = {"verdict": "same_person", "note": "x"}
        refused(as_user(make_officer()).post(f"{other}flags/{flag}/verdict/", said), 404, "not_found")

    def test_the_number_of_statements_does_not_grow_with_them(self) -> None:
        api = as_user(make_officer())
        counts = []
        for _, file in (self.flagged(), self.flagged(2)):
            with CaptureQueriesContext(connection) as statements:
                shown = done(api.get(file))
            counts.append(len(statements))
        assert len(shown["flags"]) > 2
        assert counts[0] == counts[1]


class TestReasons:
    @pytest.mark.parametrize("reason", ["", "nonsense", "requirements_not_met", "death"])
    def test_an_approval_has_a_reason_that_is_given_for_approvals(self, reason: str) -> None:
        officer = make_officer()
        application = claim(submit(fill(make_draft())), officer)
        body = {"reason": reason} if reason else {}
        problem = refused(as_user(officer).post(f"{FILES}{application.uid}/approve/", body), 400, "invalid_input")
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/reason", "unknown")]

    @pytest.mark.parametrize("pointer", ["/nothing", "/documents/good-standing", "/documents/nothing"])
    def test_a_question_is_about_something_that_the_applicant_can_give(self, pointer: str) -> None:
        officer = make_officer()
        application = claim(submit(fill(make_draft())), officer)
        asked = {"questions": [{"pointer": pointer, "reason": "explain", "fix": "x"}]}
        problem = refused(
            as_user(officer).post(f"{FILES}{application.uid}/request-information/", asked), 400, "invalid_input"
        )
        assert problem["errors"][0]["pointer"] == "/questions/0/pointer"

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
