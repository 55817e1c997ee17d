"""What auditors can find about applications: each act once, each look by somebody else, and never a value."""

from contextlib import suppress
from typing import Any

import pytest
import time_machine
from django.db import models
from django.test import Client

from accounts.models import User
from accounts.rules import Role
from accounts.tests.factories import as_user, make_user
from applications.api.file_outputs import FileOutput, FileRowOutput
from applications.api.outputs import ApplicationRowOutput
from applications.models import ApplicationTransition, ProfessionalApplication
from applications.rules import ApplicationTransitionNotAllowed, Status
from applications.services import declare_interest
from applications.tests.factories import (
    DOCTORS,
    PATHS,
    approve,
    claim,
    fill,
    make_applicant,
    make_application,
    make_draft,
    make_officer,
    reject,
    submit,
)
from audit.models import AuditRecord
from audit.rules import RESTRICTED, Action, SubjectKind
from changes.tests.factories import NOW
from common.errors import DomainError
from common.testing import at_once

FILES = "/api/registry/admin/applications/"
RESTRICTED_FIELDS = RESTRICTED[SubjectKind.APPLICATION]
WRITING = ["open", "save_draft"]


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def changes_of(application: ProfessionalApplication) -> list[AuditRecord]:
    found = AuditRecord.objects.filter(subject=str(application.uid), action=Action.CHANGE)
    return list(found.order_by("id"))


def looks() -> list[AuditRecord]:
    return list(AuditRecord.objects.filter(action=Action.READ).order_by("id"))


def assert_records_agree_with_steps(application: ProfessionalApplication) -> None:
    """Assert that every step, and nothing else, has its record after the two of writing the draft."""
    records = changes_of(application)
    assert [record.reason for record in records[:2]] == WRITING
    steps = ApplicationTransition.objects.filter(application=application).order_by("id").select_related("reason")
    assert [(record.reason, record.actor, record.at) for record in records[2:]] == [
        (f"{step.transition}: {step.reason.code}" if step.reason else step.transition, step.actor, step.at)
        for step in steps
    ]


@pytest.mark.django_db
class TestActs:
    @pytest.mark.parametrize("status", PATHS)
    def test_each_leaves_one_record_that_agrees_with_the_history(self, status: Status) -> None:
        application = make_application(status, make_officer(), make_officer())
        assert_records_agree_with_steps(application)
        assert {record.regulator for record in changes_of(application)} == {"mdcn"}

    def test_it_says_in_which_role(self) -> None:
        first, second = make_officer(), make_officer()
        application = make_application(Status.REJECTED, first, second)
        applicant = (application.applicant.actor, "professional", "")
        officers = [(officer.actor, "officer", "mdcn") for officer in (first, first, second)]
        assert [(record.actor, record.actor_role, record.actor_regulator) for record in changes_of(application)] == [
            applicant
        ] * 3 + officers
        assert {"professional", "officer"} <= set(Role.values)

    def test_the_worker_acts_in_none(self) -> None:
        lapsed = changes_of(make_application(Status.LAPSED, make_officer(), make_officer()))[-1]
        assert (lapsed.actor, lapsed.actor_role, lapsed.reason) == ("worker", "", "lapse")

    def test_it_names_the_fields_that_changed(self) -> None:
        draft = fill(make_draft(), surname="Okafor", gender="female")
        fill(draft, surname="Bello", gender="female")
        opened, first, second = changes_of(draft)
        assert (opened.fields, first.fields, second.fields) == (
            ["kind", "register_part"],
            ["gender", "surname"],
            ["surname"],
        )
        proposed = make_application(Status.DECISION_PROPOSED, make_officer(), make_officer())
        assert changes_of(proposed)[-1].fields == [
            "decision_reason",
            "proposed_by",
            "proposed_decision",
            "status",
        ]

    def test_one_that_is_refused_leaves_none(self) -> None:
        application = make_application(Status.UNDER_REVIEW, make_officer(), make_officer())
        before = AuditRecord.objects.count()
        with pytest.raises(ApplicationTransitionNotAllowed):
            claim(application, make_officer())
        with pytest.raises(DomainError):
            approve(application, make_officer())
        submitted = submit(fill(make_draft()))
        again = AuditRecord.objects.count()
        submit(submitted)
        assert AuditRecord.objects.count() == again == before + 3

    def test_an_interest_is_declared_once_before_the_file_goes_back(self) -> None:
        officer = make_officer()
        application = make_application(Status.UNDER_REVIEW, officer, make_officer())
        for _ in range(2):
            declare_interest(officer=officer, uid=application.uid, reason="My cousin.", now=NOW)
        assert [record.reason for record in changes_of(application)[-2:]] == ["declare_interest", "release"]
        assert [record.reason for record in changes_of(application)].count("declare_interest") == 1

    def test_it_names_the_request(self) -> None:
        application = submit(fill(make_draft()))
        response = as_user(make_officer()).post(f"{FILES}{application.uid}/claim/")
        requests = AuditRecord.objects.filter(subject=str(application.uid)).values_list("request_id", flat=True)
        assert list(requests.order_by("id"))[-2:] == [response["X-Request-ID"]] * 2


