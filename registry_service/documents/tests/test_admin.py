"""The operators' page of files: to look at, and without the files."""

import pytest
from django.test import Client

from documents.tests.factories import kept_file
from documents.tests.pictures import pdf

pytestmark = pytest.mark.django_db


def test_a_file_is_found_by_id_and_digest(operator: Client) -> None:
    file = kept_file(pdf(), name="a.pdf")
    for question in (str(file.uid), file.sha256):
        page = operator.get("/admin/documents/storedfile/", {"q": question})
        assert str(file.uid) in page.content.decode()
    assert str(file.uid) not in operator.get("/admin/documents/storedfile/", {"q": "0" * 64}).content.decode()


def test_nothing_can_be_changed(operator: Client) -> None:
    file = kept_file(pdf(), name="a.pdf")
    page = operator.get(f"/admin/documents/storedfile/{file.pk}/change/")
    assert (page.status_code, b'name="_save"' in page.content) == (200, False)
    assert operator.post(f"/admin/documents/storedfile/{file.pk}/change/", {"scan_result": "clean"}).status_code == 403
    assert operator.get("/admin/documents/storedfile/add/").status_code == 403
