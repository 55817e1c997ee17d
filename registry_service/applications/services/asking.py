"""Questions to the applicant: an officer asks, the applicant is reminded, and the file lapses without an answer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from applications.completeness import askable
from applications.models import ProfessionalApplication, Question
from applications.rules import REMINDED_BEFORE, Transition
from applications.services.reviewing import own_file
from applications.steps import WORKER, each_alone, move
from applications.telling import remind
from common.clock import day_in_lagos
from common.errors import InvalidInput
from reference.queries import reason_given, review_rule
from reference.rules import ReasonKind

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Asked:
    """One question: about which answer, why, and what the applicant should do."""

    pointer: str
    reason: str
    fix: str


@transaction.atomic
def ask(
    *, officer: "User", uid: UUID, questions: list[Asked], seen: int | None = None, now: datetime
) -> ProfessionalApplication:
    """Ask the applicant about single answers; the council's clock stands still until they are given.

    Raises:
        NotFound: there is no such file.
        ConflictOfInterest: they have declared an interest in its applicant.
        NotYourFile: another officer has it.
        InvalidInput: a question is about nothing that the applicant can give, or its reason is none for questions.
        ApplicationTransitionNotAllowed: it is not under review.
        ApplicationChanged: it is not at the version that was seen.
    """
    application = own_file(officer, uid, seen)
    today = day_in_lagos(now)
    days = review_rule(application.kind, application.register_part, application.rules_day(today)).answer_days
    _check_can_be_asked(application, questions, today)
    Question.objects.bulk_create(
        Question(
            application=application,
            pointer=question.pointer,
            reason=reason_given(question.reason, ReasonKind.QUESTION, today, pointer=f"/questions/{at}/reason"),
            fix=question.fix,
            asked_by=officer,
            asked_at=now,
        )
        for at, question in enumerate(questions)
    )
    due = today + timedelta(days=days)
    move(
        application,
        Transition.REQUEST_INFORMATION,
        actor=officer.actor,
        now=now,
        note="\n".join(question.fix for question in questions),
        answer_due_on=due,
        reminder_due_on=max(due - REMINDED_BEFORE, today + timedelta(days=1)),
    )
    return application


def remind_of_questions(now: datetime, *, at_most: int) -> int:
    """Remind applicants of questions that are still open some days before their files lapse; returns how many."""
    waiting = ProfessionalApplication.objects.to_be_reminded_on(day_in_lagos(now)).order_by("reminder_due_on")

    def act(application: ProfessionalApplication) -> bool:
        remind(application, now)
        ProfessionalApplication.objects.filter(pk=application.pk).update(reminder_due_on=None)
        return True

    return each_alone(waiting, act, at_most=at_most)


def let_lapse(now: datetime, *, at_most: int) -> int:
    """Close files whose questions were not answered in time; returns how many."""
    overdue = ProfessionalApplication.objects.unanswered_on(day_in_lagos(now)).order_by("answer_due_on")

    def act(application: ProfessionalApplication) -> bool:
        move(application, Transition.LAPSE, actor=WORKER, now=now, answer_due_on=None)
        return True

    return each_alone(overdue, act, at_most=at_most)


def _check_can_be_asked(application: ProfessionalApplication, questions: list[Asked], today: date) -> None:
    known = askable(application, today)
    problem = "The applicant can give no such answer or document."
    errors = [
        {"pointer": f"/questions/{at}/pointer", "code": "unknown", "detail": problem}
        for at, question in enumerate(questions)
        if question.pointer not in known
    ]
    if errors:
        raise InvalidInput(errors=errors)
