"""What officers do with a file before they decide: take it on, give it back, ask."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from applications.completeness import askable
from applications.models import DeclaredInterest, FileNote, ProfessionalApplication, Question
from applications.queries import application_for
from applications.rules import ConflictOfInterest, NotYourFile, Transition
from applications.steps import WORKER, check_version, locked, move, record_act
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
def claim(*, officer: "User", uid: UUID, seen: int | None = None, now: datetime) -> ProfessionalApplication:
    """Take a waiting file on.

    `seen` is, here and in all that officers do, the version of the file that they have read, if they say so.

    Raises:
        NotFound: there is none that this officer may see.
        ApplicationTransitionNotAllowed: another officer was faster, or it does not wait.
        ApplicationChanged: it is not at the version that was seen.
    """
    application = file_of(officer, uid, seen)
    move(application, Transition.CLAIM, actor=officer.actor, now=now, officer=officer)
    return application


@transaction.atomic
def release(
    *, officer: "User", uid: UUID, note: str, seen: int | None = None, now: datetime
) -> ProfessionalApplication:
    """Give a file back to the queue.

    Raises:
        NotFound: there is none that this officer may see.
        NotYourFile: another officer has it.
        ApplicationChanged: it is not at the version that was seen.
    """
    application = own_file(officer, uid, seen)
    move(application, Transition.RELEASE, actor=officer.actor, now=now, note=note, officer=None)
    return application


@transaction.atomic
def ask(
    *, officer: "User", uid: UUID, questions: list[Asked], seen: int | None = None, now: datetime
) -> ProfessionalApplication:
    """Ask the applicant about single answers; the council's clock stands still until they are given.

    Raises:
        NotFound: there is no such file.
        NotYourFile: another officer has it.
        InvalidInput: a question is about nothing that the applicant can give, or its reason is none for questions.
        ApplicationChanged: it is not at the version that was seen.
    """
    application = own_file(officer, uid, seen)
    today = day_in_lagos(now)
    days = review_rule(application.kind, application.register_part, today).answer_days
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
    move(
        application,
        Transition.REQUEST_INFORMATION,
        actor=officer.actor,
        now=now,
        note="\n".join(question.fix for question in questions),
        answer_due_on=today + timedelta(days=days),
    )
    return application


@transaction.atomic
def add_note(*, officer: "User", uid: UUID, text: str, now: datetime) -> ProfessionalApplication:
    """Write something down for colleagues. Whoever may work on the file may, and it moves nothing.

    Raises:
        NotFound: there is no such file.
        ConflictOfInterest: they have declared an interest in its applicant.
    """
    application = file_of(officer, uid)
    FileNote.objects.create(application=application, author=officer, text=text, at=now)
    record_act(application, "add_note", actor=officer.actor, now=now, changed=["notes"])
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


def visible_file(officer: "User", uid: UUID, seen: int | None = None) -> ProfessionalApplication:
    """Lock a file that this officer may see.

    Raises:
        NotFound: there is none that they may see.
        ApplicationChanged: it is not at the version that was seen.
    """
    application_for(officer, uid)
    application = locked(uid)
    check_version(application, seen, reader=officer.actor)
    return application


def file_of(officer: "User", uid: UUID, seen: int | None = None) -> ProfessionalApplication:
    """Lock a file that this officer may work on.

    Raises:
        NotFound: there is none that they may see.
        ConflictOfInterest: they have declared an interest in its applicant.
        ApplicationChanged: it is not at the version that was seen.
    """
    application = visible_file(officer, uid, seen)
    if DeclaredInterest.objects.filter(officer=officer, applicant=application.applicant_id).exists():
        raise ConflictOfInterest
    return application


def own_file(officer: "User", uid: UUID, seen: int | None = None) -> ProfessionalApplication:
    """Lock a file that this officer has taken on.

    Raises:
        NotFound: there is none that they may see.
        NotYourFile: another officer has it, or nobody.
        ApplicationChanged: it is not at the version that was seen.
    """
    application = file_of(officer, uid, seen)
    check_has_file(application, officer)
    return application


def check_has_file(application: ProfessionalApplication, officer: "User") -> None:
    """Check that this officer is the one who has taken a locked file on.

    Raises:
        NotYourFile: another officer has it, or nobody.
    """
    if application.officer_id != officer.pk:
        raise NotYourFile(assigned_to=application.officer.full_name if application.officer else "nobody")


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
