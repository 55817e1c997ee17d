"""The decision: by one officer, or proposed by one and confirmed by another; approval changes the register."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from applications.completeness import outstanding_documents
from applications.concerns import found_since
from applications.entering import enter
from applications.models import ProfessionalApplication
from applications.rules import (
    Decision,
    DecisionDiffers,
    DocumentsOutstanding,
    FlagKind,
    FlagsOpen,
    FoundSinceChecked,
    NotCheckedYet,
    SecondOfficerNeeded,
    Status,
    Transition,
)
from applications.services.reauditing import Chance, draw
from applications.services.reviewing import check_has_file, file_of
from applications.steps import check_step, move, take_proposal_back
from audit.queries import as_officer
from changes.services import register_change
from common.clock import day_in_lagos
from common.errors import InvalidInput
from reference.queries import reason_given
from reference.rules import ReasonKind

if TYPE_CHECKING:
    from accounts.models import User
    from reference.models import Reason


@dataclass(frozen=True)
class _Words:
    """Why a decision is taken: the coded reason, and what is to be said beside it."""

    reason: "Reason"
    note: str


def approve(
    *,
    officer: "User",
    uid: UUID,
    reason: str = "",
    note: str = "",
    seen: int | None = None,
    now: datetime,
    chance: Chance = secrets.randbelow,
) -> ProfessionalApplication:
    """Propose to approve, where a second officer is needed; else, or as that officer, enter it in the register.

    Who confirms what was proposed may leave the reason to the proposal. Whether the decision is looked at again,
    `chance` says: a number that no officer can foresee or repeat.

    Raises:
        NotFound: there is no such file.
        ConflictOfInterest: they have declared an interest in its applicant.
        NotYourFile: another officer has it.
        SecondOfficerNeeded: this officer proposed it.
        DecisionDiffers: the other officer proposed to reject it.
        ApplicationTransitionNotAllowed: it is not up for a decision.
        ApplicationChanged: it is not at the version that was seen.
        InvalidInput: the reason is none for approvals.
        NotCheckedYet: nobody has looked yet whether the person is on the register already.
        FlagsOpen: something was noticed of which no officer has said anything.
        FoundSinceChecked: the register holds somebody new who is likely the applicant, or something else of
            which no flag tells; then call `have_checked_again`, outside of this transaction.
        DocumentsOutstanding: what it needs has not come yet.
        PersonDiffers: the register holds the applicant otherwise than the flags' verdicts say.
        LicenseSuspended: the license that it builds on is suspended meanwhile.
        PractisingTermMissing: a certificate is to be issued, and nobody has entered for how long.
        LicenseRequired, AlreadyHeld, AlreadyRegistered, AccountTaken, HolderDeceased: see `entering.enter`.
    """
    with register_change(actor=as_officer(officer), reason=f"Application {uid} approved.", now=now) as change:
        application = _up_for_decision(officer, uid, Decision.APPROVE, seen)
        words = _words(application, reason, note, ReasonKind.APPROVAL, now)
        _check_nothing_is_open(application, change.today)
        if application.status == Status.UNDER_REVIEW and application.second_officer:
            _check_nothing_was_found_since(application, change.today, set(FlagKind))
            _propose(application, officer, Decision.APPROVE, words, now)
        else:
            # What was imposed meanwhile comes after entering, which says so where it forbids what is asked for.
            _check_nothing_was_found_since(application, change.today, set(FlagKind) - {FlagKind.STANDING})
            entered = enter(change, application)
            _decide(application, Transition.APPROVE, officer, words, now, license_id=entered.license_id)
            draw(application, now=now, chance=chance)
            # From here on nobody else changes the register: who was entered while this went on is found now.
            change.take_position()
            _check_nothing_was_found_since(
                application,
                change.today,
                {FlagKind.DUPLICATE, FlagKind.STANDING},
                new_license=entered.license_id if entered.is_new else None,
            )
    return application


@transaction.atomic
def reject(
    *,
    officer: "User",
    uid: UUID,
    reason: str = "",
    note: str = "",
    seen: int | None = None,
    now: datetime,
    chance: Chance = secrets.randbelow,
) -> ProfessionalApplication:
    """Propose to reject, for a coded reason; as the second officer, reject.

    Who confirms what was proposed may leave the reason, and the words for the applicant, to the proposal. `chance` is
    that of `approve`.

    Raises:
        NotFound: there is no such file.
        ConflictOfInterest: they have declared an interest in its applicant.
        NotYourFile: another officer has it.
        SecondOfficerNeeded: this officer proposed it.
        DecisionDiffers: the other officer proposed to approve it.
        ApplicationTransitionNotAllowed: it is not up for a decision.
        ApplicationChanged: it is not at the version that was seen.
        InvalidInput: the reason is none for rejections, or nothing says it in words.
    """
    application = _up_for_decision(officer, uid, Decision.REJECT, seen)
    words = _words(application, reason, note, ReasonKind.REJECTION, now)
    if not words.note:
        said = {
            "pointer": "/note",
            "code": "required",
            "detail": "Say in words, for the applicant, why it is rejected.",
        }
        raise InvalidInput(errors=[said])
    if application.status == Status.UNDER_REVIEW:
        _propose(application, officer, Decision.REJECT, words, now)
    else:
        _decide(application, Transition.REJECT, officer, words, now)
        draw(application, now=now, chance=chance)
    return application


@transaction.atomic
def return_proposal(
    *, officer: "User", uid: UUID, note: str, seen: int | None = None, now: datetime
) -> ProfessionalApplication:
    """Disagree with a proposed decision: the file goes back to the officer who has it.

    Raises:
        NotFound: there is no such file.
        ConflictOfInterest: they have declared an interest in its applicant.
        SecondOfficerNeeded: this officer proposed it.
        ApplicationTransitionNotAllowed: no decision is proposed.
        ApplicationChanged: it is not at the version that was seen.
    """
    application = file_of(officer, uid, seen)
    check_step(application, Transition.RETURN, reader=officer.actor)
    _not_the_proposer(application, officer)
    take_proposal_back(application, actor=officer.actor, now=now, note=note)
    return application


def _up_for_decision(officer: "User", uid: UUID, decision: Decision, seen: int | None) -> ProfessionalApplication:
    """Lock a file that this officer may decide: their own, or another's that waits for a second officer."""
    application = file_of(officer, uid, seen)
    if application.status == Status.UNDER_REVIEW:
        check_has_file(application, officer)
        return application
    check_step(application, Transition(decision.value), reader=officer.actor)
    _not_the_proposer(application, officer)
    if application.proposed_decision != decision:
        raise DecisionDiffers(proposed=Decision(application.proposed_decision).label.lower())
    return application


