"""Real threads on the same files: one outcome each, and every trace of it agrees."""

import random
from collections import Counter
from contextlib import suppress

import pytest

from applications.models import ProfessionalApplication
from applications.rules import (
    CLOSED,
    ApplicationTransitionNotAllowed,
    DecisionDiffers,
    FoundSinceChecked,
    NotCheckedYet,
    NotYourFile,
    SecondOfficerNeeded,
    Status,
)
from applications.tests.factories import (
    approve,
    ask,
    claim,
    fill,
    make_draft,
    make_officer,
    reject,
    release,
    respond,
    send_back,
    submit,
    withdraw,
)
from applications.tests.traces import WRITTEN_OF, emails_of, event_of, events_of, records_of, steps_of
from audit.tests.factories import records
from changes.models import RecordedChange
from common.errors import NotFound
from common.testing import at_once
from events.tests.factories import written
from licenses.models import PHBProfessionalRegistry

pytestmark = pytest.mark.usefixtures("committed_db")

REFUSALS = (
    ApplicationTransitionNotAllowed,
    DecisionDiffers,
    FoundSinceChecked,
    NotCheckedYet,
    NotFound,
    NotYourFile,
    SecondOfficerNeeded,
)


def test_64_threads_on_50_files_leave_one_outcome_each() -> None:
    files = [fill(make_draft()) for _ in range(50)]
    officers = [make_officer() for _ in range(4)]

    def work(number: int) -> None:
        chance = random.Random(number)
        by_applicant = [submit] * 40 + [withdraw]
        by_officer = [claim, claim, release, ask, approve, approve, approve, reject, reject, reject, send_back]
        for _ in range(30):
            application = chance.choice(files)
            with suppress(*REFUSALS):
                if chance.random() < 0.35:
                    chance.choice(by_applicant)(application)
                else:
                    chance.choice(by_officer)(application, chance.choice(officers))

    assert at_once(64, work) == [None] * 64
    outcomes = Counter(assert_traces_agree(application) for application in files)
    assert outcomes[Status.APPROVED] and outcomes[Status.REJECTED], outcomes  # noqa: PT018 -- both, or it shows little
    approved = ProfessionalApplication.objects.filter(status=Status.APPROVED)
    assert PHBProfessionalRegistry.objects.count() == approved.count()
    approvals = [f"Application {file.uid} approved." for file in files]
    assert RecordedChange.objects.filter(reason__in=approvals).count() == approved.count()


def assert_traces_agree(application: ProfessionalApplication) -> str:
    """Assert that history, events, audit, e-mails and register tell one story, row by row; returns the status."""
    application.refresh_from_db()
    steps = steps_of(application)
    walked = [Status.DRAFT, *(step.to_status for step in steps)]
    assert [step.from_status for step in steps] == walked[:-1]
    assert application.status == walked[-1]
    assert sum(step.to_status in CLOSED for step in steps) == (application.status in CLOSED)
    assert events_of(application) == [event_of(step) for step in steps]
    assert records_of(application) == [
        (f"{step.transition}: {step.reason.code}" if step.reason else step.transition, step.actor, step.at)
        for step in steps
    ]
    assert emails_of(application) == [(step.transition, step.at) for step in steps if step.transition in WRITTEN_OF]
    if application.status == Status.APPROVED:
        license = application.license
        assert license is not None
        assert license.practitioner.account == application.applicant
        assert license.recorded_in.actor == application.decided_by.actor
        (event,) = written(subject=license.number)
        assert (event.type, event.position) == ("ng.phb.registry.license.issued.v1", license.recorded_in.position)
        (record,) = records(subject=license.number)
        assert (record.actor, record.actor_role) == (application.decided_by.actor, "officer")
        assert record.reason == f"register_license; Application {application.uid} approved."
    return application.status


def test_answers_and_questions_at_once_leave_no_question_open_on_a_file_in_review() -> None:
    officer = make_officer()
    files = [ask(claim(submit(fill(make_draft())), officer), officer) for _ in range(4)]

    def answer(number: int) -> None:
        with suppress(*REFUSALS):
            respond(files[number % 4])

    assert at_once(16, answer) == [None] * 16
    for application in files:
        application.refresh_from_db()
        assert application.status == Status.UNDER_REVIEW
        assert application.transitions.filter(transition="respond").count() == 1
        assert not application.questions.filter(answered_at=None).exists()
