"""What may be asked for, by whom: the part of the register, the license it builds on, and what stands against it."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import User
from accounts.tests.factories import as_user
from applications import services
from applications.completeness import missing_in
from applications.models import ProfessionalApplication
from applications.rules import FlagKind, LicenseRequired, LicenseSuspended, PractisingTermMissing, Status, Verdict
from applications.services.asking import Asked
from applications.tests.factories import approve, claim, fill, make_applicant, make_draft, make_officer, submit
from applications.tests.flagged import say
from changes.tests.factories import NOW, TODAY, act
from common.errors import InvalidInput
from common.tests.problems import refused
from licenses.models import Condition, PHBProfessionalRegistry
from licenses.queries import licenses_of
from licenses.services import impose_condition
from licenses.tests.factories import make_license, reinstate, suspend
from practitioners.models import Practitioner
from practitioners.tests.factories import make_person
from reference.models import PractisingTerm, Profession, RegisterPart, Regulator, ReviewRule, Specialty
from reference.queries import first_certificate_days, register_parts, review_rule
from reference.rules import kinds_for

pytestmark = pytest.mark.django_db
PROVISIONAL, FULL, SPECIALISTS = "mdcn-medical-provisional", "mdcn-medical-full", "mdcn-medical-specialist"
YESTERDAY = TODAY - timedelta(days=1)
INTERNSHIP = {"internship_hospital": "LUTH", "internship_ended_on": date(2026, 9, 30)}


def holder_of(register_part: str, surname: str = "Okafor", **details: Any) -> User:
    """Somebody with an account, and a license in this part of the register."""
    applicant, person = make_applicant(), make_person(surname, **details)
    Practitioner.objects.filter(pk=person.pk).update(account=applicant)
    make_license(person=person, register_part=register_part)
    return applicant


def license_of(applicant: User) -> PHBProfessionalRegistry:
    return PHBProfessionalRegistry.objects.get(practitioner__account=applicant)


def specialty(code: str = "anaesthesia") -> Specialty:
    return Specialty.objects.get(code=code)


def recognition(applicant: User, of: str = "anaesthesia") -> ProfessionalApplication:
    """A complete draft for the specialists' part."""
    draft = make_draft(applicant, kind="additional_qualification", register_part=SPECIALISTS)
    said = {"school": "NPMCN", "qualification": "FMCP", "qualified_on": date(2026, 5, 1)}
    return fill(draft, specialty=specialty(of), **said)


def settled(application: ProfessionalApplication) -> ProfessionalApplication:
    """With a word on what was imposed on the applicant."""
    for flag in application.flags.filter(kind=FlagKind.STANDING):
        say(flag, Verdict.NO_CONCERN)
    return application


def upgrade(applicant: User) -> ProfessionalApplication:
    """A complete draft for the full part."""
    return fill(make_draft(applicant, kind="upgrade"), **INTERNSHIP)


def approved(application: ProfessionalApplication, council: str = "mdcn") -> ProfessionalApplication:
    first = make_officer(council)
    claim(application, first)
    done = approve(application, first)
    return done if done.status == Status.APPROVED else approve(application, make_officer(council))


def refusal(applicant: User, kind: str, register_part: str) -> tuple[str, str]:
    """Where the mistake is, and its code."""
    with pytest.raises(InvalidInput) as refusal_of:
        make_draft(applicant, kind=kind, register_part=register_part)
    (error,) = refusal_of.value.members["errors"]
    return error["pointer"], error["code"]


