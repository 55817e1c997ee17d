"""The decision: by one officer, or proposed by one and confirmed by another; approval changes the register."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from applications.entering import enter
from applications.models import ProfessionalApplication
from applications.rules import Decision, DecisionDiffers, SecondOfficerNeeded, Status, Transition
from applications.services.reviewing import file_of, own_file
from applications.steps import check_step, move
from changes.services import register_change
from reference.queries import reason_by_code

if TYPE_CHECKING:
    from accounts.models import User
    from reference.models import Reason


def approve(*, officer: "User", uid: UUID, note: str, now: datetime) -> ProfessionalApplication:
    """Propose to approve, where a second officer is needed; else, or as that officer, enter it in the register.

    Raises:
        NotFound: there is no such file.
        NotYourFile: another officer has it.
        SecondOfficerNeeded: this officer proposed it.
        DecisionDiffers: the other officer proposed to reject it.
        ApplicationTransitionNotAllowed: it is not up for a decision.
    """
    with register_change(actor=officer.actor, reason=f"Application {uid} approved.", now=now) as change:
        application = _up_for_decision(officer, uid, Decision.APPROVE)
        check_step(application, Transition.APPROVE)
        if application.status == Status.UNDER_REVIEW and application.second_officer:
            _propose(application, officer, Decision.APPROVE, now=now, note=note)
        else:
            license_id = enter(change, application)
            _decide(application, Transition.APPROVE, officer, now=now, note=note, license_id=license_id)
    return application


@transaction.atomic
def reject(*, officer: "User", uid: UUID, reason: str, note: str, now: datetime) -> ProfessionalApplication:
    """Propose to reject, for a coded reason; as the second officer, reject.

    Raises:
        NotFound: there is no such file, or no such reason.
        NotYourFile: another officer has it.
        SecondOfficerNeeded: this officer proposed it.
        DecisionDiffers: the other officer proposed to approve it.
        ApplicationTransitionNotAllowed: it is not up for a decision.
    """
    application = _up_for_decision(officer, uid, Decision.REJECT)
    check_step(application, Transition.REJECT)
    given = reason_by_code(reason)
    if application.status == Status.UNDER_REVIEW:
        _propose(application, officer, Decision.REJECT, now=now, note=note, reason=given)
    else:
        _decide(application, Transition.REJECT, officer, now=now, note=note, reason=given)
    return application


@transaction.atomic
def return_proposal(*, officer: "User", uid: UUID, note: str, now: datetime) -> ProfessionalApplication:
    """Disagree with a proposed decision: the file goes back to the officer who has it.

    Raises:
        NotFound: there is no such file.
        SecondOfficerNeeded: this officer proposed it.
        ApplicationTransitionNotAllowed: no decision is proposed.
    """
    application = file_of(officer, uid)
    check_step(application, Transition.RETURN)
    _not_the_proposer(application, officer)
    move(
        application,
        Transition.RETURN,
        actor=officer.actor,
        now=now,
        note=note,
        proposed_decision="",
        proposed_by=None,
        decision_reason=None,
        decision_note="",
    )
    return application


def _up_for_decision(officer: "User", uid: UUID, decision: Decision) -> ProfessionalApplication:
    """Lock a file that this officer may decide: their own, or another's that waits for a second officer."""
    application = file_of(officer, uid)
    if application.status != Status.DECISION_PROPOSED:
        return own_file(officer, uid) if application.status == Status.UNDER_REVIEW else application
    _not_the_proposer(application, officer)
    if application.proposed_decision != decision:
        raise DecisionDiffers(proposed=Decision(application.proposed_decision).label.lower())
    return application


def _not_the_proposer(application: ProfessionalApplication, officer: "User") -> None:
    if application.proposed_by_id == officer.pk:
        raise SecondOfficerNeeded


def _propose(
    application: ProfessionalApplication,
    officer: "User",
    decision: Decision,
    *,
    now: datetime,
    note: str,
    reason: "Reason | None" = None,
) -> None:
    move(
        application,
        Transition.PROPOSE,
        actor=officer.actor,
        now=now,
        reason=reason,
        note=note,
        proposed_decision=decision,
        proposed_by=officer,
        decision_reason=reason,
        decision_note=note,
    )


def _decide(
    application: ProfessionalApplication,
    transition: Transition,
    officer: "User",
    *,
    now: datetime,
    note: str,
    reason: "Reason | None" = None,
    license_id: int | None = None,
) -> None:
    move(
        application,
        transition,
        actor=officer.actor,
        now=now,
        reason=reason,
        note=note or application.decision_note,
        decision_reason=reason,
        decided_by=officer,
        decided_at=now,
        license_id=license_id,
    )
