"""Writing down who looked and who changed. No function takes a value of a field, so none can be kept."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from audit.models import AuditRecord
from audit.rules import RESTRICTED, Action, Actor, Change, Subject, act_with_reason
from common.request_id import current_request_id


def record_read(actor: Actor, subject: Subject, *, shown: Iterable[str], purpose: str, now: datetime) -> None:
    """Record that an actor is shown those of the fields in `shown` that are restricted; without any, nothing.

    A field without a value counts: that it has none is shown, too. `purpose` names what the actor
    was doing. Call it before the answer leaves, so that nothing is shown without a record.
    """
    if restricted := RESTRICTED[subject.kind].intersection(shown):
        _record(Action.READ, actor, subject, fields=restricted, reason=purpose, now=now).save(force_insert=True)


def record_change(
    actor: Actor, subject: Subject, *, changed: Iterable[str], act: str, now: datetime, coded_reason: str = ""
) -> None:
    """Record an act that changes the fields in `changed`, within the transaction of the change."""
    record_changes(actor, [Change(subject, changed, act_with_reason(act, coded_reason))], now=now)


def record_changes(actor: Actor, changes: Iterable[Change], *, now: datetime) -> None:
    """Record what one actor changes of several subjects, within the transaction of it, in one statement."""
    assert connection.in_atomic_block, "a record without its change would be a lie"
    AuditRecord.objects.bulk_create(
        _record(Action.CHANGE, actor, change.subject, fields=change.changed, reason=change.act, now=now)
        for change in changes
    )


def _record(
    action: Action, actor: Actor, subject: Subject, *, fields: Iterable[str], reason: str, now: datetime
) -> AuditRecord:
    return AuditRecord(
        at=now,
        actor=actor.name,
        actor_role=actor.role,
        actor_regulator=actor.regulator,
        action=action,
        subject_kind=subject.kind,
        subject=subject.id,
        regulator=subject.regulator,
        fields=sorted(fields),
        reason=reason,
        request_id=current_request_id(),
    )