class TestThePartAskedFor:
    @pytest.mark.parametrize(
        ("kind", "held", "asked"),
        [
            ("upgrade", PROVISIONAL, SPECIALISTS),
            ("upgrade", PROVISIONAL, "mdcn-medical-limited"),
            ("additional_qualification", FULL, PROVISIONAL),
            ("additional_qualification", PROVISIONAL, FULL),
            ("first_registration", FULL, SPECIALISTS),
        ],
    )
    def test_is_one_to_which_such_an_application_leads(self, kind: str, held: str, asked: str) -> None:
        assert refusal(holder_of(held), kind, asked) == ("/register_part", "not_led_to")

    def test_exists(self) -> None:
        assert refusal(make_applicant(), "first_registration", "mdcn-nothing") == ("/register_part", "unknown")

    def test_is_of_a_council_that_takes_such_applications(self) -> None:
        ReviewRule.objects.filter(kind="upgrade").update(valid_from=date(2020, 1, 1), valid_until=TODAY)
        assert refusal(holder_of(PROVISIONAL), "upgrade", FULL) == ("/kind", "not_taken")

    @pytest.mark.parametrize(
        ("model", "code"), [(RegisterPart, FULL), (Profession, "medical-doctor"), (Regulator, "mdcn")]
    )
    def test_takes_people_in_today_and_so_do_its_profession_and_its_council(self, model: type, code: str) -> None:
        draft = fill(make_draft())
        row = model.objects.filter(code=code)  # type: ignore[attr-defined]
        row.update(valid_until=TODAY)
        assert refusal(make_applicant(), "first_registration", FULL) == ("/register_part", "not_in_force")
        with pytest.raises(InvalidInput):
            submit(draft)
        row.update(valid_from=TODAY, valid_until=None)
        submit(draft)

    def test_may_be_closed_for_who_stands_in_it_already(self) -> None:
        applicant = holder_of(FULL)
        RegisterPart.objects.filter(code=FULL).update(valid_until=TODAY)
        make_draft(applicant, kind="name_change")


class TestWhatItBuildsOn:
    def test_an_upgrade_builds_on_the_provisional_license_of_the_profession(self) -> None:
        for held in ("mdcn-dental-provisional", "pcn-pharmacist-provisional", "mdcn-medical-limited"):
            with pytest.raises(LicenseRequired):
                make_draft(holder_of(held), kind="upgrade")

    def test_a_specialist_is_registered_in_full_in_the_same_profession(self) -> None:
        for held in (PROVISIONAL, "mdcn-medical-limited", "mdcn-dental-full", "pcn-pharmacist-full"):
            with pytest.raises(LicenseRequired):
                recognition(holder_of(held))

    def test_who_is_recognised_as_a_specialist_can_be_recognised_in_another_field(self) -> None:
        applicant = holder_of(FULL)
        approved(submit(recognition(applicant)))
        second = approved(submit(recognition(applicant, "emergency-medicine")))
        assert [each.register_part for each in licenses_of(license_of_part(applicant))] == [FULL, SPECIALISTS]
        assert second.license_id is not None


def license_of_part(applicant: User) -> int:
    return Practitioner.objects.get(account=applicant).pk


class TestWhatStandsAgainstTheLicense:
    @pytest.mark.parametrize("from_day", [TODAY, TODAY + timedelta(days=7)])
    def test_nothing_is_built_on_a_license_that_is_suspended_or_about_to_be(self, from_day: date) -> None:
        applicant = holder_of(PROVISIONAL)
        drafted = upgrade(applicant)
        handed_in = upgrade(holder_of(PROVISIONAL, "Bello", birth_date=date(1991, 2, 3)))
        first = make_officer()
        approve(claim(submit(handed_in), first), first)
        for suspended in (applicant, handed_in.applicant):
            suspend(license_of(suspended), from_day)
        with pytest.raises(LicenseSuspended) as refusal_of:
            submit(drafted)
        assert refusal_of.value.members == {"license_number": license_of(applicant).number}
        with pytest.raises(LicenseSuspended):
            approve(handed_in, make_officer())

    def test_once_it_is_reinstated_the_way_is_open(self) -> None:
        applicant = holder_of(PROVISIONAL)
        suspend(license_of(applicant), YESTERDAY)
        reinstate(license_of(applicant))
        assert approved(settled(submit(upgrade(applicant)))).status == Status.APPROVED

    def test_a_suspended_doctor_is_not_recognised_as_a_specialist(self) -> None:
        applicant = holder_of(FULL)
        suspend(license_of(applicant))
        with pytest.raises(LicenseSuspended):
            recognition(applicant)

    def test_but_may_change_a_name(self) -> None:
        applicant = holder_of(FULL)
        suspend(license_of(applicant))
        make_draft(applicant, kind="name_change")

    @pytest.mark.parametrize(("held", "draft"), [(PROVISIONAL, upgrade), (FULL, recognition)])
    def test_what_limits_it_limits_the_new_one_too(self, held: str, draft) -> None:
        applicant = holder_of(held)
        old = license_of(applicant)
        until = TODAY + timedelta(days=90)
        for condition, end in (("chaperone_required", None), ("no_solo_practice", until)):
            act(
                impose_condition,
                license_id=old.pk,
                condition=condition,
                text="x",
                valid_from=YESTERDAY,
                valid_until=end,
            )
        act(
            impose_condition,
            license_id=old.pk,
            condition="chaperone_required",
            text="over",
            valid_from=date(2020, 1, 1),
            valid_until=date(2021, 1, 1),
        )
        new = approved(settled(submit(draft(applicant)))).license_id
        carried = Condition.objects.current().filter(license=new).order_by("reason__code")
        assert [(each.reason.code, each.text, each.valid.lower, each.valid.upper) for each in carried] == [
            ("chaperone_required", "x", TODAY, None),
            ("no_solo_practice", "x", TODAY, until),
        ]


