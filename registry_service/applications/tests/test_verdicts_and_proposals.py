"""A second officer confirms what the first one saw: verdicts, flags and the register do not change in between."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from applications import services
from applications.models import ProfessionalApplication
from applications.rules import (
    ApplicationChanged,
    ApplicationTransitionNotAllowed,
    FlagsOpen,
    FoundSinceChecked,
    Status,
    Verdict,
)
from applications.tests.factories import approve, claim, make_applicant, make_officer, reject, send_back, withdraw
from applications.tests.flagged import flags, of_person, say
from changes.tests.factories import NOW
from duplicates.tests.factories import make_registered
from licenses.tests.factories import make_license, suspend
from practitioners.models import Practitioner
from practitioners.tests.factories import make_person

pytestmark = pytest.mark.django_db


def version_of(application: ProfessionalApplication) -> int:
    return ProfessionalApplication.objects.values_list("version", flat=True).get(pk=application.pk)


class TestVerdicts:
    def test_a_verdict_is_a_version_of_the_file(self) -> None:
        make_registered()
        application = of_person()
        before = version_of(application)
        say(flags(application)[0], Verdict.ANOTHER_PERSON)
        assert version_of(application) == before + 1

    def test_a_verdict_on_a_version_that_was_not_seen_is_refused(self) -> None:
        make_registered()
        application, officer = of_person(), make_officer()
        seen = version_of(application)
        claim(application, officer)
        with pytest.raises(ApplicationChanged):
            services.give_verdict(
                officer=officer,
                uid=application.uid,
                flag=flags(application)[0].uid,
                verdict=Verdict.SAME_PERSON,
                note="x",
                seen=seen,
                now=NOW,
            )
        assert flags(application)[0].verdicts.count() == 0

    def test_who_the_applicant_is_does_not_change_under_a_proposal(self) -> None:
        make_registered(register_part="pcn-pharmacist-provisional")
        application, first, second = of_person(), make_officer(), make_officer()
        claim(application, first)
        (flag,) = flags(application)
        say(flag, Verdict.ANOTHER_PERSON, first)
        seen = approve(application, first).version
        for officer in (first, second):
            with pytest.raises(ApplicationTransitionNotAllowed, match="waiting for a second officer"):
                say(flag, Verdict.SAME_PERSON, officer)
        services.approve(officer=second, uid=application.uid, seen=seen, now=NOW)
        assert Practitioner.objects.count() == 2

    def test_a_file_that_was_returned_takes_another_verdict(self) -> None:
        make_registered(register_part="pcn-pharmacist-provisional")
        application, first, second = of_person(), make_officer(), make_officer()
        claim(application, first)
        say(flags(application)[0], Verdict.ANOTHER_PERSON, first)
        seen = approve(application, first).version
        send_back(application, second)
        say(flags(application)[0], Verdict.SAME_PERSON, first)
        approve(application, first)
        with pytest.raises(ApplicationChanged):
            services.approve(officer=second, uid=application.uid, seen=seen, now=NOW)
        approve(application, second)
        assert Practitioner.objects.count() == 1

    def test_the_version_that_an_officer_has_read_comes_with_the_verdict(self) -> None:
        make_registered()
        application, officer = of_person(), make_officer()
        api = APIClient()
        api.force_authenticate(officer)
        path = f"/api/registry/admin/applications/{application.uid}/flags/{flags(application)[0].uid}/verdict/"
        said = {"verdict": "another_person", "note": "Two cousins."}
        seen = version_of(application)
        given = api.post(path, said, headers={"If-Match": f'"{seen}"'})
        assert (given.status_code, given["ETag"]) == (200, f'"{seen + 1}"')
        late = api.post(path, said, headers={"If-Match": f'"{seen}"'})
        assert (late.status_code, late.json()["code"]) == (412, "application_changed")


class TestFlagsUnderAProposal:
    def test_a_flag_that_is_raised_after_the_proposal_sends_the_file_back_before_it_is_approved(self) -> None:
        application, first, second = of_person(), make_officer(), make_officer()
        approve(claim(application, first), first)
        services.raise_flag(officer=second, uid=application.uid, words="The seal is drawn.", now=NOW)
        with pytest.raises(FlagsOpen):
            approve(application, second)
        with pytest.raises(ApplicationTransitionNotAllowed):
            say(flags(application)[0], Verdict.NO_CONCERN, second)
        send_back(application, second)
        say(flags(application)[0], Verdict.NO_CONCERN, first)
        approve(application, first)
        assert approve(application, second).status == Status.APPROVED

    def test_a_rejection_waits_for_no_verdict(self) -> None:
        application, first, second = of_person(), make_officer(), make_officer()
        reject(claim(application, first), first)
        services.raise_flag(officer=second, uid=application.uid, words="The seal is drawn.", now=NOW)
        assert reject(application, second).status == Status.REJECTED


def proposed() -> tuple[ProfessionalApplication, User]:
    """An application that one officer proposes to approve, and the other officer."""
    application, first = of_person(), make_officer()
    approve(claim(application, first), first)
    return application, make_officer()


def post_approval(application: ProfessionalApplication, officer: User, **headers: str) -> Any:
    api = APIClient()
    api.force_authenticate(officer)
    return api.post(f"/api/registry/admin/applications/{application.uid}/approve/", {}, headers=headers)


class TestTheRegisterUnderAProposal:
    @pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "approve-once-1"}])
    def test_who_was_entered_after_the_proposal_is_found_before_a_second_entry_is_made(
        self, headers: dict[str, str]
    ) -> None:
        application, second = proposed()
        person = make_registered(register_part="pcn-pharmacist-provisional")
        refusal = post_approval(application, second, **headers)
        assert (refusal.status_code, refusal.json()["code"]) == (409, "application_found_since_checked")
        assert [error["code"] for error in refusal.json()["errors"]] == ["duplicate"]
        application.refresh_from_db()
        assert (application.status, application.checked_at) == (Status.DECISION_PROPOSED, None)
        assert list(Practitioner.objects.all()) == [person]
        assert services.check_waiting(NOW, at_most=10) == 1
        (flag,) = flags(application)
        assert flag.practitioner == person
        refusal = post_approval(application, second)
        assert (refusal.status_code, refusal.json()["code"]) == (409, "application_flags_open")

    def test_it_is_approved_once_an_officer_has_said_who_that_is(self) -> None:
        application, second = proposed()
        make_registered(register_part="pcn-pharmacist-provisional")
        post_approval(application, second)
        services.check(application.uid, NOW)
        application.refresh_from_db()
        first = application.officer
        send_back(application, second)
        say(flags(application)[0], Verdict.SAME_PERSON, first)
        approve(application, first)
        assert approve(application, second).status == Status.APPROVED
        assert Practitioner.objects.count() == 1

    def test_what_was_imposed_on_the_applicant_after_the_proposal_is_found_too(self) -> None:
        applicant = make_applicant()
        license = make_license(person=make_person(account_id=applicant.pk), register_part="pcn-pharmacist-provisional")
        application, first = of_person(applicant), make_officer()
        approve(claim(application, first), first)
        suspend(license)
        with pytest.raises(FoundSinceChecked):
            approve(application, make_officer())

    def test_nobody_new_is_proposed_either(self) -> None:
        application, first = of_person(), make_officer()
        claim(application, first)
        make_registered()
        with pytest.raises(FoundSinceChecked):
            approve(application, first)


def test_nothing_is_noted_on_a_closed_file() -> None:
    application, officer = of_person(), make_officer()
    services.add_note(officer=officer, uid=application.uid, text="I called the school.", now=NOW)
    withdraw(application)
    with pytest.raises(ApplicationTransitionNotAllowed):
        services.add_note(officer=officer, uid=application.uid, text="And once more.", now=NOW)
    assert application.notes.count() == 1
