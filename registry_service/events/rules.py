"""What is announced, and by which name. This is the one place that says so; shared_contracts/events describes each."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices


class EventType(TextChoices):
    """The types of events. What one means never changes: what means something else is a new type, or a new version."""

    # One for each step of an application (applications.rules.Transition), written where it is taken.
    APPLICATION_SUBMITTED = "ng.phb.registry.application.submitted.v1"
    APPLICATION_WITHDRAWN = "ng.phb.registry.application.withdrawn.v1"
    APPLICATION_TAKEN_ON = "ng.phb.registry.application.taken_on.v1"
    APPLICATION_ASSIGNED = "ng.phb.registry.application.assigned.v1"
    APPLICATION_RELEASED = "ng.phb.registry.application.released.v1"
    APPLICATION_REASSIGNED = "ng.phb.registry.application.reassigned.v1"
    APPLICATION_INFORMATION_REQUESTED = "ng.phb.registry.application.information_requested.v1"
    APPLICATION_ANSWERED = "ng.phb.registry.application.answered.v1"
    APPLICATION_LAPSED = "ng.phb.registry.application.lapsed.v1"
    APPLICATION_DECISION_PROPOSED = "ng.phb.registry.application.decision_proposed.v1"
    APPLICATION_PROPOSAL_RETURNED = "ng.phb.registry.application.proposal_returned.v1"
    APPLICATION_APPROVED = "ng.phb.registry.application.approved.v1"
    APPLICATION_REJECTED = "ng.phb.registry.application.rejected.v1"
    # One for each license that an act concerns (licenses.services).
    LICENSE_ISSUED = "ng.phb.registry.license.issued.v1"
    LICENSE_RENEWED = "ng.phb.registry.license.renewed.v1"
    LICENSE_GRACE_GRANTED = "ng.phb.registry.license.grace_granted.v1"
    LICENSE_SPECIALTY_RECOGNISED = "ng.phb.registry.license.specialty_recognised.v1"
    LICENSE_CONDITIONS_CHANGED = "ng.phb.registry.license.conditions_changed.v1"
    LICENSE_SUSPENDED = "ng.phb.registry.license.suspended.v1"
    LICENSE_REINSTATED = "ng.phb.registry.license.reinstated.v1"
    LICENSE_REVOKED = "ng.phb.registry.license.revoked.v1"
    LICENSE_RESTORED = "ng.phb.registry.license.restored.v1"
    LICENSE_HOLDER_RENAMED = "ng.phb.registry.license.holder_renamed.v1"
    LICENSE_HOLDER_DECEASED = "ng.phb.registry.license.holder_deceased.v1"
    LICENSE_MERGED = "ng.phb.registry.license.merged.v1"
    LICENSE_REPLACED = "ng.phb.registry.license.replaced.v1"
    LICENSE_MERGE_UNDONE = "ng.phb.registry.license.merge_undone.v1"
    # One for each batch of licenses that are entered or changed by the thousand, in place of one for each of them.
    REGISTER_BATCH_ENTERED = "ng.phb.registry.register.batch_entered.v1"


# How a council works on a file, and what its officers have not decided yet: nobody outside of it may hear of these.
WITHIN_THE_COUNCIL = frozenset(
    {
        EventType.APPLICATION_TAKEN_ON,
        EventType.APPLICATION_ASSIGNED,
        EventType.APPLICATION_RELEASED,
        EventType.APPLICATION_REASSIGNED,
        EventType.APPLICATION_DECISION_PROPOSED,
        EventType.APPLICATION_PROPOSAL_RETURNED,
    }
)


@dataclass(frozen=True)
class Event:
    """One thing that has happened, to whatever has the number or id `subject`.

    `data` holds what JSON can say; never a name, a person's account, or words that somebody wrote.
    """

    type: EventType
    subject: str
    data: Mapping[str, object]