class TestSpecialties:
    def test_one_of_another_profession_is_refused_before_it_is_submitted(self) -> None:
        draft = recognition(holder_of(FULL), "nursing-mental-health")
        assert [(one.pointer, one.code) for one in missing_in(draft, TODAY) if one.pointer == "/specialty"] == [
            ("/specialty", "of_another_profession")
        ]

    def test_one_that_has_ended_meanwhile_is_refused_too(self) -> None:
        draft = recognition(holder_of(FULL))
        ended = specialty()
        ended.valid_until = TODAY
        ended.save()
        draft.refresh_from_db()
        found = {one.pointer: one.code for one in missing_in(draft, TODAY)}
        assert found["/specialty"] == "not_in_force"

    def test_one_that_is_not_chosen_any_more_cannot_be_answered(self) -> None:
        applicant = holder_of(FULL)
        draft = make_draft(applicant, kind="additional_qualification", register_part=SPECIALISTS)
        Specialty.objects.filter(code="anaesthesia").update(valid_until=date(2020, 1, 1))
        problem = refused(
            as_user(applicant).patch(
                f"/api/registry/applications/{draft.uid}/", {"specialty": "anaesthesia"}, headers={"If-Match": '"1"'}
            ),
            400,
            "invalid_input",
        )
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/specialty", "not_in_force")]


class TestCertificates:
    def test_a_council_without_a_practising_term_is_told_so(self) -> None:
        application = submit(upgrade(holder_of(PROVISIONAL)))
        PractisingTerm.objects.filter(regulator__code="mdcn").update(valid_until=TODAY)
        with pytest.raises(PractisingTermMissing) as refusal_of:
            approved(application)
        assert refusal_of.value.members == {"regulator": "mdcn"}

    def test_everything_that_can_be_asked_for_can_be_approved(self) -> None:
        """By the data as it is: a council whose rule issues a certificate has a term to issue it for."""
        for part in register_parts():
            for kind in kinds_for(part.category, has_provisional=part.has_provisional):
                if review_rule(kind, part, TODAY).issues_certificate:
                    assert first_certificate_days(part, TODAY), (kind, part)


class TestTheRulesOfTheDay:
    def test_what_was_submitted_goes_by_the_rules_of_that_day(self) -> None:
        application = submit(fill(make_draft()))
        ReviewRule.objects.update(valid_from=date(2020, 1, 1), valid_until=TODAY + timedelta(days=1))
        later = NOW + timedelta(days=3)
        officer, second = make_officer(), make_officer()
        services.claim(officer=officer, uid=application.uid, now=later)
        asked = [Asked("/school", "does_not_agree", "Give its whole name.")]
        services.ask(officer=officer, uid=application.uid, questions=asked, now=later)
        given = {question.uid: "Corrected." for question in application.questions.all()}
        services.respond(applicant=application.applicant, uid=application.uid, answers=given, now=later)
        services.check(application.uid, later)
        for who in (officer, second):
            decided = services.approve(officer=who, uid=application.uid, reason="requirements_met", now=later)
        assert decided.status == Status.APPROVED
