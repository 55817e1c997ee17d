"""What an approval enters beside the license: the photograph, the proof of a name, an account for an entry."""

from datetime import date
from typing import Any

import pytest

from accounts.models import User
from applications import services
from applications.completeness import missing_in
from applications.models import ApplicationDocument, ProfessionalApplication
from applications.rules import AlreadyHeld, FlagKind, PersonDiffers, Status, Verdict
from applications.tests.factories import (
    DOCTORS,
    approve,
    claim,
    fill,
    make_applicant,
    make_application,
    make_draft,
    make_officer,
    submit,
)
from changes.tests.factories import NOW, TODAY, change
from licenses.queries import licenses_of
from licenses.tests.factories import make_license
from notifications.models import OutgoingEmail, OutgoingSms
from practitioners.models import Practitioner, PractitionerName
from practitioners.queries import photograph_of, practitioner_of_account
from practitioners.services import record_death
from practitioners.tests.factories import make_person
from reference.models import Lga, Regulator, State

BORN = date(1988, 4, 17)
NUMBER = "MDCN/R/41172"


def approved(application: ProfessionalApplication) -> ProfessionalApplication:
    first, second = make_officer(), make_officer()
    claim(application, first)
    if approve(application, first).status == Status.APPROVED:
        return application
    return approve(application, second)


def document(application: ProfessionalApplication, code: str) -> ApplicationDocument:
    return application.documents.filter(document_type__code=code).latest("version")


class TestPhotographs:
    pytestmark = pytest.mark.django_db

    def test_whoever_is_registered_is_shown_by_the_photograph_of_the_application(self) -> None:
        application = approved(submit(fill(make_draft())))
        person = practitioner_of_account(application.applicant_id)
        assert person is not None
        assert photograph_of(person) == document(application, "passport-photograph").file

    def test_an_application_without_one_leaves_the_photograph(self) -> None:
        first = approved(submit(fill(make_draft())))
        renaming = make_draft(first.applicant, kind="name_change")
        approved(submit(fill(renaming, surname="Bello", given_names="Adaeze", name_change_reason="marriage")))
        person = practitioner_of_account(first.applicant_id)
        assert person is not None
        assert photograph_of(person) == document(first, "passport-photograph").file


@pytest.mark.django_db
def test_a_new_name_says_which_document_shows_it() -> None:
    first = approved(submit(fill(make_draft())))
    renaming = make_draft(first.applicant, kind="name_change")
    approved(submit(fill(renaming, surname="Bello", given_names="Adaeze", name_change_reason="marriage")))
    name = PractitionerName.objects.current().get(surname="Bello")
    assert name.proof == document(renaming, "name-change-proof").file


@pytest.mark.django_db
def test_a_local_government_lies_in_the_state_that_was_given() -> None:
    draft = fill(make_draft())
    elsewhere = Lga.objects.exclude(state=draft.state).earliest("id")
    draft = fill(draft, lga=elsewhere)
    assert ("/lga", "not_in_state") in {(one.pointer, one.code) for one in missing_in(draft, TODAY)}
    draft = fill(draft, state=State.objects.get(pk=elsewhere.state_id))
    assert "/lga" not in {one.pointer for one in missing_in(draft, TODAY)}


def make_entry(surname: str = "Okafor", *, email: str = "", **details: Any) -> Practitioner:
    """A doctor whom the register holds from before there were accounts."""
    person = make_person(surname, "Adaeze", **details)
    Practitioner.objects.filter(pk=person.pk).update(email=email)
    make_license(person=person, register_part=DOCTORS, regulator_number=NUMBER)
    return person


def claimed(applicant: User | None = None, **said: Any) -> ProfessionalApplication:
    """A submitted claim of the entry of make_entry."""
    draft = make_draft(applicant, kind="entry_claim")
    answers = {"surname": "Okafor", "given_names": "Adaeze", "birth_date": BORN, "telephone": "+2348031234567"}
    return submit(fill(draft, **{**answers, "regulator_number": NUMBER, **said}))


def find(application: ProfessionalApplication, verdict: Verdict = Verdict.SAME_PERSON) -> None:
    """Say this of everybody whom the application was found to be."""
    for flag in application.flags.filter(kind=FlagKind.DUPLICATE):
        services.give_verdict(
            officer=make_officer(), uid=application.uid, flag=flag.uid, verdict=verdict, note="x", now=NOW
        )


