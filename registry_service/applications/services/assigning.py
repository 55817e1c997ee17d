"""Who gets which file: the oldest first, to whoever has the fewest, and to nobody with an interest in it."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.queries import officers_of
from applications.models import ApplicationQuerySet, DeclaredInterest, ProfessionalApplication
from applications.queries import applications_for
from applications.rules import ASSIGNED_AFTER, NobodyToAssign, Status, Transition
from applications.services.reviewing import visible_file
from applications.steps import WORKER, move, record_act
from common.errors import NotFound

if TYPE_CHECKING:
    from accounts.models import User

_HELD = (Status.UNDER_REVIEW, Status.INFORMATION_REQUESTED, Status.DECISION_PROPOSED)


@transaction.atomic
def take_next(*, officer: "User", now: datetime) -> ProfessionalApplication:
    """Take on the file of this officer's council that has waited longest.

    Raises:
        NotFound: none waits that this officer may have.
    """
    mine = applications_for(officer).exclude(applicant__in=_applicants_of_interest_to(officer))
    application = _waiting().filter(pk__in=mine.values("pk")).first()
    if application is None:
        raise NotFound
    move(application, Transition.CLAIM, actor=officer.actor, now=now, officer=officer)
    return application


@transaction.atomic
def assign(*, officer: "User", uid: UUID, to: UUID | None, now: datetime) -> ProfessionalApplication:
    """Give a waiting file to an officer of its council, or to whoever of them has the fewest.

    Raises:
        NotFound: there is no such file.
        NobodyToAssign: that officer, or everyone, is the applicant, has an interest in the file, or is no officer.
        ApplicationTransitionNotAllowed: it does not wait.
    """
    application = visible_file(officer, uid)
    free = _free_for(application)
    chosen = (free.filter(pk=to) if to else free).first()
    if chosen is None:
        raise NobodyToAssign(regulator=application.register_part.regulator.name)
    move(application, Transition.ASSIGN, actor=officer.actor, now=now, officer=chosen)
    return application


@transaction.atomic
def declare_interest(*, officer: "User", uid: UUID, reason: str, now: datetime) -> ProfessionalApplication:
    """Note that this officer must have nothing to do with the applicant's files; this one goes back to the queue.

    To declare it again changes nothing.

    Raises:
        NotFound: there is none that this officer may see.
    """
    application = visible_file(officer, uid)
    try:
        with transaction.atomic():
            DeclaredInterest.objects.create(
                officer=officer, applicant=application.applicant, reason=reason, declared_at=now
            )
            record_act(application, "declare_interest", actor=officer.actor, now=now, changed=["interests"])
    except IntegrityError:
        return application
    if application.officer_id == officer.pk and application.status == Status.UNDER_REVIEW:
        move(application, Transition.RELEASE, actor=officer.actor, now=now, officer=None)
    return application


def assign_waiting(now: datetime, *, at_most: int) -> int:
    """Give files that no officer took on in time to officers, the oldest first; returns how many.

    What nobody may have goes on waiting.
    """
    given = 0
    with transaction.atomic():
        for application in _waiting().filter(submitted_at__lte=now - ASSIGNED_AFTER)[:at_most]:
            chosen = _free_for(application).first()
            if chosen is not None:
                move(application, Transition.ASSIGN, actor=WORKER, now=now, officer=chosen)
                given += 1
    return given


def release_files_of_absent(now: datetime, *, at_most: int) -> int:
    """Give back to the queue what lies with people who are no officers of its council any more; returns how many."""
    there = officers_of(OuterRef("register_part__regulator__code")).filter(pk=OuterRef("officer"))
    left = ProfessionalApplication.objects.filter(~Exists(there), status=Status.UNDER_REVIEW).order_by("pk")
    left = left.select_related("applicant", "register_part__regulator")
    with transaction.atomic():
        files = list(left.select_for_update(of=["self"], skip_locked=True)[:at_most])
        for application in files:
            move(application, Transition.RELEASE, actor=WORKER, now=now, note="The officer has left.", officer=None)
    return len(files)


def _waiting() -> ApplicationQuerySet:
    """Return files that nobody has, the longest waiting first, locked as they are read; others' locks are skipped."""
    waiting = ProfessionalApplication.objects.filter(status=Status.SUBMITTED).order_by("submitted_at", "pk")
    related = waiting.select_related("applicant", "register_part__regulator")
    return related.select_for_update(of=["self"], skip_locked=True)


def _free_for(application: ProfessionalApplication) -> "QuerySet[User]":
    """Return who may have a file, whoever has the fewest first."""
    interested = DeclaredInterest.objects.filter(applicant=application.applicant_id)
    officers = officers_of(application.register_part.regulator.code).exclude(pk=application.applicant_id)
    load = Count("files", filter=Q(files__status__in=_HELD))
    return officers.exclude(pk__in=interested.values("officer")).annotate(load=load).order_by("load", "pk")


def _applicants_of_interest_to(officer: "User") -> QuerySet[DeclaredInterest, UUID]:
    return DeclaredInterest.objects.filter(officer=officer).values_list("applicant", flat=True)
