"""Writing down who looked and who changed. Neither function takes a value of a field, so none can be kept."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from audit.models import AuditRecord
from audit.rules import RESTRICTED, Action, Actor, Subject
from common.request_id import current_request_id


def record_read(actor: Actor, subject: Subject, *, shown: Iterable[str], purpose: str, now: datetime) -> None:
    """Record that an actor is shown those of the fields in `shown` that are restricted; without any, nothing.

    A field without a value counts: that it has none is shown, too. `purpose` names what the actor
    was doing. Call it before the answer leaves, so that nothing is shown without a record.
    """
    if restricted := RESTRICTED[subject.kind].intersection(shown):
        _record(Action.READ, actor, subject, fields=restricted, reason=purpose, now=now)


def record_change(
    actor: Actor, subject: Subject, *, changed: Iterable[str], act: str, now: datetime, coded_reason: str = ""
) -> None:
    """Record an act that changes the fields in `changed`, within the transaction of the change.

    A note in words is not taken: it may hold what is restricted, and stands with its subject anyway.
    """
    assert connection.in_atomic_block, "a record without its change would be a lie"
    reason = f"{act}: {coded_reason}" if coded_reason else act
    _record(Action.CHANGE, actor, subject, fields=changed, reason=reason, now=now)


def _record(
    action: Action, actor: Actor, subject: Subject, *, fields: Iterable[str], reason: str, now: datetime
) -> None:
    AuditRecord.objects.create(
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
