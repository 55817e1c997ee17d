"""What each step of an application leaves, to be compared row by row."""

from datetime import datetime
from typing import Any

from applications.models import ApplicationTransition, ProfessionalApplication
from applications.rules import Status, Transition
from audit.models import AuditRecord
from events.tests.factories import written
from notifications.models import OutgoingEmail

# What others are told of each step.
EVENTS = {
    Transition.SUBMIT: "ng.phb.registry.application.submitted.v1",
    Transition.WITHDRAW: "ng.phb.registry.application.withdrawn.v1",
    Transition.CLAIM: "ng.phb.registry.application.taken_on.v1",
    Transition.ASSIGN: "ng.phb.registry.application.assigned.v1",
    Transition.RELEASE: "ng.phb.registry.application.released.v1",
    Transition.REASSIGN: "ng.phb.registry.application.reassigned.v1",
    Transition.REQUEST_INFORMATION: "ng.phb.registry.application.information_requested.v1",
    Transition.RESPOND: "ng.phb.registry.application.answered.v1",
    Transition.LAPSE: "ng.phb.registry.application.lapsed.v1",
    Transition.PROPOSE: "ng.phb.registry.application.decision_proposed.v1",
    Transition.RETURN: "ng.phb.registry.application.proposal_returned.v1",
    Transition.APPROVE: "ng.phb.registry.application.approved.v1",
    Transition.REJECT: "ng.phb.registry.application.rejected.v1",
}
# Of which steps the applicant hears by e-mail.
WRITTEN_OF = {
    Transition.SUBMIT,
    Transition.WITHDRAW,
    Transition.REQUEST_INFORMATION,
    Transition.RESPOND,
    Transition.LAPSE,
    Transition.APPROVE,
    Transition.REJECT,
}

EventRow = tuple[str, datetime, int | None, dict[str, Any]]


def steps_of(application: ProfessionalApplication) -> list[ApplicationTransition]:
    steps = ApplicationTransition.objects.filter(application=application).order_by("id")
    return list(steps.select_related("reason", "application__register_part__regulator", "application__license"))


def event_of(step: ApplicationTransition) -> EventRow:
    """The one event that a step leaves, whole: nothing else is said of an application."""
    application = step.application
    data = {
        "application_id": str(application.uid),
        "kind": application.kind,
        "register_part": application.register_part.code,
        "regulator": application.register_part.regulator.code,
        "from_status": step.from_status,
        "to_status": step.to_status,
        "version": step.version,
    }
    if step.to_status == Status.APPROVED:
        assert application.license is not None
        data["license_number"] = application.license.number
    return EVENTS[Transition(step.transition)], step.at, None, data


def events_of(application: ProfessionalApplication) -> list[EventRow]:
    """What was written to the outbox about an application."""
    return [(event.type, event.time, event.position, event.data) for event in written(subject=str(application.uid))]


def records_of(application: ProfessionalApplication) -> list[tuple[str, str, datetime]]:
    """What auditors find of the steps; of what is done beside them, test_audit speaks."""
    records = AuditRecord.objects.filter(action="change", subject=str(application.uid)).order_by("id")
    rows = [(record.reason, record.actor, record.at) for record in records]
    return [row for row in rows if row[0].partition(":")[0] in Transition.values]


def emails_of(application: ProfessionalApplication) -> list[tuple[str, datetime]]:
    """What was written to the applicant about it."""
    emails = OutgoingEmail.objects.filter(recipient=application.applicant.email, template__startswith="applications/")
    return [(email.template.removeprefix("applications/"), email.created_at) for email in emails.order_by("id")]
