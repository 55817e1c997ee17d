"""Files over HTTP: what officers say to each other, flags and their verdicts, and the reasons of decisions."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import RoleAssignment
from accounts.tests.factories import as_user
from applications.models import ProfessionalApplication
from applications.tests.factories import (
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
from common.tests.versions import done
from duplicates.tests.factories import make_registered

pytestmark = pytest.mark.django_db

MINE = "/api/registry/applications/"
FILES = "/api/registry/admin/applications/"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


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
    def test_a_rejection_is_proposed_in_words_which_whoever_confirms_it_may_leave_to_the_proposal(self) -> None:
        officer = make_officer()
        application = claim(submit(fill(make_draft())), officer)
        address, reason = f"{FILES}{application.uid}/reject/", {"reason": "requirements_not_met"}
        problem = refused(as_user(officer).post(address, reason), 400, "invalid_input")
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/note", "required")]
        done(as_user(officer).post(address, {**reason, "note": "No internship."}))
        assert done(as_user(make_officer()).post(address, {}))["decision_note"] == "No internship."

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
