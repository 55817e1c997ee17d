"""The published times are the council's own, as rules.councils_time counts them."""

from datetime import datetime, timedelta
from statistics import median

import pytest

from applications import services
from applications.figures import FEWEST, processing_times
from applications.models import ApplicationTransition
from applications.rules import Status, councils_time
from applications.tests.factories import QUESTIONS, add_documents, fill, make_draft, make_officer, pay
from changes.tests.factories import NOW

pytestmark = pytest.mark.django_db


def decide(days: int, *, before: datetime = NOW) -> timedelta:
    """Decide an application of which each step took so many days; returns the council's time."""
    first, second = make_officer(), make_officer()
    application = fill(make_draft())
    add_documents(application)
    pay(application)
    applicant, uid = application.applicant, application.uid
    at = [before - timedelta(days=days * back) for back in range(5, -1, -1)]
    services.submit(applicant=applicant, uid=uid, now=at[0])
    services.claim(officer=first, uid=uid, now=at[1])
    services.ask(officer=first, uid=uid, questions=QUESTIONS, now=at[2])
    answers = {question.uid: "Yes." for question in application.questions.all()}
    services.respond(applicant=applicant, uid=uid, answers=answers, now=at[3])
    services.check(uid, at[3])
    services.approve(officer=first, uid=uid, reason="requirements_met", now=at[4])
    services.approve(officer=second, uid=uid, reason="requirements_met", now=at[5])
    steps = ApplicationTransition.objects.filter(application=application).order_by("id")
    return councils_time([(Status(step.to_status), step.at) for step in steps], before)


def test_the_median_is_of_the_councils_time_without_that_of_the_applicant() -> None:
    times = [decide(days) for days in (1, 2, 3, 5, 9)]
    assert times[0] == timedelta(days=4), "five days, one of which the applicant took to answer"
    assert processing_times(NOW) == [
        {"profession": "medical-doctor", "decided": 5, "median_seconds": median(times).total_seconds()}
    ]


def test_professions_with_few_decisions_are_left_out() -> None:
    for _ in range(FEWEST - 1):
        decide(1)
    assert processing_times(NOW) == []


def test_decisions_of_more_than_a_year_ago_do_not_count() -> None:
    for _ in range(FEWEST):
        decide(1)
    assert processing_times(NOW + timedelta(days=366)) == []
