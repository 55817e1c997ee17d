"""What officers do with a file before they decide: take it on, give it back, ask."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from applications.models import DeclaredInterest, ProfessionalApplication, Question
from applications.queries import application_for
from applications.rules import ConflictOfInterest, NotYourFile, Transition
from applications.steps import WORKER, locked, move
from common.clock import day_in_lagos
from reference.queries import reason_by_code, review_rule

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Asked:
    """One question: about which answer, why, and what the applicant should do."""

    pointer: str
    reason: str
    fix: str


@transaction.atomic
def claim(*, officer: "User", uid: UUID, now: datetime) -> ProfessionalApplication:
    """Take a waiting file on.

    Raises:
        NotFound: there is none that this officer may see.
        ApplicationTransitionNotAllowed: another officer was faster, or it does not wait.
    """
    application = file_of(officer, uid)
    move(application, Transition.CLAIM, actor=officer.actor, now=now, officer=officer)
    return application


@transaction.atomic
def release(*, officer: "User", uid: UUID, note: str, now: datetime) -> ProfessionalApplication:
    """Give a file back to the queue.

    Raises:
        NotFound: there is none that this officer may see.
        NotYourFile: another officer has it.
    """
    application = own_file(officer, uid)
    move(application, Transition.RELEASE, actor=officer.actor, now=now, note=note, officer=None)
    return application


@transaction.atomic
def ask(*, officer: "User", uid: UUID, questions: list[Asked], now: datetime) -> ProfessionalApplication:
    """Ask the applicant about single answers; the council's clock stands still until they are given.

    Raises:
        NotFound: there is no such file, or no such reason.
        NotYourFile: another officer has it.
    """
    application = own_file(officer, uid)
    today = day_in_lagos(now)
    days = review_rule(application.kind, application.register_part, today).answer_days
    Question.objects.bulk_create(
        Question(
            application=application,
            pointer=question.pointer,
            reason=reason_by_code(question.reason),
            fix=question.fix,
            asked_by=officer,
            asked_at=now,
        )
        for question in questions
    )
    move(
        application,
        Transition.REQUEST_INFORMATION,
        actor=officer.actor,
        now=now,
        note="\n".join(question.fix for question in questions),
        answer_due_on=today + timedelta(days=days),
    )
    return application


def let_lapse(now: datetime, *, at_most: int) -> int:
    """Close files whose questions were not answered in time; returns how many."""
    overdue = ProfessionalApplication.objects.unanswered_on(day_in_lagos(now)).order_by("answer_due_on")
    overdue = overdue.select_related("applicant", "register_part__regulator")
    with transaction.atomic():
        lapsing = list(overdue.select_for_update(of=["self"], skip_locked=True)[:at_most])
        for application in lapsing:
            move(application, Transition.LAPSE, actor=WORKER, now=now, answer_due_on=None)
    return len(lapsing)


def visible_file(officer: "User", uid: UUID) -> ProfessionalApplication:
    """Lock a file that this officer may see.

    Raises:
        NotFound: there is none that they may see.
    """
    application_for(officer, uid)
    return locked(uid)


def file_of(officer: "User", uid: UUID) -> ProfessionalApplication:
    """Lock a file that this officer may work on.

    Raises:
        NotFound: there is none that they may see.
        ConflictOfInterest: they have declared an interest in its applicant.
    """
    application = visible_file(officer, uid)
    if DeclaredInterest.objects.filter(officer=officer, applicant=application.applicant_id).exists():
        raise ConflictOfInterest
    return application


def own_file(officer: "User", uid: UUID) -> ProfessionalApplication:
    """Lock a file that this officer has taken on.

    Raises:
        NotFound: there is none that they may see.
        NotYourFile: another officer has it, or nobody.
    """
    application = file_of(officer, uid)
    if application.officer_id != officer.pk:
        raise NotYourFile(assigned_to=application.officer.full_name if application.officer else "nobody")
    return application
