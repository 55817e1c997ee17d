"""The one way in which an application moves: lock, decide by the table, save, record, log, announce, tell."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import TextChoices

from accounts.queries import names_of_actors
from applications.models import (
    ApplicationDocument,
    ApplicationQuerySet,
    ApplicationTransition,
    ProfessionalApplication,
    ReauditTransition,
)
from applications.rules import (
    CLOSED,
    MOST_VERSIONS,
    TRANSITIONS,
    ApplicationChanged,
    ApplicationTransitionNotAllowed,
    DocumentVersionsExhausted,
    Status,
    Transition,
    next_status,
)
from applications.telling import tell_of_step
from audit.rules import Actor, Subject, SubjectKind
from audit.services import record_change
from common.clock import LAGOS
from common.errors import NotFound
from common.one_by_one import one_by_one
from documents.services import keep
from events.rules import Event, EventType
from events.services import record_event

if TYPE_CHECKING:
    from documents.models import StoredFile
    from reference.models import DocumentType, Reason

WORKER = "worker"
THE_APPLICANT: dict[str, str | None] = {"id": None, "name": "the applicant"}
THE_SYSTEM: dict[str, str | None] = {"id": None, "name": "the system"}
_ANNOUNCED_AS = {
    Transition.SUBMIT: EventType.APPLICATION_SUBMITTED,
    Transition.WITHDRAW: EventType.APPLICATION_WITHDRAWN,
    Transition.CLAIM: EventType.APPLICATION_TAKEN_ON,
    Transition.ASSIGN: EventType.APPLICATION_ASSIGNED,
    Transition.RELEASE: EventType.APPLICATION_RELEASED,
    Transition.REASSIGN: EventType.APPLICATION_REASSIGNED,
    Transition.REQUEST_INFORMATION: EventType.APPLICATION_INFORMATION_REQUESTED,
    Transition.RESPOND: EventType.APPLICATION_ANSWERED,
    Transition.LAPSE: EventType.APPLICATION_LAPSED,
    Transition.PROPOSE: EventType.APPLICATION_DECISION_PROPOSED,
    Transition.RETURN: EventType.APPLICATION_PROPOSAL_RETURNED,
    Transition.APPROVE: EventType.APPLICATION_APPROVED,
    Transition.REJECT: EventType.APPLICATION_REJECTED,
}


def locked(uid: UUID) -> ProfessionalApplication:
    """Lock an application, then read it; its officer, who may have changed while it was locked, after it.

    What is joined to a row that was waited for is as it was before the wait.

    Raises:
        NotFound: there is none with this id.
    """
    applications = ProfessionalApplication.objects.select_related(
        "applicant", "register_part__regulator", "register_part__profession"
    ).prefetch_related("officer")
    try:
        return applications.select_for_update(of=["self"]).get(uid=uid)
    except ProfessionalApplication.DoesNotExist:
        raise NotFound from None


def each_alone(files: ApplicationQuerySet, act: Callable[[ProfessionalApplication], bool], *, at_most: int) -> int:
    """Do something to the first of these files, each locked in a transaction of its own; returns to how many.

    What others have locked, and what is none of these any more once it is locked, is passed over. One that fails keeps
    no other waiting (`common.one_by_one`). `act` says whether it did anything.
    """
    related = files.select_related("applicant", "register_part__regulator").prefetch_related("officer")
    free = related.select_for_update(of=["self"], skip_locked=True)

    def act_if_free(uid: UUID) -> bool:
        application = free.filter(uid=uid).first()
        return application is not None and act(application)

    return one_by_one(act_if_free, list(files.values_list("uid", flat=True)[:at_most]))


def check_version(application: ProfessionalApplication, seen: int | None, *, reader: str) -> None:
    """Check that a locked application is still at the version that the caller has seen, if they say which.

    Raises:
        ApplicationChanged: somebody changed it meanwhile; it says what has happened since.
    """
    if seen in (None, application.version):
        return
    since = application.transitions.filter(version__gt=seen).order_by("id")
    raise ApplicationChanged(
        version=application.version,
        last_step=last_step(application, reader=reader),
        steps=recount(since, application.applicant_id, is_named=reader != application.applicant.actor),
    )


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
    status = check_step(application, transition, reader=actor)
    save(application, transition, actor=actor, now=now, reason=reason, status=status, **changes)
    ApplicationTransition.objects.create(
        application=application,
        transition=transition,
        from_status=before,
        to_status=application.status,
        actor=actor,
        officer_id=application.officer_id,
        reason=reason,
        note=note,
        at=now,
        version=application.version,
    )
    _announce(application, transition, before, now)
    tell_of_step(application, transition, actor=actor, reason=reason, note=note, now=now)


def take_proposal_back(application: ProfessionalApplication, *, actor: str, now: datetime, note: str) -> None:
    """Give a file whose decision was proposed back to the officer who has it, as if nothing had been proposed.

    Raises:
        ApplicationTransitionNotAllowed: no decision is proposed.
    """
    move(
        application,
        Transition.RETURN,
        actor=actor,
        now=now,
        note=note,
        proposed_decision="",
        proposed_by=None,
        decision_reason=None,
        decision_note="",
    )


def check_is_open(application: ProfessionalApplication, *, reader: str) -> None:
    """Check that a locked application that was submitted is not closed.

    Raises:
        ApplicationTransitionNotAllowed: it is; the refusal tells `reader` what happened last.
    """
    status = Status(application.status)
    if status in CLOSED:
        raise ApplicationTransitionNotAllowed(
            transition="work on",
            application_status=status.label.lower(),
            last_step=last_step(application, reader=reader),
        )


def check_step(application: ProfessionalApplication, transition: Transition, *, reader: str) -> Status:
    """Return where the step leads from where the application stands.

    Raises:
        ApplicationTransitionNotAllowed: the table has no such step; the refusal tells `reader` what happened last.
    """
    status = Status(application.status)
    if status in TRANSITIONS[transition][0]:
        return next_status(status, transition)
    return next_status(status, transition, last_step=last_step(application, reader=reader))


def save(
    application: ProfessionalApplication,
    act: str,
    *,
    actor: str,
    now: datetime,
    reason: "Reason | None" = None,
    noted: Iterable[str] = (),
    **changes: Any,
) -> None:
    """Write a locked application with these changes, as its next version, and record who did so by which act.

    `noted` names what the act changes outside of the application's own row.
    """
    before = _columns(application)
    for name, value in changes.items():
        setattr(application, name, value)
    changed = [name for name, value in _columns(application).items() if value != before[name]]
    application.version += 1
    application.save()
    record_act(application, act, actor=actor, now=now, reason=reason, changed=[*changed, *noted])


def check_room_for_version(application: ProfessionalApplication, document_type: "DocumentType") -> int:
    """Return which version of a document would be the next.

    Raises:
        DocumentVersionsExhausted: no more of them are kept.
    """
    kept = application.documents.filter(document_type=document_type).count()
    if kept >= MOST_VERSIONS:
        raise DocumentVersionsExhausted(most=MOST_VERSIONS)
    return kept + 1


def add_version(
    application: ProfessionalApplication,
    document_type: "DocumentType",
    file: "StoredFile",
    *,
    actor: str,
    now: datetime,
    **origin: Any,
) -> ApplicationDocument:
    """Keep a received file as the newest version of a document of a locked application.

    `origin` says from whom it came, where that was not the applicant.

    Raises:
        DocumentForgotten: too much time has passed since it was received.
        DocumentVersionsExhausted: no more versions of it are kept.
    """
    version = check_room_for_version(application, document_type)
    keep(file, now)
    save(application, "attach_document", actor=actor, now=now, noted=["documents"], checked_at=None)
    return ApplicationDocument.objects.create(
        application=application,
        document_type=document_type,
        file=file,
        version=version,
        uploaded_at=now,
        **origin,
    )


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


def _announce(application: ProfessionalApplication, transition: Transition, before: Status, now: datetime) -> None:
    data: dict[str, object] = {
        "application_id": str(application.uid),
        "kind": application.kind,
        "register_part": application.register_part.code,
        "regulator": application.register_part.regulator.code,
        "from_status": before,
        "to_status": application.status,
        "version": application.version,
    }
    if application.license is not None:
        data["license_number"] = application.license.number
    record_event(Event(_ANNOUNCED_AS[transition], str(application.uid), data), now=now)


def _in_which_role(actor: str, application: ProfessionalApplication) -> Actor:
    """Whoever has no account acts in none; nobody is an officer in their own application, or for another council."""
    if not actor.startswith("user:"):
        return Actor(actor)
    if actor == application.applicant.actor:
        return Actor(actor, role="professional")
    return Actor(actor, role="officer", regulator=application.register_part.regulator.code)


def _columns(application: ProfessionalApplication) -> dict[str, Any]:
    return {column.name: getattr(application, column.attname) for column in application._meta.concrete_fields}


def last_step(application: ProfessionalApplication, *, reader: str) -> str:
    """Say in words what happened to the application last; who did it, an applicant is not told of officers."""
    is_named = reader != application.applicant.actor
    last = recount(application.transitions.order_by("-id")[:1], application.applicant_id, is_named=is_named)
    return in_words(last[0], Transition) if last else "it was begun"


def recount(
    steps: Iterable[ApplicationTransition | ReauditTransition], applicant_id: UUID, *, is_named: bool
) -> list[dict[str, Any]]:
    """Return steps as a refusal tells of them; where it `is_named`, with who took each."""
    steps = list(steps)
    doers = doers_of(steps, applicant_id) if is_named else {}
    return [
        {"transition": step.transition, "to_status": step.to_status, "at": step.at, "by": doers.get(step.actor)}
        for step in steps
    ]


def doers_of(
    steps: Iterable[ApplicationTransition | ReauditTransition], applicant_id: UUID
) -> dict[str, dict[str, str | None]]:
    """Return who took these steps, by actor: officers with id and name, the applicant and the system as just that."""
    applicant = f"user:{applicant_id}"
    actors = {step.actor for step in steps}
    names = names_of_actors(actors - {applicant})
    doers = {**dict.fromkeys(actors, THE_SYSTEM), applicant: THE_APPLICANT}
    for actor, name in names.items():
        doers[actor] = {"id": actor.removeprefix("user:"), "name": name}
    return doers


def in_words(step: dict[str, Any], transitions: type[TextChoices]) -> str:
    """Say one step as `recount` tells of it in words."""
    by = f" by {step['by']['name']}" if step["by"] else ""
    return f"{transitions(step['transition']).label.lower()}{by}, {step['at'].astimezone(LAGOS):%-d %B %Y %H:%M}"
