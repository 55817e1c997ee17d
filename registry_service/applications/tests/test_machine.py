"""Every pair of status and transition: the legal ones happen and are logged, the others are refused with a code."""

from itertools import product

import pytest

from accounts.models import User
from applications import services
from applications.models import ApplicationTransition, ProfessionalApplication
from applications.rules import (
    TRANSITIONS,
    ApplicationTransitionNotAllowed,
    NotYourFile,
    SecondOfficerNeeded,
    Status,
    Transition,
)
from applications.tests import factories
from applications.tests.factories import make_application, make_officer
from applications.tests.traces import event_of, events_of, steps_of
from audit.models import AuditRecord
from changes.tests.factories import NOW
from common.errors import NotFound
from events.models import OutboxEvent
from licenses.models import PHBProfessionalRegistry
from notifications.models import OutgoingEmail
from reference.models import Regulator, ReviewRule

pytestmark = pytest.mark.django_db


def nothing_happened() -> ApplicationTransitionNotAllowed:
    return ApplicationTransitionNotAllowed(transition="", application_status="", last_step="")


def submit(application: ProfessionalApplication) -> None:
    """To submit twice is no second step."""
    if factories.submit(application).version == application.version:
        raise nothing_happened()


def lapse(application: ProfessionalApplication) -> None:
    if not services.let_lapse(NOW.replace(year=NOW.year + 1), at_most=10):
        raise nothing_happened()


BY_APPLICANT = {
    Transition.SUBMIT: submit,
    Transition.WITHDRAW: factories.withdraw,
    Transition.RESPOND: factories.respond,
    Transition.LAPSE: lapse,
}
BY_OFFICER = {
    Transition.CLAIM: factories.claim,
    Transition.ASSIGN: factories.assign,
    Transition.RELEASE: factories.release,
    Transition.REASSIGN: factories.reassign,
    Transition.REQUEST_INFORMATION: factories.ask,
    Transition.PROPOSE: factories.approve,
    Transition.RETURN: factories.send_back,
    Transition.APPROVE: factories.approve,
    Transition.REJECT: factories.reject,
}


def act(transition: Transition, application: ProfessionalApplication, first: User, second: User) -> None:
    """Try a transition in the way that could bring it about from where the application stands."""
    if transition in BY_APPLICANT:
        BY_APPLICANT[transition](application)
        return
    deciding = transition in (Transition.APPROVE, Transition.REJECT, Transition.RETURN)
    waits_for_second = application.status == Status.DECISION_PROPOSED and deciding
    BY_OFFICER[transition](application, second if waits_for_second else first)


def by_one_officer(first: User, second: User) -> ProfessionalApplication:
    ReviewRule.objects.create(
        kind="first_registration", regulator=Regulator.objects.get(code="mdcn"), answer_days=30, second_officer=False
    )
    return make_application(Status.UNDER_REVIEW, first, second)


def proposed_to_be_rejected(first: User, second: User) -> ProfessionalApplication:
    application = make_application(Status.UNDER_REVIEW, first, second)
    factories.reject(application, first)
    application.refresh_from_db()
    return application


# Where a legal step starts from otherwise than from what make_application gives: an approval, or a proposal of one.
PREPARED = {
    (Status.UNDER_REVIEW, Transition.APPROVE): by_one_officer,
    (Status.DECISION_PROPOSED, Transition.REJECT): proposed_to_be_rejected,
}
# What an act does instead of a step that is not to be had.
INSTEAD = {(Status.UNDER_REVIEW, Transition.REJECT): Transition.PROPOSE}
# An officer does not see a draft.
REFUSALS = (ApplicationTransitionNotAllowed, NotYourFile, SecondOfficerNeeded)


@pytest.mark.parametrize(("status", "transition"), list(product(Status, Transition)))
def test_every_pair(status: Status, transition: Transition) -> None:
    first, second = make_officer(), make_officer()
    prepare = PREPARED.get((status, transition))
    application = prepare(first, second) if prepare else make_application(status, first, second)
    steps = ApplicationTransition.objects.filter(application=application)
    before, emails, licenses = steps.count(), OutgoingEmail.objects.count(), PHBProfessionalRegistry.objects.count()
    records = AuditRecord.objects.filter(action="change", subject=str(application.uid))
    recorded, told, events = records.count(), len(events_of(application)), OutboxEvent.objects.count()
    taken = INSTEAD.get((status, transition), transition)
    sources, target = TRANSITIONS[taken]
    target = target or status
    if status in sources:
        act(transition, application, first, second)
        application.refresh_from_db()
        assert application.status == target
        last = steps.latest("id")
        assert (steps.count(), last.transition) == (before + 1, taken)
        assert (last.from_status, last.to_status, last.version) == (status, target, application.version)
        record = records.latest("id")
        assert (records.count(), record.reason.partition(":")[0]) == (recorded + 1, taken)
        assert (record.actor, record.at) == (last.actor, last.at)
        assert events_of(application)[told:] == [event_of(steps_of(application)[-1])]
    else:
        version = application.version
        with pytest.raises((*REFUSALS, NotFound) if status == Status.DRAFT else REFUSALS):
            act(transition, application, first, second)
        application.refresh_from_db()
        assert (application.status, application.version) == (status, version)
        assert (steps.count(), records.count(), OutgoingEmail.objects.count()) == (before, recorded, emails)
        assert (PHBProfessionalRegistry.objects.count(), OutboxEvent.objects.count()) == (licenses, events)
