"""The operators' pages of applications and re-audits show a national administrator what the API shows them."""

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.rules import Role
from accounts.tests.factories import make_user
from applications.rules import ReauditStatus
from applications.tests.factories import fill, make_applicant, make_draft, submit
from applications.tests.reaudit_factories import LAST_LOT, decide, lot, make_reaudit
from audit.models import AuditRecord
from changes.tests.factories import NOW

pytestmark = pytest.mark.django_db

LIST = "/admin/applications/professionalapplication/"
REAUDITS = "/admin/applications/reaudit/"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def signed_in(user: Any) -> Client:
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def listed(browser: Client, page: str = LIST) -> list[Any]:
    return list(browser.get(page).context["cl"].result_list)


def test_what_is_submitted_and_not_their_own(operator: Client) -> None:
    administrator = make_applicant()
    administrator.role_assignments.create(role=Role.NATIONAL_ADMINISTRATOR)
    browser = signed_in(administrator)
    submitted, draft, own = submit(fill(make_draft())), make_draft(), submit(fill(make_draft(administrator)))
    assert listed(browser) == [submitted]
    assert listed(operator) == [own, draft, submitted]
    opened = [browser.get(f"{LIST}{each.pk}/change/").status_code for each in (submitted, draft, own)]
    assert opened == [200, 302, 302]
    looked = AuditRecord.objects.get(action="read", actor=administrator.actor)
    assert (looked.subject, looked.actor_role) == (str(submitted.uid), "national_administrator")


def test_what_was_drawn_and_no_decision_of_ones_own(operator: Client) -> None:
    doubted, own = make_reaudit(ReauditStatus.DOUBTED), make_reaudit()
    not_drawn = decide(chance=lot(LAST_LOT)).reaudit
    administrator = own.application.decided_by
    administrator.role_assignments.update(role=Role.NATIONAL_ADMINISTRATOR, regulator="")
    browser = signed_in(administrator)
    assert listed(browser, REAUDITS) == [doubted]
    assert listed(operator, REAUDITS) == [own, doubted]
    opened = [browser.get(f"{REAUDITS}{each.pk}/change/").status_code for each in (doubted, own, not_drawn)]
    assert opened == [200, 302, 302]
    assert doubted.note in browser.get(f"{REAUDITS}{doubted.pk}/change/").content.decode()


def test_the_list_of_re_audits_asks_as_often_for_three_as_for_one() -> None:
    browser, counts = signed_in(make_user(Role.NATIONAL_ADMINISTRATOR)), []
    for more in (1, 2):
        for _ in range(more):
            make_reaudit(ReauditStatus.DOUBTED)
        with CaptureQueriesContext(connection) as asked:
            browser.get(REAUDITS)
        counts.append(len(asked))
    assert counts == [11, 11]


def test_the_list_asks_as_often_for_three_as_for_one() -> None:
    browser, counts = signed_in(make_user(Role.NATIONAL_ADMINISTRATOR)), []
    for more in (1, 2):
        for _ in range(more):
            submit(fill(make_draft()))
        with CaptureQueriesContext(connection) as asked:
            browser.get(LIST)
        counts.append(len(asked))
    assert counts == [11, 11]
