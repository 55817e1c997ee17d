"""Applications for tests, carried by the services to whatever status a test begins with."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from itertools import count
from typing import Any

from accounts.models import User
from accounts.rules import Role
from accounts.tests.factories import make_user
from applications import services
from applications.completeness import missing_in, outstanding_documents
from applications.models import ApplicationDocument, ProfessionalApplication
from applications.rules import Status
from applications.services.asking import Asked
from changes.tests.factories import NOW, TODAY
from documents.tests.factories import file_row
from fees.providers.fake import notice_of
from fees.rules import PaymentNotNeeded
from fees.services import note_webhook
from reference.models import DocumentType, ReviewRule, State

DOCTORS = "mdcn-medical-full"
ANSWERS: dict[str, Any] = {
    "surname": "Okafor",
    "given_names": "Adaeze Ngozi",
    "birth_date": date(1996, 4, 17),
    "gender": "female",
    "telephone": "+2348031234567",
    "school": "University of Lagos",
    "qualification": "MBBS",
    "qualified_on": date(2022, 7, 1),
}
_PEOPLE = count(1)
QUESTIONS = [Asked("/qualified_on", "does_not_agree", "Give the day that stands on the certificate.")]


def answers() -> dict[str, Any]:
    """All that a first registration must say, of another person each time: of one name, and born on another day."""
    nth = next(_PEOPLE)
    born = date(1960 + nth % 40, 1 + nth % 11, 13 + nth % 13)  # of two, at least two of the three differ
    return {
        **ANSWERS,
        "birth_date": born,
        "qualified_on": date(born.year + 24, 7, 1),
        "telephone": f"+234803{nth:07}",
        "state": State.objects.get(code="LA"),
    }


def make_applicant() -> User:
    """A professional with an account."""
    return make_user(Role.PROFESSIONAL)


def make_officer(regulator: str = "mdcn", **fields: Any) -> User:
    """An officer of a council."""
    return make_user(Role.OFFICER, regulator=regulator, **fields)


def make_draft(
    applicant: User | None = None, *, kind: str = "first_registration", register_part: str = DOCTORS
) -> ProfessionalApplication:
    """A draft that says nothing yet."""
    return services.open_application(
        applicant=applicant or make_applicant(), kind=kind, register_part=register_part, now=NOW
    )


def fill(application: ProfessionalApplication, **given: Any) -> ProfessionalApplication:
    """Write these answers, or all that a first registration needs."""
    return services.save_draft(
        applicant=application.applicant,
        uid=application.uid,
        version=application.version,
        answers=given or answers(),
        now=NOW,
    )


def pay(application: ProfessionalApplication) -> None:
    """Pay the fee through the fake provider, where there is one."""
    with suppress(PaymentNotNeeded):
        payment = services.pay(applicant=application.applicant, uid=application.uid, now=NOW)
        headers, body = notice_of(payment.payment_reference, payment.amount_kobo, payment.currency)
        note_webhook(provider="fake", headers=headers, body=body, now=NOW)


def add_documents(application: ProfessionalApplication, *, others: bool = True) -> None:
    """Give every document that is missing, past the inspection, which has tests of its own; from `others` too."""
    wanted = missing_in(application, TODAY) + (outstanding_documents(application, TODAY) if others else [])
    missing = {one.pointer.rpartition("/")[2] for one in wanted if "/documents/" in one.pointer}
    rows = (
        ApplicationDocument(
            application=application,
            document_type=DocumentType.objects.get(code=code),
            file=file_row(uploaded_by=application.applicant),
            version=1,
            uploaded_at=NOW,
        )
        for code in missing
    )
    ApplicationDocument.objects.bulk_create(rows, ignore_conflicts=True)


def submit(application: ProfessionalApplication, *, others: bool = True) -> ProfessionalApplication:
    """Hand it to the council; what is missing of documents is added, and what it costs is paid first.

    Without `others`, what must come from them is still to come. The worker has looked at it.
    """
    add_documents(application, others=others)
    pay(application)
    submitted = services.submit(applicant=application.applicant, uid=application.uid, now=NOW)
    services.check(application.uid, NOW)
    return submitted


def withdraw(application: ProfessionalApplication) -> ProfessionalApplication:
    return services.withdraw(applicant=application.applicant, uid=application.uid, note="", now=NOW)


def respond(application: ProfessionalApplication) -> ProfessionalApplication:
    given = {question.uid: "Corrected." for question in application.questions.filter(answered_at=None)}
    responded = services.respond(applicant=application.applicant, uid=application.uid, answers=given, now=NOW)
    services.check(application.uid, NOW)
    return responded


def claim(application: ProfessionalApplication, officer: User) -> ProfessionalApplication:
    return services.claim(officer=officer, uid=application.uid, now=NOW)


def assign(application: ProfessionalApplication, officer: User) -> ProfessionalApplication:
    return services.assign(officer=officer, uid=application.uid, to=officer.pk, now=NOW)


def release(application: ProfessionalApplication, officer: User) -> ProfessionalApplication:
    return services.release(officer=officer, uid=application.uid, note="On leave", now=NOW)


def reassign(application: ProfessionalApplication, officer: User, to: User | None = None) -> ProfessionalApplication:
    heir = to.pk if to else None
    return services.reassign(officer=officer, uid=application.uid, to=heir, note="On leave", now=NOW)


def ask(application: ProfessionalApplication, officer: User) -> ProfessionalApplication:
    return services.ask(officer=officer, uid=application.uid, questions=QUESTIONS, now=NOW)


def approve(application: ProfessionalApplication, officer: User) -> ProfessionalApplication:
    return services.approve(officer=officer, uid=application.uid, reason="requirements_met", now=NOW)


def reject(application: ProfessionalApplication, officer: User) -> ProfessionalApplication:
    return services.reject(
        officer=officer, uid=application.uid, reason="requirements_not_met", note="No internship.", now=NOW
    )


def send_back(application: ProfessionalApplication, officer: User) -> ProfessionalApplication:
    return services.return_proposal(officer=officer, uid=application.uid, note="Look again.", now=NOW)


def lapse(application: ProfessionalApplication) -> None:
    services.let_lapse(NOW.replace(year=NOW.year + 1), at_most=10)


# Who takes a step: the applicant (or the clock), the officer who has the file, or the one who confirms.
APPLICANT, FIRST, SECOND = range(3)
_REVIEW: list[tuple[Callable[..., Any], int]] = [(submit, APPLICANT), (claim, FIRST)]
# How an application that says everything comes to each status.
PATHS: dict[Status, list[tuple[Callable[..., Any], int]]] = {
    Status.DRAFT: [],
    Status.SUBMITTED: [(submit, APPLICANT)],
    Status.UNDER_REVIEW: _REVIEW,
    Status.INFORMATION_REQUESTED: [*_REVIEW, (ask, FIRST)],
    Status.DECISION_PROPOSED: [*_REVIEW, (approve, FIRST)],
    Status.APPROVED: [*_REVIEW, (approve, FIRST), (approve, SECOND)],
    Status.REJECTED: [*_REVIEW, (reject, FIRST), (reject, SECOND)],
    Status.WITHDRAWN: [(submit, APPLICANT), (withdraw, APPLICANT)],
    Status.LAPSED: [*_REVIEW, (ask, FIRST), (lapse, APPLICANT)],
}


def make_application(status: Status, first: User, second: User, **kind: str) -> ProfessionalApplication:
    """A complete application in this status; the first officer has it, the second can confirm."""
    application = fill(make_draft(**kind))
    for step, who in PATHS[status]:
        step(application, *((), (first,), (second,))[who])
    application.refresh_from_db()
    return application


def renaming_by_one(holder: User) -> ProfessionalApplication:
    """A submitted change of name, where one officer decides these alone."""
    ReviewRule.objects.filter(kind="name_change").update(second_officer=False)
    draft = make_draft(holder, kind="name_change")
    submit(fill(draft, surname="Bello", given_names="Adaeze", name_change_reason="marriage"))
    draft.refresh_from_db()
    assert not draft.second_officer
    return draft
