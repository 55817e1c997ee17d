"""The random re-audit: a few decisions are drawn, and looked at again by an officer who took no part in them.

Whether one was drawn is kept from whoever decided it, and from its applicant: they meet no answer that tells it. A
re-audit changes neither the decision nor the register.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.queries import officers_of
from applications.models import ProfessionalApplication, Reaudit, ReauditQuerySet, ReauditTransition
from applications.queries import reaudit_for
from applications.rules import (
    LOTS,
    NotYourReaudit,
    ReauditAct,
    ReauditChanged,
    ReauditStatus,
    next_reaudit_status,
    status_drawn,
)
from applications.steps import WORKER, in_words, record_act, recount
from applications.telling import tell_of_doubt
from common.clock import day_in_lagos
from common.locks import lock_until_commit
from reference.queries import reason_given, reaudit_percent
from reference.rules import ReasonKind

if TYPE_CHECKING:
    from accounts.models import User
    from reference.models import Reason

Chance = Callable[[int], int]
"""Returns a whole number from 0 up to, but not including, the one given: each as likely as the others."""


def draw(application: ProfessionalApplication, *, now: datetime, chance: Chance) -> None:
    """Let a decision go into the draw, within its transaction.

    Drawn or not, the same is asked of the database and written there: how long it took tells nobody anything.
    """
    percent = reaudit_percent(application.kind, application.register_part, day_in_lagos(now))
    Reaudit.objects.create(
        application=application, percent=percent, status=status_drawn(percent, chance(LOTS)), drawn_at=now
    )


@transaction.atomic
def take_reaudit(*, officer: "User", uid: UUID, seen: int | None = None, now: datetime) -> Reaudit:
    """Take a re-audit that waits.

    `seen` is, here and in all acts, the version of the re-audit that the officer has read, if they say so.

    Raises:
        NotFound: there is none that this officer may know of.
        ReauditTransitionNotAllowed: another officer was faster, or it is closed.
        ReauditChanged: it is not at the version that was seen.
    """
    hold_interests_of(officer)
    reaudit = _locked(officer, uid, seen)
    _move(reaudit, ReauditAct.TAKE, actor=officer.actor, now=now, officer=officer)
    return reaudit


@transaction.atomic
def release_reaudit(*, officer: "User", uid: UUID, note: str, seen: int | None = None, now: datetime) -> Reaudit:
    """Give a re-audit back, for another officer to take.

    Raises:
        NotFound: there is none that this officer may know of.
        NotYourReaudit: another officer has it.
        ReauditTransitionNotAllowed: nobody has it.
        ReauditChanged: it is not at the version that was seen.
    """
    reaudit = _own(officer, uid, seen)
    _move(reaudit, ReauditAct.RELEASE, actor=officer.actor, now=now, said=note, officer=None)
    return reaudit


@transaction.atomic
def uphold(*, officer: "User", uid: UUID, note: str, seen: int | None = None, now: datetime) -> Reaudit:
    """Find the decision to be right; a note may say what was looked at.

    Raises:
        NotFound: there is none that this officer may know of.
        NotYourReaudit: another officer has it.
        ReauditTransitionNotAllowed: nobody has it, or it is closed.
        ReauditChanged: it is not at the version that was seen.
    """
    reaudit = _own(officer, uid, seen)
    _move(reaudit, ReauditAct.UPHOLD, actor=officer.actor, now=now, said=note, note=note, closed_at=now)
    return reaudit


@transaction.atomic
def doubt(*, officer: "User", uid: UUID, reason: str, note: str, seen: int | None = None, now: datetime) -> Reaudit:
    """Doubt the decision, for a coded reason and in words; national administrators are told that there is a doubt.

    It changes neither the decision nor the register: whatever follows from it is an act of its own.

    Raises:
        NotFound: there is none that this officer may know of.
        NotYourReaudit: another officer has it.
        ReauditTransitionNotAllowed: nobody has it, or it is closed.
        ReauditChanged: it is not at the version that was seen.
        InvalidInput: the reason is none for doubts.
    """
    reaudit = _own(officer, uid, seen)
    why = reason_given(reason, ReasonKind.DOUBT, day_in_lagos(now))
    _move(reaudit, ReauditAct.DOUBT, actor=officer.actor, now=now, said=note, reason=why, note=note, closed_at=now)
    tell_of_doubt(reaudit, now)
    return reaudit


def take_reaudits_from_absent(now: datetime, *, at_most: int) -> int:
    """Let re-audits wait again that people have who are no officers of the council any more; returns how many."""
    officers = officers_of(OuterRef("application__register_part__regulator__code"))
    left = Reaudit.objects.filter(~Exists(officers.filter(pk=OuterRef("officer"))), status=ReauditStatus.TAKEN)
    with transaction.atomic():
        return _give_back(left, actor=WORKER, now=now, said="The officer has left.", at_most=at_most)


def give_back_reaudits_of_interest(*, officer: "User", applicant_id: UUID, now: datetime) -> None:
    """Let the re-audits of an applicant's files wait again that an officer has, who has declared an interest in them.

    Whoever calls it holds the interests of this officer.
    """
    theirs = Reaudit.objects.filter(officer=officer, application__applicant=applicant_id, status=ReauditStatus.TAKEN)
    _give_back(theirs, actor=officer.actor, now=now, said="The officer has declared an interest.")


def hold_interests_of(officer: "User") -> None:
    """Let nobody else change, until this transaction ends, in whom an officer has an interest, and what they re-audit.

    So no officer takes a re-audit in the same moment in which they declare an interest in its applicant.
    """
    lock_until_commit(f"interests of {officer.pk}")


def _give_back(reaudits: ReauditQuerySet, *, actor: str, now: datetime, said: str, at_most: int | None = None) -> int:
    found = reaudits.select_related("application__applicant", "application__register_part__regulator").order_by("pk")
    given_back = list(found.select_for_update(of=["self"], skip_locked=at_most is not None)[:at_most])
    for reaudit in given_back:
        _move(reaudit, ReauditAct.RELEASE, actor=actor, now=now, said=said, officer=None)
    return len(given_back)


def _locked(officer: "User", uid: UUID, seen: int | None) -> Reaudit:
    """Lock a re-audit that this officer may know of, then read it.

    Raises:
        NotFound: there is none that they may know of.
        ReauditChanged: it is not at the version that was seen.
    """
    reaudit_for(officer, uid)
    reaudits = Reaudit.objects.select_related("application__applicant", "application__register_part__regulator")
    # The officer is read after the lock: what is joined to a row that was waited for is as it was before the wait.
    reaudit = reaudits.prefetch_related("officer").select_for_update(of=["self"]).get(uid=uid)
    if seen not in (None, reaudit.version):
        since = reaudit.transitions.filter(version__gt=seen).order_by("id")
        raise ReauditChanged(
            version=reaudit.version,
            last_step=_last_step(reaudit),
            steps=recount(since, reaudit.application.applicant_id, is_named=True),
        )
    return reaudit


def _own(officer: "User", uid: UUID, seen: int | None) -> Reaudit:
    """Lock a re-audit that no other officer has; whether anybody has it, the table asks.

    Raises:
        NotFound, ReauditChanged: as `_locked`.
        NotYourReaudit: another officer has it.
    """
    reaudit = _locked(officer, uid, seen)
    if reaudit.status == ReauditStatus.TAKEN and reaudit.officer is not None and reaudit.officer != officer:
        raise NotYourReaudit(taken_by=reaudit.officer.named)
    return reaudit


def _last_step(reaudit: Reaudit) -> str:
    last = recount(reaudit.transitions.order_by("-id")[:1], reaudit.application.applicant_id, is_named=True)
    return in_words(last[0], ReauditAct) if last else "it was drawn"


def _move(
    reaudit: Reaudit,
    act: ReauditAct,
    *,
    actor: str,
    now: datetime,
    said: str = "",
    reason: "Reason | None" = None,
    **changes: Any,
) -> None:
    """Take one step with a locked re-audit: decide by the table, save, log, record.

    `said` are the words that stand in the history; a reason stands in the re-audit, too.

    Raises:
        ReauditTransitionNotAllowed: the table has no such step from where it stands.
    """
    before = ReauditStatus(reaudit.status)
    reaudit.status = next_reaudit_status(before, act, last_step=_last_step(reaudit))
    reaudit.version += 1
    reaudit.reason = reason
    for name, value in changes.items():
        setattr(reaudit, name, value)
    reaudit.save(update_fields=["status", "version", "reason", *changes])
    ReauditTransition.objects.create(
        reaudit=reaudit,
        transition=act,
        from_status=before,
        to_status=reaudit.status,
        actor=actor,
        reason=reason,
        note=said,
        at=now,
        version=reaudit.version,
    )
    record_act(reaudit.application, f"{act}_reaudit", actor=actor, now=now, changed=["reaudit"], reason=reason)