def _check_nothing_is_open(application: ProfessionalApplication, today: date) -> None:
    """Check that an application has been looked at, that every flag has its verdict, and that nothing is awaited."""
    if application.checked_at is None:
        raise NotCheckedYet
    if flags := list(application.flags.open().order_by("id")):
        raise FlagsOpen(
            errors=[
                {"pointer": f"/flags/{flag.uid}", "code": flag.kind, "detail": f"{FlagKind(flag.kind).label}."}
                for flag in flags
            ]
        )
    if outstanding := outstanding_documents(application, today):
        raise DocumentsOutstanding(errors=[vars(one) for one in outstanding])


def _check_nothing_was_found_since(
    application: ProfessionalApplication, today: date, kinds: set[FlagKind], new_license: int | None = None
) -> None:
    """Check that the register holds nothing of these kinds about the applicant of which no flag tells."""
    if found := [one for one in found_since(application, today, new_license) if one.kind in kinds]:
        raise FoundSinceChecked(
            errors=[{"pointer": "/flags", "code": one.kind, "detail": f"{one.kind.label}."} for one in found]
        )


def _not_the_proposer(application: ProfessionalApplication, officer: "User") -> None:
    if application.proposed_by_id == officer.pk:
        raise SecondOfficerNeeded


def _words(application: ProfessionalApplication, reason: str, note: str, kind: ReasonKind, now: datetime) -> _Words:
    if not reason and application.decision_reason is not None:
        return _Words(application.decision_reason, note or application.decision_note)
    return _Words(reason_given(reason, kind, day_in_lagos(now)), note or application.decision_note)


def _propose(
    application: ProfessionalApplication, officer: "User", decision: Decision, words: _Words, now: datetime
) -> None:
    move(
        application,
        Transition.PROPOSE,
        actor=officer.actor,
        now=now,
        reason=words.reason,
        note=words.note,
        proposed_decision=decision,
        proposed_by=officer,
        decision_reason=words.reason,
        decision_note=words.note,
    )


def _decide(
    application: ProfessionalApplication,
    transition: Transition,
    officer: "User",
    words: _Words,
    now: datetime,
    *,
    license_id: int | None = None,
) -> None:
    move(
        application,
        transition,
        actor=officer.actor,
        now=now,
        reason=words.reason,
        note=words.note,
        decision_reason=words.reason,
        decision_note=words.note,
        decided_by=officer,
        decided_at=now,
        license_id=license_id,
    )
