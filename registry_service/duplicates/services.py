"""What can happen when two entries may be one person's: propose to merge them, decide, undo."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.queries import regulator_of
from audit.queries import as_officer
from audit.rules import Subject, SubjectKind
from audit.services import record_change
from changes.services import register_change
from common.clock import day_in_lagos
from common.errors import InvalidInput, NotFound
from duplicates.models import Merge
from duplicates.queries import compared, merge_for, records_of
from duplicates.rules import (
    MergeOfOneself,
    MergeProposedAlready,
    MergeSecondOfficerNeeded,
    Status,
    Transition,
    next_status,
)
from licenses.queries import councils_of
from licenses.services import merge_people, undo_merge_of_people
from practitioners.queries import practitioner_by_uid, practitioner_of_account
from reference.queries import reason_given
from reference.rules import ReasonKind

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def propose_merge(*, officer: "User", merged: UUID, kept: UUID, reason: str, note: str, now: datetime) -> Merge:
    """Propose that two entries are one person's, of which `kept` counts.

    Raises:
        NotFound: there is no such entry, or neither is of a person whom this officer's council has registered.
        InvalidInput: both are the same entry, or the reason is none for merges.
        MergeProposedAlready: the entry that should go is part of a merge.
        MergeOfOneself: the officer is one of the two.
    """
    merged_id, kept_id = practitioner_by_uid(merged), practitioner_by_uid(kept)
    if merged_id is None or kept_id is None:
        raise NotFound
    if merged_id == kept_id:
        same = {"pointer": "/kept", "code": "same", "detail": "Both are the same person's entry already."}
        raise InvalidInput(errors=[same])
    councils = {merged_id: councils_of(merged_id), kept_id: councils_of(kept_id)}
    if regulator_of(officer) not in councils[merged_id] | councils[kept_id]:
        raise NotFound
    _check_is_neither(officer, merged_id, kept_id)
    records = records_of([merged_id, kept_id])
    (found,) = compared(records[merged_id][1], {kept_id: records[kept_id]})
    try:
        with transaction.atomic():
            merge = Merge.objects.create(
                merged_id=merged_id,
                kept_id=kept_id,
                councils=sorted(councils[merged_id] | councils[kept_id]),
                merged_councils=sorted(councils[merged_id] or councils[kept_id]),
                score=found.likeness.score,
                reasons=[asdict(each) for each in found.likeness.reasons],
                reason=reason_given(reason, ReasonKind.MERGE, day_in_lagos(now)),
                note=note,
                proposed_by=officer,
                proposed_at=now,
            )
    except IntegrityError:
        raise MergeProposedAlready from None
    _record(merge, officer, "propose_merge", now)
    return merge


def confirm_merge(*, officer: "User", uid: UUID, note: str, now: datetime) -> Merge:
    """Merge the two entries in the register.

    Raises:
        NotFound: there is no such merge that this officer may see.
        MergeTransitionNotAllowed: it is decided already.
        MergeSecondOfficerNeeded: this officer proposed it, or their council has not registered the entry that goes.
        MergeOfOneself: the officer is one of the two.
        EntryMerged, MergeWouldHide: the register cannot merge them as they are.
    """
    with register_change(actor=as_officer(officer), reason=f"Merge {uid} confirmed.", now=now) as change:
        merge = _locked(officer, uid)
        status = next_status(Status(merge.status), Transition.CONFIRM)
        if merge.proposed_by_id == officer.pk or regulator_of(officer) not in merge.merged_councils:
            raise MergeSecondOfficerNeeded
        merge_people(change, merged_id=merge.merged_id, kept_id=merge.kept_id)
        _step(merge, status=status, decided_by=officer, decided_at=now, decision_note=note)
    return merge


@transaction.atomic
def decline_merge(*, officer: "User", uid: UUID, note: str, now: datetime) -> Merge:
    """Leave the two entries as they are; whoever proposed the merge may do so too.

    Raises:
        NotFound: there is no such merge that this officer may see.
        MergeTransitionNotAllowed: it is decided already.
        MergeOfOneself: the officer is one of the two.
    """
    merge = _locked(officer, uid)
    status = next_status(Status(merge.status), Transition.DECLINE)
    _step(merge, status=status, decided_by=officer, decided_at=now, decision_note=note)
    _record(merge, officer, "decline_merge", now)
    return merge


def undo_merge(*, officer: "User", uid: UUID, note: str, now: datetime) -> Merge:
    """Make two entries of the one again: it was a mistake.

    Raises:
        NotFound: there is no such merge that this officer may see.
        MergeTransitionNotAllowed: it is not merged.
        MergeOfOneself: the officer is one of the two.
    """
    with register_change(actor=as_officer(officer), reason=f"Merge {uid} undone.", now=now) as change:
        merge = _locked(officer, uid)
        status = next_status(Status(merge.status), Transition.UNDO)
        undo_merge_of_people(change, merged_id=merge.merged_id)
        _step(merge, status=status, undone_by=officer, undone_at=now, undo_note=note)
    return merge


def _locked(officer: "User", uid: UUID) -> Merge:
    """Lock a merge that this officer may decide about."""
    merge_for(officer, uid)
    merge = Merge.objects.select_for_update().get(uid=uid)
    _check_is_neither(officer, merge.merged_id, merge.kept_id)
    return merge


def _check_is_neither(officer: "User", *people: int) -> None:
    if practitioner_of_account(officer.pk) in people:
        raise MergeOfOneself


def _step(merge: Merge, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(merge, name, value)
    merge.save(update_fields=list(changes))


def _record(merge: Merge, officer: "User", act: str, now: datetime) -> None:
    """Record for auditors what was said about both entries; what then changes in the register, the register records."""
    actor = as_officer(officer)
    for person in (merge.merged, merge.kept):
        record_change(
            actor,
            Subject(SubjectKind.PRACTITIONER, str(person.uid), actor.regulator),
            changed=["merge"],
            act=act,
            coded_reason=merge.reason.code,
            now=now,
        )