@pytest.mark.django_db
class TestClaims:
    """Somebody whom an import has entered, or an officer, asks for an account on that entry."""

    def test_whoever_is_found_to_be_the_person_has_the_entry_from_then_on(self) -> None:
        person = make_entry()
        application = claimed()
        assert [flag.practitioner for flag in application.flags.all()] == [person]
        find(application)
        license_id = approved(application).license_id
        assert practitioner_of_account(application.applicant_id) == person.pk
        assert [facts.id for facts in licenses_of(person.pk)] == [license_id]
        photograph = photograph_of(person.pk)
        assert photograph == document(application, "passport-photograph").file

    def test_then_everything_else_is_open_to_them(self) -> None:
        make_entry()
        application = claimed()
        find(application)
        approved(application)
        make_draft(application.applicant, kind="name_change")

    def test_whoever_holds_the_number_is_shown_however_little_they_are_like_the_applicant(self) -> None:
        person = make_entry("Bello", birth_date=date(1961, 1, 2), gender="male")
        (flag,) = claimed().flags.all()
        assert flag.practitioner == person
        assert flag.score is not None

    def test_the_number_of_the_license_will_do_too(self) -> None:
        person = make_entry()
        (license,) = licenses_of(person.pk)
        assert [flag.practitioner for flag in claimed(regulator_number=license.number).flags.all()] == [person]

    def test_a_number_that_nobody_holds_is_mended_before_it_is_submitted(self) -> None:
        make_entry()
        draft = fill(make_draft(kind="entry_claim"), regulator_number="MDCN/R/99999")
        found = {one.pointer: one.code for one in missing_in(draft, TODAY)}
        assert found["/regulator_number"] == "not_held"

    def test_it_always_takes_two_officers(self) -> None:
        make_entry()
        application = claimed()
        application.refresh_from_db()
        assert application.second_officer

    def test_whoever_was_found_to_be_another_has_nothing(self) -> None:
        person = make_entry()
        application = claimed()
        find(application, Verdict.ANOTHER_PERSON)
        with pytest.raises(PersonDiffers, match="Nobody"):
            approved(application)
        assert Practitioner.objects.get(pk=person.pk).account is None

    def test_nobody_is_given_the_entry_of_somebody_who_has_died(self) -> None:
        person = make_entry()
        application = claimed()
        find(application)
        with change() as opened:
            record_death(opened, practitioner_id=person.pk, died_on=TODAY)
        with pytest.raises(PersonDiffers, match="death"):
            approved(application)

    def test_what_is_held_already_is_not_claimed(self) -> None:
        license = make_application(Status.APPROVED, make_officer(), make_officer())
        with pytest.raises(AlreadyHeld):
            make_draft(license.applicant, kind="entry_claim")

    def test_who_is_found_in_another_part_of_the_register_has_nothing_in_this_one(self) -> None:
        person = make_person()
        make_license(person=person, register_part="mdcn-dental-full")
        make_entry("Bello", birth_date=date(1961, 1, 2))
        application = claimed()
        assert len(application.flags.all()) == 2
        for flag in application.flags.all():
            verdict = Verdict.SAME_PERSON if flag.practitioner == person else Verdict.ANOTHER_PERSON
            services.give_verdict(
                officer=make_officer(), uid=application.uid, flag=flag.uid, verdict=verdict, note="x", now=NOW
            )
        with pytest.raises(PersonDiffers, match="not in this part"):
            approved(application)

    def test_whoever_the_register_can_reach_is_told_that_their_entry_is_asked_for(self, settings: Any) -> None:
        settings.SMS_PROVIDER = "fake"
        make_entry(telephone="+2348099999999", email="okafor@hospital.example")
        application = claimed()
        (email,) = OutgoingEmail.objects.filter(template="applications/entry_claimed")
        assert email.recipient == "okafor@hospital.example"
        assert str(application.uid) in email.body
        (sms,) = OutgoingSms.objects.filter(template="applications/entry_claimed")
        assert sms.recipient == "+2348099999999"

    def test_they_are_told_however_long_the_name_of_the_council_is(self) -> None:
        Regulator.objects.filter(code="mdcn").update(name="Council of " + "Medicine " * 21)
        make_entry(email="okafor@hospital.example")
        claimed()
        subject = OutgoingEmail.objects.get(template="applications/entry_claimed").subject
        assert subject.startswith("Somebody asks for your entry in the register of the Council of Medicine Medicine")
        assert subject.endswith("…")

    def test_they_are_not_told_by_what_the_applicant_gave(self, settings: Any) -> None:
        settings.SMS_PROVIDER = "fake"
        applicant = make_applicant()
        make_entry(telephone="+2348031234567", email=applicant.email)
        claimed(applicant)
        assert not OutgoingEmail.objects.filter(template="applications/entry_claimed").exists()
        assert not OutgoingSms.objects.filter(template="applications/entry_claimed").exists()
