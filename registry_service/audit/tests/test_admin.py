"""The operators' pages of the audit: to look at, and looking at them is recorded."""

import pytest
from django.test import Client

from audit.tests.factories import look, records

pytestmark = pytest.mark.django_db

AUDIT = "/admin/audit/auditrecord/"


def test_the_list_is_opened_with_a_record(operator: Client) -> None:
    look()
    page = operator.get(AUDIT, {"q": "file-1"})
    assert "user:ngozi" in page.content.decode()
    (record,) = records(subject_kind="audit")
    assert (record.actor_role, record.subject, record.fields) == ("operator", "", ["actor", "subject"])
    assert record.reason == "operators' list q=file-1"


def test_so_is_the_page_of_a_record(operator: Client) -> None:
    look()
    (looked,) = records()
    assert operator.get(f"{AUDIT}{looked.pk}/change/").status_code == 200
    (record,) = records(subject_kind="audit")
    assert (record.subject, record.reason) == (str(looked.pk), "operators' page")


@pytest.mark.parametrize("page", ["add/", "{pk}/change/", "{pk}/delete/"])
def test_nothing_is_written_there(operator: Client, page: str) -> None:
    look()
    (looked,) = records()
    assert operator.post(AUDIT + page.format(pk=looked.pk), {"actor": "nobody"}).status_code == 403
    assert records() == [looked]
