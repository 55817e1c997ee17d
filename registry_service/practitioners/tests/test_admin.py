"""Operators who look people up: the list shows nothing restricted, and who opens a person's page is recorded."""

from datetime import date

import pytest
from django.test import Client

from accounts.models import User
from audit.models import AuditRecord
from audit.rules import RESTRICTED, SubjectKind
from changes.tests.factories import change
from practitioners.admin import PractitionerAdmin
from practitioners.models import Practitioner
from practitioners.services import add_practitioner

pytestmark = pytest.mark.django_db

PEOPLE = "/admin/practitioners/practitioner/"


@pytest.fixture
def person() -> Practitioner:
    with change() as opened:
        return add_practitioner(
            opened, surname="Okafor", given_names="Adaeze", birth_date=date(1990, 2, 3), telephone="+2348031234567"
        )


def test_a_persons_page_is_opened_with_a_record(operator: Client, person: Practitioner) -> None:
    page = operator.get(f"{PEOPLE}{person.pk}/change/", {"_changelist_filters": "q=Okafor"})
    assert "+2348031234567" in page.content.decode()
    record = AuditRecord.objects.get(action="read")
    assert (record.actor, record.actor_role) == (User.objects.get().actor, "operator")
    assert (record.subject_kind, record.subject) == ("practitioner", str(person.uid))
    not_there = {"photograph", "duplicates"}
    assert set(record.fields) == RESTRICTED[SubjectKind.PRACTITIONER] - not_there
    assert record.reason == "operators' page"


def test_the_list_shows_nothing_that_is_restricted(operator: Client, person: Practitioner) -> None:
    assert RESTRICTED[SubjectKind.PRACTITIONER].isdisjoint(PractitionerAdmin.list_display)
    page = operator.get(PEOPLE, {"q": "okafor"})
    assert str(person.uid) in page.content.decode()
    assert not AuditRecord.objects.filter(action="read").exists()


def test_a_page_that_is_not_there_was_not_opened(operator: Client) -> None:
    assert operator.get(f"{PEOPLE}999/change/").status_code == 302
    assert not AuditRecord.objects.exists()
