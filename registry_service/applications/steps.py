"""The one way in which an application moves: lock, decide by the table, save, record, log, tell."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from applications.models import ApplicationTransition, ProfessionalApplication
from applications.rules import ApplicationChanged, Status, Transition, next_status
from audit.rules import Actor, Subject, SubjectKind
from audit.services import record_change
from common.errors import NotFound
from notifications.services import queue_email

if TYPE_CHECKING:
    from reference.models import Reason

WORKER = "worker"
# The steps that the applicant hears of, each with its text in templates/applications/mail/.
_TOLD = {
    Transition.SUBMIT,
    Transition.REQUEST_INFORMATION,
    Transition.LAPSE,
    Transition.APPROVE,
    Transition.REJECT,
}


def locked(uid: UUID) -> ProfessionalApplication:
    """Lock an application, then read it.

    Raises:
        NotFound: there is none with this id.
    """
    applications = ProfessionalApplication.objects.select_related(
        "applicant", "officer", "register_part__regulator", "register_part__profession"
    )
    try:
        return applications.select_for_update(of=["self"]).get(uid=uid)
    except ProfessionalApplication.DoesNotExist:
        raise NotFound from None


def check_version(application: ProfessionalApplication, version: int) -> None:
    """Check that a locked application is still what the caller has seen.

    Raises:
        ApplicationChanged: somebody changed it meanwhile.
    """
    if version != application.version:
        raise ApplicationChanged(version=application.version, last_step=last_step(application))


def move(
    application: ProfessionalApplication,
    transition: Transition,
    *,
    actor: str,
    now: datetime,
    reason: "Reason | None" = None,
    note: str = "",
    **changes: Any,
) -> None:
    """Take one step with a locked application, with whatever changes belong to it.

    Raises:
        ApplicationTransitionNotAllowed: the table has no such step from where it stands.
    """
    before = Status(application.status)
    status = check_step(application, transition)
    save(application, transition, actor=actor, now=now, reason=reason, status=status, **changes)
    ApplicationTransition.objects.create(
        application=application,
        transition=transition,
        from_status=before,
        to_status=application.status,
        actor=actor,
        reason=reason,
        note=note,
        at=now,
    )
    if transition in _TOLD:
        _tell(application, transition, reason, note, now)


def check_step(application: ProfessionalApplication, transition: Transition) -> Status:
    """Return where the step leads from where the application stands.

    Raises:
        ApplicationTransitionNotAllowed: the table has no such step; the refusal says what happened last.
    """
    return next_status(Status(application.status), transition, last_step=last_step(application))


def save(
    application: ProfessionalApplication,
    act: str,
    *,
    actor: str,
    now: datetime,
    reason: "Reason | None" = None,
    **changes: Any,
) -> None:
    """Write a locked application with these changes, as its next version, and record who did so by which act."""
    before = _columns(application)
    for name, value in changes.items():
        setattr(application, name, value)
    changed = [name for name, value in _columns(application).items() if value != before[name]]
    application.version += 1
    application.save()
    record_act(application, act, actor=actor, now=now, reason=reason, changed=changed)


def record_act(
    application: ProfessionalApplication,
    act: str,
    *,
    actor: str,
    now: datetime,
    changed: Iterable[str],
    reason: "Reason | None" = None,
) -> None:
    """Record for auditors, within its transaction, which fields an act changed."""
    record_change(
        _in_which_role(actor, application),
        Subject(SubjectKind.APPLICATION, str(application.uid), application.register_part.regulator.code),
        changed=changed,
        act=act,
        coded_reason=reason.code if reason else "",
        now=now,
    )


def _in_which_role(actor: str, application: ProfessionalApplication) -> Actor:
    """The worker acts in none, and nobody acts on their own application as an officer, nor for another council."""
    if actor == WORKER:
        return Actor(actor)
    if actor == application.applicant.actor:
        return Actor(actor, role="professional")
    return Actor(actor, role="officer", regulator=application.register_part.regulator.code)


def _columns(application: ProfessionalApplication) -> dict[str, Any]:
    return {column.name: getattr(application, column.attname) for column in application._meta.concrete_fields}


def last_step(application: ProfessionalApplication) -> str:
    """Say in words what happened to the application last."""
    step = application.transitions.order_by("-id").first()
    if step is None:
        return "it is a draft"
    return f"{Transition(step.transition).label.lower()}, {step.at:%-d %B %Y %H:%M} UTC"


def _tell(
    application: ProfessionalApplication, transition: Transition, reason: "Reason | None", note: str, now: datetime
) -> None:
    queue_email(
        recipient=application.applicant.email,
        template=f"applications/{transition.value}",
        context={
            "name": application.applicant.full_name,
            "application": application,
            "reason": reason.name if reason else "",
            "note": note,
        },
        now=now,
    )