@pytest.mark.usefixtures("committed_db")
def test_8_threads_on_one_file_leave_a_record_for_each_step_that_happened() -> None:
    application = submit(fill(make_draft()))
    officers = [make_officer() for _ in range(8)]

    def work(number: int) -> None:
        for act in (claim, reject, approve):
            with suppress(DomainError):
                act(application, officers[number])

    assert at_once(8, work) == [None] * 8
    assert_records_agree_with_steps(application)


@pytest.mark.django_db
class TestLooks:
    @pytest.mark.parametrize(("role", "regulator"), [(Role.OFFICER, "mdcn"), (Role.NATIONAL_ADMINISTRATOR, "")])
    def test_opening_a_file_leaves_one_record(self, role: Role, regulator: str) -> None:
        application = submit(fill(make_draft()))
        reader = make_user(role, regulator=regulator)
        response = as_user(reader).get(f"{FILES}{application.uid}/")
        (look,) = looks()
        assert (look.actor, look.actor_role, look.actor_regulator) == (reader.actor, role, regulator)
        assert (look.subject_kind, look.subject, look.regulator) == ("application", str(application.uid), "mdcn")
        assert (look.reason, look.at, look.request_id) == ("read_file", NOW, response["X-Request-ID"])
        assert look.fields == sorted(RESTRICTED_FIELDS & response.json().keys())
        assert {"birth_date", "gender", "state", "lga", "telephone"} <= set(look.fields)

    def test_the_answer_of_an_act_shows_the_file_too(self) -> None:
        application = submit(fill(make_draft()))
        officer = as_user(make_officer())
        for act in ("claim", "release"):
            assert officer.post(f"{FILES}{application.uid}/{act}/", {}).status_code == 200
        assert [look.reason for look in looks()] == ["claim_file", "release_file"]

    def test_so_does_the_same_answer_given_again(self) -> None:
        application = submit(fill(make_draft()))
        officer, key = as_user(make_officer()), {"Idempotency-Key": "claim-0001"}
        for _ in range(2):
            assert officer.post(f"{FILES}{application.uid}/claim/", headers=key).json()["telephone"]
        assert [look.reason for look in looks()] == ["claim_file"] * 2
        assert [record.reason for record in changes_of(application)].count("claim") == 1

    def test_the_next_file_is_one_that_is_opened(self) -> None:
        application = submit(fill(make_draft()))
        assert as_user(make_officer()).post(f"{FILES}next/").status_code == 200
        assert [(look.reason, look.subject) for look in looks()] == [("take_next_file", str(application.uid))]

    def test_what_was_refused_was_not_shown(self) -> None:
        application = submit(fill(make_draft()))
        stranger, officer = as_user(make_officer("nmcn")), as_user(make_officer())
        assert stranger.get(f"{FILES}{application.uid}/").status_code == 404
        assert officer.post(f"{FILES}{application.uid}/approve/", {}).status_code == 409
        assert looks() == []

    def test_people_look_at_their_own_without_a_trace(self) -> None:
        application = submit(fill(make_draft()))
        as_user(application.applicant).get(f"/api/registry/applications/{application.uid}/")
        assert looks() == []

    @pytest.mark.parametrize("row", [FileRowOutput, ApplicationRowOutput])
    def test_lists_show_nothing_that_is_restricted(self, row: type) -> None:
        assert RESTRICTED_FIELDS.isdisjoint(row().fields)
        submit(fill(make_draft()))
        as_user(make_officer()).get(FILES)
        assert looks() == []

    def test_what_is_restricted_bears_the_names_of_the_file(self) -> None:
        assert {"birth_date", "gender", "state", "lga", "telephone"} <= RESTRICTED_FIELDS & set(FileOutput().fields)

    def test_an_operator_who_opens_one_is_recorded(self, operator: Client) -> None:
        application = submit(fill(make_draft()))
        assert operator.get("/admin/applications/professionalapplication/").status_code == 200
        assert looks() == []
        page = operator.get(f"/admin/applications/professionalapplication/{application.pk}/change/")
        assert application.telephone in page.content.decode()
        (look,) = looks()
        assert (look.actor, look.actor_role) == (User.objects.get(is_superuser=True).actor, "operator")
        assert (look.subject, look.regulator, look.reason) == (str(application.uid), "mdcn", "operators' page")
        assert {"birth_date", "gender", "state", "lga", "telephone"} <= set(look.fields)


@pytest.mark.django_db
def test_no_record_holds_a_value(operator: Client) -> None:
    applicant = make_applicant()
    first, second = make_officer(), make_officer()
    application = fill(make_draft(applicant, register_part=DOCTORS))
    api = as_user(first)
    submit(application)
    for act, body in [("claim", {}), ("reject", {"reason": "requirements_not_met", "note": "+2348031234567, Lagos"})]:
        assert api.post(f"{FILES}{application.uid}/{act}/", body).status_code == 200
    assert as_user(second).get(f"{FILES}{application.uid}/").status_code == 200
    operator.get(
        f"/admin/applications/professionalapplication/{application.pk}/change/",
        {"_changelist_filters": f"q={applicant.email}"},
    )
    application.refresh_from_db()
    values = [application.birth_date, application.telephone, application.gender, application.state, application.surname]
    texts = [column for column in AuditRecord._meta.concrete_fields if not isinstance(column, models.DateTimeField)]
    written = "\n".join(str(row) for row in AuditRecord.objects.values_list(*(column.name for column in texts)))
    assert "reject_file" in written
    for value in (*values, application.given_names, applicant.email, applicant.full_name, "Lagos"):
        assert str(value) not in written
