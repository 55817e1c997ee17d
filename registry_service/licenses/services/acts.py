"""Every act on a license, and what it leaves beside the facts: a record for auditors, and an event for others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from audit.rules import Subject, SubjectKind
from changes.services import RegisterChange
from events.rules import Event, EventType
from licenses.models import PHBProfessionalRegistry
from licenses.rules import Status


@dataclass(frozen=True)
class Act:
    """What can be done to a license: by which function, how it is announced, and which kinds of facts it changes.

    `status` is the one on the day from which it takes effect, where every license has the same.
    """

    name: str
    event: EventType
    changed: tuple[str, ...]
    status: Status | None = None


REGISTER = Act("register_license", EventType.LICENSE_ISSUED, ("registration",), Status.REGISTERED)
ISSUE_CERTIFICATE = Act("issue_certificate", EventType.LICENSE_RENEWED, ("certificates",))
GRANT_GRACE = Act("grant_renewal_grace", EventType.LICENSE_GRACE_GRANTED, ("graces",))
RECOGNISE_SPECIALTY = Act("recognise_specialty", EventType.LICENSE_SPECIALTY_RECOGNISED, ("specialties",))
IMPOSE_CONDITION = Act("impose_condition", EventType.LICENSE_CONDITIONS_CHANGED, ("conditions",))
LIFT_CONDITION = Act("lift_condition", EventType.LICENSE_CONDITIONS_CHANGED, ("conditions",))
SUSPEND = Act("suspend_license", EventType.LICENSE_SUSPENDED, ("suspensions",), Status.SUSPENDED)
REINSTATE = Act("reinstate_license", EventType.LICENSE_REINSTATED, ("suspensions",), Status.REGISTERED)
REMOVE = Act("remove_license", EventType.LICENSE_REVOKED, ("removals",), Status.REMOVED)
RESTORE = Act("restore_license", EventType.LICENSE_RESTORED, ("removals",), Status.REGISTERED)
RENAME_HOLDER = Act("rename_holder", EventType.LICENSE_HOLDER_RENAMED, ("holder",))
RECORD_DEATH = Act("record_death", EventType.LICENSE_HOLDER_DECEASED, ("holder",), Status.REMOVED)
# A license of an entry that goes belongs to the one that stays, or is replaced by the one that is held there.
MERGE = Act("merge_people", EventType.LICENSE_MERGED, ("merge",))
REPLACE = Act("merge_people", EventType.LICENSE_REPLACED, ("merge",))
UNDO_MERGE = Act("undo_merge_of_people", EventType.LICENSE_MERGE_UNDONE, ("merge",))


def leave_trace(
    change: RegisterChange,
    license: PHBProfessionalRegistry,
    act: Act,
    from_day: date,
    *,
    coded_reason: str = "",
    also: Iterable[str] = (),
    **more: str,
) -> None:
    """Note an act on a license, whose register part and regulator have been read, for the end of the change.

    `also` are kinds of facts that it changed this time beside those that it always changes, `more` is what its event
    says beside what all of them say.
    """
    subject = Subject(SubjectKind.LICENSE, license.number, license.register_part.regulator.code)
    change.record(subject, act.name, [*act.changed, *also], coded_reason=coded_reason)
    data = {"license_number": license.number, "from_day": from_day.isoformat(), **more}
    if act.status is not None:
        data["status"] = act.status.value
    change.announce(Event(act.event, license.number, data))
