"""Who gets which file: the oldest first, to whoever has the fewest, and to nobody with an interest in it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.queries import officers_of
from applications.models import ApplicationQuerySet, DeclaredInterest, ProfessionalApplication
from applications.queries import (
    application_at_council,
    applications_for,
    holder_of,
    officers_with_load,
    with_hindrance,
)
from applications.rules import ASSIGNED_AFTER, HELD, NobodyToAssign, NotYoursToTake, Status, Transition
from applications.services.reauditing import give_back_reaudits_of_interest, hold_interests_of
from applications.services.reviewing import file_of
from applications.steps import WORKER, check_step, each_alone, locked, move, record_act, take_proposal_back
from applications.telling import tell_former_officer
from common.errors import NotFound

if TYPE_CHECKING:
    from accounts.models import User

_INTERESTED = "The officer has declared an interest."


@transaction.atomic
def take_next(*, officer: "User", now: datetime) -> ProfessionalApplication:
    """Take on the first submitted of the files of this officer's council that nobody has.

    Raises:
        NotFound: none waits that this officer may have.
    """
    application = _waiting().filter(pk__in=applications_for(officer).values("pk")).first()
    if application is None:
        raise NotFound
    move(application, Transition.CLAIM, actor=officer.actor, now=now, officer=officer)
    return application


@transaction.atomic
def assign(
    *, officer: "User", uid: UUID, to: UUID | None, seen: int | None = None, now: datetime
) -> ProfessionalApplication:
    """Give a waiting file to an officer of its council, or to whoever of them has the fewest.

    Raises:
        NotFound: there is no such file.
        ConflictOfInterest: the one who gives it has declared an interest in its applicant.
        NobodyToAssign: that officer, or everyone, is the applicant, has an interest in the file, or is no officer.
        ApplicationTransitionNotAllowed: it does not wait.
        ApplicationChanged: it is not at the version that was seen.
    """
    application = file_of(officer, uid, seen)
    check_step(application, Transition.ASSIGN, reader=officer.actor)
    move(application, Transition.ASSIGN, actor=officer.actor, now=now, officer=_chosen_for(application, to))
    return application


@transaction.atomic
def reassign(
    *, officer: "User", uid: UUID, to: UUID | None, note: str, seen: int | None = None, now: datetime
) -> ProfessionalApplication:
    """Give a file that an officer has to another one, or to whoever else has the fewest; it goes on where it stands.

    Colleagues may do it too, for somebody who is ill, say, and whoever had the file is told. Nobody takes one for
    themselves in this way, unless the officer who has it is none any more, or has an interest in its applicant.

    Raises:
        NotFound: there is no such file.
        ConflictOfInterest: the one who gives it has declared an interest in its applicant.
        NotYoursToTake: a colleague would give it to themselves.
        NobodyToAssign: that officer, or everyone else, is the applicant, has an interest in it, or is no officer.
        ApplicationTransitionNotAllowed: nobody has it.
        ApplicationChanged: it is not at the version that was seen.
    """
    application = file_of(officer, uid, seen)
    check_step(application, Transition.REASSIGN, reader=officer.actor)
    holder = application.officer
    assert holder is not None, "whatever may be given to another officer, one has"
    is_taken = holder != officer and holder_of(application).exists()
    if is_taken and to == officer.pk:
        raise NotYoursToTake(assigned_to=holder.full_name)
    chosen = _chosen_for(application, to, apart_from=officer if is_taken else None)
    move(application, Transition.REASSIGN, actor=officer.actor, now=now, note=note, officer=chosen)
    if is_taken:
        tell_former_officer(application, holder, now)
    return application


@transaction.atomic
def declare_interest(*, officer: "User", uid: UUID, reason: str, now: datetime) -> DeclaredInterest:
    """Note that this officer must have nothing to do with the applicant's files; all of them are taken from them.

    So is what they proposed, and re-audits. They see none of it from now on. To declare it again notes nothing.

    Raises:
        NotFound: there is no such file.
    """
    application = application_at_council(officer, uid)
    hold_interests_of(officer)
    interest, is_new = DeclaredInterest.objects.get_or_create(
        officer=officer, applicant=application.applicant, defaults={"reason": reason, "declared_at": now}
    )
    if is_new:
        record_act(application, "declare_interest", actor=officer.actor, now=now, changed=["interests"])
    theirs = ProfessionalApplication.objects.filter(
        Q(officer=officer) | Q(proposed_by=officer), applicant=application.applicant, status__in=HELD
    )
    # In one order, for two who declare an interest in the same person at once.
    for each in theirs.order_by("pk").values_list("uid", flat=True):
        _take_out_of_hands(officer, locked(each), now)
    give_back_reaudits_of_interest(officer=officer, applicant_id=application.applicant_id, now=now)
    return interest


def _take_out_of_hands(officer: "User", application: ProfessionalApplication, now: datetime) -> None:
    if application.proposed_by_id == officer.pk and application.status == Status.DECISION_PROPOSED:
        take_proposal_back(application, actor=officer.actor, now=now, note=_INTERESTED)
    if application.officer_id == officer.pk and application.status in HELD:
        _take_from_officer(application, actor=officer.actor, now=now, note=_INTERESTED)


def assign_waiting(now: datetime, *, at_most: int) -> int:
    """Give files that no officer took on in time to officers, the oldest first; returns how many.

    What nobody may have goes on waiting, and keeps nothing else waiting.
    """

    def act(application: ProfessionalApplication) -> bool:
        chosen = _free_for(application).first()
        if chosen is not None:
            move(application, Transition.ASSIGN, actor=WORKER, now=now, officer=chosen)
        return chosen is not None

    late = ProfessionalApplication.objects.filter(
        Exists(_free_of_interest()), status=Status.SUBMITTED, submitted_at__lte=now - ASSIGNED_AFTER
    )
    return each_alone(late.order_by("submitted_at", "pk"), act, at_most=at_most)


def take_files_from_absent(now: datetime, *, at_most: int) -> int:
    """Take files from people who are no officers of their council any more, or have an interest; returns how many.

    What was with the officer goes back to the queue; what waits for the applicant, or for a second officer, goes on
    waiting with whoever has the fewest files, or, while there is nobody, where it is.
    """
    officers = officers_of(OuterRef("register_part__regulator__code"))
    interests = DeclaredInterest.objects.filter(officer=OuterRef("officer"), applicant=OuterRef("applicant"))
    left = ProfessionalApplication.objects.filter(
        ~Exists(officers.filter(pk=OuterRef("officer"))) | Exists(interests),
        Q(status=Status.UNDER_REVIEW) | Exists(_free_of_interest()),
        status__in=HELD,
    )

    def act(application: ProfessionalApplication) -> bool:
        assert application.officer is not None, "a table's constraint: whatever is held, somebody has"
        has_left = not officers_of(application.register_part.regulator.code).filter(pk=application.officer.pk).exists()
        note = "The officer has left." if has_left else _INTERESTED
        return _take_from_officer(application, actor=WORKER, now=now, note=note)

    return each_alone(left.order_by("pk"), act, at_most=at_most)


def _take_from_officer(application: ProfessionalApplication, *, actor: str, now: datetime, note: str) -> bool:
    """Give a file back to the queue, or, where it waits for somebody else, to another officer; false if to nobody."""
    if application.status == Status.UNDER_REVIEW:
        move(application, Transition.RELEASE, actor=actor, now=now, note=note, officer=None)
        return True
    heir = _free_for(application).first()
    if heir is not None:
        move(application, Transition.REASSIGN, actor=actor, now=now, note=note, officer=heir)
    return heir is not None


def _waiting() -> ApplicationQuerySet:
    """Return files that nobody has, the first submitted first, locked as they are read; others' locks are skipped."""
    waiting = ProfessionalApplication.objects.filter(status=Status.SUBMITTED).order_by("submitted_at", "pk")
    related = waiting.select_related("applicant", "register_part__regulator")
    return related.select_for_update(of=["self"], skip_locked=True)


def _free_of_interest() -> "QuerySet[User]":
    """Return, for each file of a query around this one, the officers of its council who have no interest in it."""
    interested = DeclaredInterest.objects.filter(officer=OuterRef("pk"), applicant=OuterRef(OuterRef("applicant")))
    officers = officers_of(OuterRef("register_part__regulator__code"))
    return officers.exclude(pk=OuterRef("applicant")).exclude(Exists(interested))


def _free_for(application: ProfessionalApplication) -> QuerySet[Any]:
    """Return who else may have a file, whoever has the fewest first."""
    officers = officers_with_load(application.register_part.regulator.code)
    return with_hindrance(officers, application).filter(hindrance=None).order_by("load", "pk")


def _chosen_for(application: ProfessionalApplication, to: UUID | None, *, apart_from: "User | None" = None) -> "User":
    free = _free_for(application)
    if apart_from is not None:
        free = free.exclude(pk=apart_from.pk)
    chosen: User | None = (free.filter(pk=to) if to else free).first()
    if chosen is None:
        raise NobodyToAssign(regulator=application.register_part.regulator.name)
    return chosen
