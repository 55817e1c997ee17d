"""What the applicant does: begin, write, submit, answer, withdraw."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from applications.completeness import missing_answers, missing_in
from applications.eligibility import check_can_be_asked_for, licenses_needed, part_asked_for
from applications.models import ProfessionalApplication, Question
from applications.queries import applications_of
from applications.rules import (
    BUILDS_ON,
    CLOSED,
    ApplicationIncomplete,
    OpenApplicationExists,
    Status,
    Transition,
)
from applications.steps import check_step, check_version, locked, move, record_act, save
from common.clock import day_in_lagos
from common.errors import InvalidInput, NotFound
from common.locks import lock_until_commit
from practitioners.queries import facts_of_people, practitioner_of_account
from reference.rules import ApplicationKind

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def open_application(*, applicant: "User", kind: str, register_part: str, now: datetime) -> ProfessionalApplication:
    """Begin a draft. One that builds on a license says already of whom it is: as the register holds them.

    Raises:
        InvalidInput: there is no such part of the register, or the council takes no such application for it.
        OpenApplicationExists: the same is being asked for already.
        AlreadyHeld: the applicant stands in this part already.
        LicenseRequired: it builds on a license that the applicant does not hold.
        LicenseSuspended: the license that it builds on is suspended.
    """
    part, today = part_asked_for(register_part), day_in_lagos(now)
    check_can_be_asked_for(kind, part, today)
    licenses_needed(applicant, kind, part, today)
    lock_until_commit(f"applications of {applicant.pk}")
    begun = applications_of(applicant).still_open().filter(kind=kind, register_part=part).first()
    if begun is not None:
        raise OpenApplicationExists(application=begun.uid)
    application = ProfessionalApplication.objects.create(
        applicant=applicant, kind=kind, register_part=part, created_at=now, **_as_registered(applicant, kind)
    )
    record_act(application, "open", actor=applicant.actor, now=now, changed=["kind", "register_part"])
    return application


@transaction.atomic
def save_draft(
    *, applicant: "User", uid: UUID, version: int, answers: dict[str, Any], now: datetime
) -> ProfessionalApplication:
    """Write some answers of a draft, or those that an officer has asked about.

    Raises:
        NotFound: the applicant has no such application.
        ApplicationChanged: it is not at this version any more.
        ApplicationTransitionNotAllowed: it is with the council.
        InvalidInput: an officer has asked, but not about this answer.
    """
    application = _own(applicant, uid)
    check_version(application, version, reader=applicant.actor)
    if application.status == Status.INFORMATION_REQUESTED:
        _only_what_was_asked(application, answers)
    else:
        check_step(application, Transition.SUBMIT, reader=applicant.actor)
    save(application, "save_draft", actor=applicant.actor, now=now, **answers)
    return application


@transaction.atomic
def submit(*, applicant: "User", uid: UUID, now: datetime) -> ProfessionalApplication:
    """Hand a complete draft to the council. To submit again what was submitted changes nothing.

    Raises:
        NotFound: the applicant has no such application.
        ApplicationIncomplete: something is missing.
        ApplicationTransitionNotAllowed: it is past that.
        LicenseRequired: the license that it builds on is gone meanwhile.
        LicenseSuspended: it is suspended meanwhile.
        AlreadyHeld: the applicant holds meanwhile what it asks for.
    """
    application = _own(applicant, uid)
    if application.submitted_at is not None and application.status not in CLOSED:
        return application
    check_step(application, Transition.SUBMIT, reader=applicant.actor)
    today = day_in_lagos(now)
    if missing := missing_in(application, today):
        raise ApplicationIncomplete(errors=[vars(one) for one in missing])
    rule = check_can_be_asked_for(application.kind, application.register_part, today)
    licenses_needed(applicant, application.kind, application.register_part, today)
    move(
        application,
        Transition.SUBMIT,
        actor=applicant.actor,
        now=now,
        submitted_at=now,
        second_officer=rule.second_officer,
    )
    return application


@transaction.atomic
def withdraw(*, applicant: "User", uid: UUID, note: str, now: datetime) -> ProfessionalApplication:
    """Take an application back, as long as no decision is proposed.

    Raises:
        NotFound: the applicant has no such application.
        ApplicationTransitionNotAllowed: it is decided, or about to be.
    """
    application = _own(applicant, uid)
    move(application, Transition.WITHDRAW, actor=applicant.actor, now=now, note=note)
    return application


@transaction.atomic
def respond(*, applicant: "User", uid: UUID, answers: dict[UUID, str], now: datetime) -> ProfessionalApplication:
    """Answer every open question, each by its id, and give the file back to its officer.

    Raises:
        NotFound: the applicant has no such application.
        ApplicationTransitionNotAllowed: nothing is asked.
        ApplicationIncomplete: an answer was taken back that must be there, or cannot be true.
        InvalidInput: a question is left open, or an answer has no question.
    """
    application = _own(applicant, uid)
    check_step(application, Transition.RESPOND, reader=applicant.actor)
    if missing := missing_answers(application, day_in_lagos(now)):
        raise ApplicationIncomplete(errors=[vars(one) for one in missing])
    questions = {question.uid: question for question in application.questions.filter(answered_at=None)}
    _every_question_once(questions, answers)
    for question_uid, question in questions.items():
        question.answer, question.answered_at = answers[question_uid], now
        question.save(update_fields=["answer", "answered_at"])
    move(application, Transition.RESPOND, actor=applicant.actor, now=now, answer_due_on=None, checked_at=None)
    return application


def _as_registered(applicant: "User", kind: str) -> dict[str, Any]:
    """Return what the register holds of somebody who builds on a license; a new name is theirs to say."""
    practitioner_id = practitioner_of_account(applicant.pk)
    if practitioner_id is None or kind not in BUILDS_ON or kind == ApplicationKind.NAME_CHANGE:
        return {}
    person = facts_of_people([practitioner_id])[practitioner_id]
    name = person.names[0]
    return {
        "surname": name.surname,
        "given_names": name.given_names,
        "birth_date": person.birth_date,
        "gender": person.gender,
    }


def _own(applicant: "User", uid: UUID) -> ProfessionalApplication:
    application = locked(uid)
    if application.applicant_id != applicant.pk:
        raise NotFound
    return application


def _only_what_was_asked(application: ProfessionalApplication, answers: dict[str, Any]) -> None:
    asked = set(application.questions.filter(answered_at=None).values_list("pointer", flat=True))
    errors = [
        {"pointer": f"/{name}", "code": "not_asked", "detail": "The council has not asked about this."}
        for name in answers
        if f"/{name}" not in asked
    ]
    if errors:
        raise InvalidInput(errors=errors)


def _every_question_once(questions: dict[UUID, Question], answers: dict[UUID, str]) -> None:
    errors = [
        {"pointer": "/answers", "code": "unanswered", "detail": f"Question {uid} has no answer."}
        for uid in questions.keys() - answers.keys()
    ] + [
        {"pointer": "/answers", "code": "unknown", "detail": f"{uid} is no open question of this application."}
        for uid in answers.keys() - questions.keys()
    ]
    if errors:
        raise InvalidInput(errors=errors)
