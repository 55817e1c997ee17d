"""The operators' page of applications shows a national administrator what the API shows them."""

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.rules import Role
from accounts.tests.factories import make_user
from applications.models import ProfessionalApplication
from applications.tests.factories import fill, make_applicant, make_draft, submit
from audit.models import AuditRecord
from changes.tests.factories import NOW

pytestmark = pytest.mark.django_db

LIST = "/admin/applications/professionalapplication/"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def signed_in(user: Any) -> Client:
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def listed(browser: Client) -> list[ProfessionalApplication]:
    return list(browser.get(LIST).context["cl"].result_list)


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


def test_the_list_asks_as_often_for_three_as_for_one() -> None:
    browser, counts = signed_in(make_user(Role.NATIONAL_ADMINISTRATOR)), []
    for more in (1, 2):
        for _ in range(more):
            submit(fill(make_draft()))
        with CaptureQueriesContext(connection) as asked:
            browser.get(LIST)
        counts.append(len(asked))
    assert counts == [11, 11]
