"""What the acts do beside moving the application: what they check, tell, and enter in the register."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from applications import services
from applications.models import ApplicationTransition, ProfessionalApplication
from applications.rules import (
    AlreadyHeld,
    ApplicationChanged,
    ApplicationIncomplete,
    ApplicationTransitionNotAllowed,
    DecisionDiffers,
    DocumentsOutstanding,
    LicenseRequired,
    NotYourFile,
    OpenApplicationExists,
    SecondOfficerNeeded,
    Status,
)
from applications.services.asking import Asked
from applications.tests.factories import (
    DOCTORS,
    answers,
    approve,
    ask,
    claim,
    fill,
    make_applicant,
    make_application,
    make_draft,
    make_officer,
    reject,
    release,
    renaming_by_one,
    respond,
    send_back,
    submit,
    withdraw,
)
from changes.models import RecordedChange
from changes.tests.factories import NOW, TODAY
from common.errors import InvalidInput, NotFound
from licenses.models import PHBProfessionalRegistry
from licenses.queries import facts_by_id, licenses_of
from notifications.models import OutgoingEmail
from practitioners.models import Practitioner
from reference.models import Specialty

pytestmark = pytest.mark.django_db


def licensed(register_part: str = DOCTORS) -> ProfessionalApplication:
    """An approved first registration."""
    return make_application(Status.APPROVED, make_officer(), make_officer(), register_part=register_part)


def applied(applicant, kind: str, register_part: str = DOCTORS, **given: object) -> ProfessionalApplication:
    """A submitted application of somebody who is licensed."""
    return submit(fill(make_draft(applicant, kind=kind, register_part=register_part), **given))


class TestDrafts:
    def test_the_same_is_asked_for_once(self) -> None:
        draft = make_draft()
        with pytest.raises(OpenApplicationExists) as refusal:
            make_draft(draft.applicant)
        assert refusal.value.members == {"application": draft.uid}
        make_draft(draft.applicant, register_part="mdcn-medical-provisional")

    def test_it_can_be_asked_for_again_once_it_is_closed(self) -> None:
        draft = make_draft()
        withdraw(draft)
        make_draft(draft.applicant)

    def test_answers_are_saved_one_by_one(self) -> None:
        draft, said = make_draft(), answers()
        for name, value in said.items():
            draft = fill(draft, **{name: value})
        draft.refresh_from_db()
        assert {name: getattr(draft, name) for name in said} == said
        assert draft.version == 1 + len(said)

    def test_nobody_overwrites_what_they_have_not_seen(self) -> None:
        draft = make_draft()
        fill(draft, surname="Okafor")
        with pytest.raises(ApplicationChanged) as refusal:
            fill(draft, surname="Bello")  # as it was read before
        assert refusal.value.members["version"] == draft.version + 1
        draft.refresh_from_db()
        assert draft.surname == "Okafor"

    def test_somebody_elses_is_not_there(self) -> None:
        draft, stranger = make_draft(), make_applicant()
        for act in (
            lambda: services.save_draft(applicant=stranger, uid=draft.uid, version=1, answers={}, now=NOW),
            lambda: services.submit(applicant=stranger, uid=draft.uid, now=NOW),
            lambda: services.withdraw(applicant=stranger, uid=draft.uid, note="", now=NOW),
            lambda: services.respond(applicant=stranger, uid=draft.uid, answers={}, now=NOW),
            lambda: services.submit(applicant=stranger, uid=uuid4(), now=NOW),
        ):
            with pytest.raises(NotFound):
                act()


class TestSubmitting:
    def test_everything_that_is_missing_is_named_at_once_and_nothing_is_lost(self) -> None:
        draft = fill(make_draft(), surname="Okafor")
        with pytest.raises(ApplicationIncomplete) as refusal:
            submit(draft)
        pointers = [error["pointer"] for error in refusal.value.members["errors"]]
        assert pointers[:2] == ["/given_names", "/birth_date"]
        assert "/surname" not in pointers
        draft.refresh_from_db()
        assert (draft.status, draft.surname) == (Status.DRAFT, "Okafor")

    def test_to_submit_twice_is_to_submit_once(self) -> None:
        draft = fill(make_draft())
        first = submit(draft)
        assert submit(draft).version == first.version
        assert ApplicationTransition.objects.filter(application=draft).count() == 1
        assert OutgoingEmail.objects.filter(template="applications/submit").count() == 1

    def test_to_submit_what_an_officer_has_taken_on_meanwhile_changes_nothing(self) -> None:
        taken = claim(submit(fill(make_draft())), make_officer())
        assert (submit(taken).status, submit(taken).version) == (Status.UNDER_REVIEW, taken.version)

    @pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.REJECTED])
    def test_what_is_closed_is_not_submitted_again(self, status: Status) -> None:
        closed = make_application(status, make_officer(), make_officer())
        with pytest.raises(ApplicationTransitionNotAllowed):
            services.submit(applicant=closed.applicant, uid=closed.uid, now=NOW)

    def test_what_is_submitted_is_not_written_any_more(self) -> None:
        submitted = submit(fill(make_draft()))
        with pytest.raises(ApplicationTransitionNotAllowed):
            fill(submitted, surname="Bello")


class TestQuestions:
    def asked(self) -> tuple[ProfessionalApplication, object]:
        officer = make_officer()
        return ask(claim(submit(fill(make_draft())), officer), officer), officer

    def test_the_applicant_is_told_what_to_mend_and_by_when(self) -> None:
        application, _ = self.asked()
        email = OutgoingEmail.objects.get(template="applications/request_information")
        assert "Give the day that stands on the certificate." in email.body
        assert "23 December 2026" in email.body
        assert application.answer_due_on == TODAY + timedelta(days=30)

    def test_only_what_was_asked_about_can_be_changed(self) -> None:
        application, _ = self.asked()
        with pytest.raises(InvalidInput) as refusal:
            fill(application, surname="Bello", qualified_on=date(2022, 8, 1))
        assert [error["pointer"] for error in refusal.value.members["errors"]] == ["/surname"]
        assert fill(application, qualified_on=date(2022, 8, 1)).qualified_on == date(2022, 8, 1)

    def test_every_question_is_answered_and_no_other(self) -> None:
        application, _ = self.asked()
        for given, codes in (({}, ["unanswered"]), ({uuid4(): "Yes"}, ["unanswered", "unknown"])):
            with pytest.raises(InvalidInput) as refusal:
                services.respond(applicant=application.applicant, uid=application.uid, answers=given, now=NOW)
            assert [error["code"] for error in refusal.value.members["errors"]] == codes

    @pytest.mark.parametrize(
        ("answer", "value", "code"),
        [
            ("surname", "", "required"),
            ("birth_date", None, "required"),
            ("qualified_on", date(2999, 1, 1), "in_future"),
        ],
    )
    def test_nothing_that_must_be_there_is_taken_back_by_an_answer(self, answer: str, value: object, code: str) -> None:
        officer = make_officer()
        application = claim(submit(fill(make_draft())), officer)
        asked = [Asked(f"/{answer}", "does_not_agree", "Compare it with the certificate.")]
        services.ask(officer=officer, uid=application.uid, questions=asked, now=NOW)
        application.refresh_from_db()
        application = fill(application, **{answer: value})
        with pytest.raises(ApplicationIncomplete) as refusal:
            respond(application)
        assert [(e["pointer"], e["code"]) for e in refusal.value.members["errors"]] == [(f"/{answer}", code)]
        application = fill(application, **{answer: answers()[answer]})
        assert respond(application).status == Status.UNDER_REVIEW

    def test_what_a_corrected_answer_calls_for_must_come_before_an_approval(self) -> None:
        officer = make_officer()
        application = claim(submit(fill(make_draft())), officer)
        asked = [Asked("/trained_abroad", "does_not_agree", "The certificate is from Accra.")]
        services.ask(officer=officer, uid=application.uid, questions=asked, now=NOW)
        application.refresh_from_db()
        respond(fill(application, trained_abroad=True))
        with pytest.raises(DocumentsOutstanding) as refusal:
            approve(application, officer)
        assert "/documents/foreign-license" in [error["pointer"] for error in refusal.value.members["errors"]]

    def test_the_file_goes_back_to_its_officer(self) -> None:
        application, officer = self.asked()
        answered = respond(application)
        assert (answered.status, answered.officer, answered.answer_due_on) == (Status.UNDER_REVIEW, officer, None)
        assert answered.questions.get().answer == "Corrected."

    def test_unanswered_files_lapse_after_their_day_and_not_on_it(self) -> None:
        application, _ = self.asked()
        assert services.let_lapse(NOW + timedelta(days=30), at_most=10) == 0
        assert services.let_lapse(NOW + timedelta(days=31), at_most=10) == 1
        application.refresh_from_db()
        assert application.status == Status.LAPSED
        assert application.transitions.latest("id").actor == "worker"


class TestOfficers:
    def test_those_of_other_councils_see_nothing(self) -> None:
        application = submit(fill(make_draft()))
        for act in (claim, release, ask, approve, reject, send_back):
            with pytest.raises(NotFound):
                act(application, make_officer("nmcn"))

    def test_nobody_reviews_their_own_application(self) -> None:
        officer = make_officer()
        application = submit(fill(make_draft(officer)))
        with pytest.raises(NotFound):
            claim(application, officer)

    def test_whoever_comes_second_is_told_what_happened(self) -> None:
        first, application = make_officer(), submit(fill(make_draft()))
        claim(application, first)
        with pytest.raises(
            ApplicationTransitionNotAllowed, match=f"take on by {first.full_name}, 23 November 2026 10:00"
        ):
            claim(application, make_officer())

    def test_a_file_is_worked_on_by_whoever_has_it(self) -> None:
        officer = make_officer()
        application = claim(submit(fill(make_draft())), officer)
        for act in (release, ask, approve, reject):
            with pytest.raises(NotYourFile) as refusal:
                act(application, make_officer())
            assert refusal.value.members == {"assigned_to": officer.named}

    def test_a_file_that_was_given_back_is_anyones(self) -> None:
        first, second = make_officer(), make_officer()
        application = claim(submit(fill(make_draft())), first)
        release(application, first)
        assert claim(application, second).officer == second


class TestDeciding:
    def test_nobody_confirms_their_own_proposal(self) -> None:
        first, second = make_officer(), make_officer()
        application = make_application(Status.DECISION_PROPOSED, first, second)
        for act in (approve, reject, send_back):
            with pytest.raises(SecondOfficerNeeded):
                act(application, first)

    def test_a_second_officer_confirms_or_returns_but_decides_nothing_else(self) -> None:
        first, second = make_officer(), make_officer()
        application = make_application(Status.DECISION_PROPOSED, first, second)
        with pytest.raises(DecisionDiffers):
            reject(application, second)
        returned = send_back(application, second)
        assert (returned.status, returned.officer, returned.proposed_by) == (Status.UNDER_REVIEW, first, None)
        reject(application, first)
        rejected = reject(application, second)
        assert (rejected.status, rejected.proposed_by, rejected.decided_by) == (Status.REJECTED, first, second)

    def test_a_rejection_names_its_reason_to_the_applicant_and_always_takes_two(self) -> None:
        officer = make_officer()
        application = renaming_by_one(licensed().applicant)
        claim(application, officer)
        assert reject(application, officer).status == Status.DECISION_PROPOSED
        reject(application, make_officer())
        email = OutgoingEmail.objects.get(template="applications/reject")
        assert "A requirement of the law is not met" in email.body
        assert "No internship." in email.body


class TestFirstRegistration:
    def test_approval_issues_a_license_in_one_change_that_says_who_and_why(self) -> None:
        first, second = make_officer(), make_officer()
        application = make_application(Status.APPROVED, first, second)
        license = application.license
        assert license is not None
        assert license.registered_on == TODAY
        assert license.recorded_in.actor == second.actor
        assert license.recorded_in.reason == f"Application {application.uid} approved."
        person = Practitioner.objects.get(account=application.applicant)
        assert str(person.names.current().get().full_name) == "Adaeze Ngozi Okafor"
        email = OutgoingEmail.objects.get(template="applications/approve")
        assert license.number in email.body

    def test_the_councils_rule_says_whether_the_first_certificate_comes_with_it(self) -> None:
        def certificates(register_part: str, council: str) -> int:
            officers = make_officer(council), make_officer(council)
            application = make_application(Status.APPROVED, *officers, register_part=register_part)
            return application.license.practisingcertificates.count()

        assert certificates(DOCTORS, "mdcn") == 0
        assert certificates("pcn-pharmacist-provisional", "pcn") == 1

    def test_a_proposal_enters_nothing(self) -> None:
        before = RecordedChange.objects.count()
        make_application(Status.DECISION_PROPOSED, make_officer(), make_officer())
        assert not PHBProfessionalRegistry.objects.exists()
        assert RecordedChange.objects.count() == before

    def test_the_second_registration_is_the_same_persons(self) -> None:
        application = licensed()
        council = make_officer("pcn"), make_officer("pcn")
        person = Practitioner.objects.get(account=application.applicant)
        same = answers() | {"birth_date": person.birth_date}
        second = fill(make_draft(application.applicant, register_part="pcn-pharmacist-provisional"), **same)
        approve(claim(submit(second), council[0]), council[0])
        approve(second, council[1])
        assert [facts.regulator for facts in licenses_of(person.pk)] == ["mdcn", "pcn"]

    def test_what_is_held_already_is_not_asked_for_again(self) -> None:
        application = licensed()
        with pytest.raises(AlreadyHeld) as refusal:
            make_draft(application.applicant)
        assert refusal.value.members == {"license_number": application.license.number}


class TestOtherKinds:
    def test_each_builds_on_a_license(self) -> None:
        for kind, part in (
            ("upgrade", DOCTORS),
            ("additional_qualification", "mdcn-medical-specialist"),
            ("name_change", DOCTORS),
        ):
            with pytest.raises(LicenseRequired):
                make_draft(kind=kind, register_part=part)

    def test_an_upgrade_registers_in_full_and_ends_the_provisional_entry(self) -> None:
        provisional = licensed("mdcn-medical-provisional")
        first, second = make_officer(), make_officer()
        application = applied(
            provisional.applicant, "upgrade", internship_hospital="LUTH", internship_ended_on=date(2026, 9, 30)
        )
        approve(claim(application, first), first)
        upgraded = approve(application, second)
        old, new = facts_by_id([provisional.license.pk]), facts_by_id([upgraded.license.pk])
        assert (old[0].status_on(TODAY), new[0].status_on(TODAY)) == ("removed", "registered")
        assert new[0].register_part == DOCTORS
        assert old[0].position == new[0].position

    def test_a_change_of_name_takes_two_officers_and_shows_in_every_license(self) -> None:
        application = licensed()
        first, second = make_officer(), make_officer()
        renaming = applied(
            application.applicant, "name_change", surname="Bello", given_names="Adaeze", name_change_reason="marriage"
        )
        assert approve(claim(renaming, first), first).status == Status.DECISION_PROPOSED
        approved = approve(renaming, second)
        assert (approved.status, approved.decided_by, approved.proposed_by) == (Status.APPROVED, second, first)
        assert facts_by_id([application.license.pk])[0].full_name == "Adaeze Bello"

    def test_where_the_councils_rule_says_so_one_officer_decides(self) -> None:
        officer = make_officer()
        renaming = renaming_by_one(licensed().applicant)
        approved = approve(claim(renaming, officer), officer)
        assert (approved.status, approved.decided_by, approved.proposed_by) == (Status.APPROVED, officer, None)

    def test_a_specialty_is_recognised_on_a_license_in_the_specialists_part(self) -> None:
        application = licensed()
        specialty = Specialty.objects.filter(regulator__code="mdcn", profession__code="medical-doctor").earliest("id")
        officer = make_officer()
        asked = applied(
            application.applicant,
            "additional_qualification",
            "mdcn-medical-specialist",
            specialty=specialty,
            school="NPMCN",
            qualification="FMCP",
            qualified_on=date(2026, 5, 1),
        )
        claim(asked, officer)
        license = facts_by_id([approve(asked, officer).license.pk])[0]
        assert license.register_part == "mdcn-medical-specialist"
        assert [period.code for period in license.specialties_on(TODAY)] == [specialty.code]
