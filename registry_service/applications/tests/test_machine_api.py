"""Every step that an application's table does not have, asked for over HTTP: 409 with a code, and nothing happens."""

from itertools import product
from typing import Any

import pytest
import time_machine

from accounts.tests.factories import as_user
from applications.models import ProfessionalApplication
from applications.rules import CLOSED, TRANSITIONS, Status, Transition
from applications.tests.factories import QUESTIONS, make_application, make_officer
from changes.tests.factories import NOW
from common.ids import new_id

pytestmark = pytest.mark.django_db

MINE, FILES = "/api/registry/applications/", "/api/registry/admin/applications/"
APPROVAL = {"reason": "requirements_met"}
BY_APPLICANT: dict[Transition, tuple[str, dict[str, Any]]] = {
    Transition.SUBMIT: ("submit/", {}),
    Transition.WITHDRAW: ("withdraw/", {"note": "x"}),
    Transition.RESPOND: ("respond/", {"answers": [{"question": str(new_id()), "answer": "x"}]}),
}
BY_OFFICER: dict[Transition, tuple[str, dict[str, Any]]] = {
    Transition.CLAIM: ("claim/", {}),
    Transition.ASSIGN: ("assign/", {}),
    Transition.RELEASE: ("release/", {"note": "x"}),
    Transition.REASSIGN: ("reassign/", {"note": "x"}),
    Transition.REQUEST_INFORMATION: ("request-information/", {"questions": [vars(each) for each in QUESTIONS]}),
    Transition.PROPOSE: ("approve/", APPROVAL),
    Transition.RETURN: ("return/", {"note": "x"}),
    Transition.APPROVE: ("approve/", APPROVAL),
    Transition.REJECT: ("reject/", {"reason": "requirements_not_met", "note": "x"}),
}
# An approval of what is in review is a legal step: it proposes where two officers are needed, and so does a rejection.
LEGAL = {(Status.UNDER_REVIEW, Transition.APPROVE), (Status.UNDER_REVIEW, Transition.REJECT)}
# Only time brings a lapse about.
ASKED = BY_APPLICANT.keys() | BY_OFFICER.keys()
ILLEGAL = [
    (status, transition)
    for status, transition in product(Status, Transition)
    if transition in ASKED and status not in TRANSITIONS[transition][0] and (status, transition) not in LEGAL
]
OF_THE_HOLDER = (Transition.RELEASE, Transition.REQUEST_INFORMATION)


def expected(status: Status, transition: Transition) -> tuple[int, str | None]:
    if status == Status.DRAFT and transition in BY_OFFICER:
        return 404, "not_found"  # officers do not know of drafts
    if transition == Transition.SUBMIT and status not in CLOSED:
        return 200, None  # to submit again what was submitted changes nothing
    if (status, transition) == (Status.DECISION_PROPOSED, Transition.PROPOSE):
        return 403, "application_second_officer_needed"
    if transition in OF_THE_HOLDER and status in (Status.SUBMITTED, Status.WITHDRAWN):
        return 409, "application_not_yours"  # nobody has it
    return 409, "application_transition_not_allowed"


@pytest.mark.parametrize(("status", "transition"), ILLEGAL)
@time_machine.travel(NOW, tick=False)
def test_a_step_that_is_not_in_the_table_is_refused_with_a_code(status: Status, transition: Transition) -> None:
    first, second = make_officer(), make_officer()
    application = make_application(status, first, second)
    before = ProfessionalApplication.objects.values("status", "version", "officer").get(pk=application.pk)
    is_theirs = transition in BY_APPLICANT
    act, body = (BY_APPLICANT if is_theirs else BY_OFFICER)[transition]
    caller = as_user(application.applicant if is_theirs else first)
    answer = caller.post(f"{MINE if is_theirs else FILES}{application.uid}/{act}", body)
    assert (answer.status_code, answer.json().get("code")) == expected(status, transition)
    assert ProfessionalApplication.objects.values("status", "version", "officer").get(pk=application.pk) == before
