"""Who hears of what, by which way, and in how many words."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.template import loader

from applications import services
from applications.models import ProfessionalApplication
from applications.rules import REMINDED_BEFORE, Status
from applications.tasks import remind_applicants
from applications.tests.factories import (
    QUESTIONS,
    answers,
    approve,
    ask,
    assign,
    claim,
    fill,
    lapse,
    make_applicant,
    make_application,
    make_draft,
    make_officer,
    reassign,
    reject,
    release,
    respond,
    send_back,
    submit,
    withdraw,
)
from changes.tests.factories import NOW
from licenses.models import PHBProfessionalRegistry
from licenses.tests.factories import make_license
from notifications.gsm import MOST, to_gsm, units
from notifications.models import OutgoingEmail, OutgoingSms
from practitioners.tests.factories import make_person
from reference.models import RegisterPart, Regulator

pytestmark = pytest.mark.django_db

SMS = Path(__file__).parent.parent / "templates" / "applications" / "sms"


@pytest.fixture(autouse=True)
def _sms(settings: Any) -> None:
    settings.SMS_PROVIDER = "fake"


def emails_to(address: str) -> list[str]:
    """The texts of the e-mails to an address, as names, in the order in which they were written."""
    found = OutgoingEmail.objects.filter(recipient=address, template__startswith="applications/").order_by("id")
    return [template.removeprefix("applications/") for template in found.values_list("template", flat=True)]


def sms_to(telephone: str) -> list[str]:
    found = OutgoingSms.objects.filter(recipient=telephone).order_by("id")
    return [template.removeprefix("applications/") for template in found.values_list("template", flat=True)]


def test_an_applicant_hears_of_all_that_concerns_them() -> None:
    first, second = make_officer(), make_officer()
    application = respond(ask(claim(submit(fill(make_draft())), first), first))
    approve(application, first)
    approve(application, second)
    assert emails_to(application.applicant.email) == [
        "submit",
        "request_information",
        "respond",
        "approve",
    ]
    assert sms_to(application.telephone) == ["request_information", "approve"]


@pytest.mark.parametrize(
    ("status", "text", "by_sms"),
    [("rejected", "reject", True), ("lapsed", "lapse", True), ("withdrawn", "withdraw", False)],
)
def test_an_applicant_hears_of_every_end(status: str, text: str, by_sms: bool) -> None:
    application = make_application(Status(status), make_officer(), make_officer())
    assert emails_to(application.applicant.email)[-1] == text
    assert (text in sms_to(application.telephone)) == by_sms


def test_a_rejection_says_why_and_where_to_appeal() -> None:
    make_application(Status.REJECTED, make_officer(), make_officer())
    body = OutgoingEmail.objects.get(template="applications/reject").body
    assert "A requirement of the law is not met" in body
    assert "You may appeal to the Court of Appeal." in body


def test_officers_hear_of_what_others_do_with_their_files_and_not_of_what_they_do() -> None:
    officer, other = make_officer(), make_officer()
    application = submit(fill(make_draft()))
    services.assign(officer=other, uid=application.uid, to=officer.pk, now=NOW)
    respond(ask(application, officer))
    reject(application, officer)
    send_back(application, other)
    reassign(application, officer, other)
    withdraw(application)
    assert emails_to(officer.email) == ["file_given", "file_answered", "file_returned"]
    assert emails_to(other.email) == ["file_given", "file_withdrawn"]
    claim(submit(fill(make_draft())), officer)
    assert len(emails_to(officer.email)) == 3


def test_what_officers_are_sent_names_nobody() -> None:
    officer, other = make_officer(), make_officer()
    application = submit(fill(make_draft(), **{**answers(), "surname": "Ekwueme"}))
    services.assign(officer=other, uid=application.uid, to=officer.pk, now=NOW)
    respond(ask(application, officer))
    for email in OutgoingEmail.objects.filter(recipient=officer.email):
        assert "Ekwueme" not in email.subject + email.body
        assert str(application.uid) in email.body


def test_nobody_is_told_of_what_is_only_the_offices() -> None:
    officer = make_officer()
    application = submit(fill(make_draft()))
    before = OutgoingEmail.objects.count()
    release(claim(application, officer), officer)
    assign(application, officer)
    reject(application, officer)
    assert OutgoingEmail.objects.count() == before


def test_where_no_number_is_asked_that_of_the_register_is_written_to() -> None:
    applicant, officer = make_applicant(), make_officer("nmcn")
    person = make_person(account_id=applicant.pk, telephone="+2348055555555")
    make_license(person=person, register_part="nmcn-general-nurse")
    draft = make_draft(applicant, kind="name_change", register_part="nmcn-general-nurse")
    answers = {"surname": "Bello", "given_names": "Adaeze", "name_change_reason": "marriage"}
    ask(claim(submit(fill(draft, **answers)), officer), officer)
    assert sms_to("+2348055555555") == ["request_information"]


class TestReminders:
    def asked(self) -> ProfessionalApplication:
        officer = make_officer()
        return ask(claim(submit(fill(make_draft())), officer), officer)

    def test_a_question_that_waits_is_recalled_once_before_the_file_lapses(self) -> None:
        application = self.asked()
        assert application.answer_due_on is not None
        due = application.answer_due_on - NOW.date()
        assert remind_applicants(NOW + due - REMINDED_BEFORE - timedelta(days=1)) == 0
        assert remind_applicants(NOW + due - REMINDED_BEFORE) == 1
        assert remind_applicants(NOW + due - REMINDED_BEFORE) == 0
        assert emails_to(application.applicant.email)[-1] == "reminder"
        assert sms_to(application.telephone) == ["request_information", "reminder"]

    def test_one_that_is_answered_or_lapsed_is_not(self) -> None:
        respond(self.asked())
        lapse(self.asked())
        assert remind_applicants(NOW + timedelta(days=400)) == 0

    def test_each_question_has_its_own(self) -> None:
        application = self.asked()
        remind_applicants(NOW + timedelta(days=29))
        respond(application)
        services.ask(officer=application.officer, uid=application.uid, questions=QUESTIONS, now=NOW)
        assert remind_applicants(NOW + timedelta(days=29)) == 1


@pytest.mark.parametrize("text", sorted(SMS.glob("*.txt")), ids=lambda path: path.stem)
def test_every_sms_fits_in_one_message_with_the_longest_code_of_a_council(text: Path) -> None:
    code = max(Regulator.objects.values_list("code", flat=True), key=len)
    part = RegisterPart(regulator=Regulator(code=code))
    license = PHBProfessionalRegistry(number="PHB-MED-7K3M-9QTX")
    application = ProfessionalApplication(register_part=part, license=license, answer_due_on=date(2026, 12, 30))
    body = to_gsm(loader.render_to_string(f"applications/sms/{text.name}", {"application": application}).strip())
    assert code.upper() in body
    assert units(body) <= MOST
