"""A file that was received is kept for good by whoever refers to it, or deleted a day later."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.test import override_settings

from accounts.tests.factories import make_user
from common.testing import at_once
from documents import services
from documents.models import StoredFile
from documents.rules import DocumentForgotten
from documents.services import DELETED_AFTER, KEPT_FOR_NOW
from documents.tests.factories import NOW, received_file

A_DAY_LATER = NOW + KEPT_FOR_NOW
IN_TIME = A_DAY_LATER - timedelta(seconds=1)
DELETION = A_DAY_LATER + DELETED_AFTER


@pytest.fixture(autouse=True)
def _empty_storage() -> Iterator[None]:
    with override_settings(STORAGES={"documents": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}):
        yield


def keep(file: StoredFile, now=IN_TIME) -> None:
    with transaction.atomic():
        services.keep(file, now)


@pytest.mark.django_db
class TestOneFile:
    def test_what_is_kept_in_time_stays(self) -> None:
        file = received_file()
        keep(file)
        assert services.delete_forgotten_files(DELETION, at_most=10) == 0
        assert storages["documents"].exists(file.storage_name)

    def test_to_keep_it_twice_is_to_keep_it_once(self) -> None:
        file = received_file()
        keep(file)
        keep(file, DELETION)

    def test_what_nobody_keeps_is_deleted_an_hour_after_its_day_row_and_bytes(self) -> None:
        file = received_file()
        assert services.delete_forgotten_files(DELETION - timedelta(seconds=1), at_most=10) == 0
        assert services.delete_forgotten_files(DELETION, at_most=10) == 1
        assert not StoredFile.objects.exists()
        assert not storages["documents"].exists(file.storage_name)

    def test_after_its_day_nobody_keeps_it_any_more(self) -> None:
        file = received_file()
        with pytest.raises(DocumentForgotten):
            keep(file, A_DAY_LATER)

    def test_bytes_that_are_gone_already_do_not_stop_the_deletion(self) -> None:
        storages["documents"].delete(received_file().storage_name)
        assert services.delete_forgotten_files(DELETION, at_most=10) == 1

    def test_the_database_deletes_no_row_that_is_kept(self) -> None:
        file = received_file()
        keep(file)
        with pytest.raises(IntegrityError, match="a file that is kept is never deleted"), transaction.atomic():
            StoredFile.objects.filter(pk=file.pk).delete()


@pytest.mark.usefixtures("committed_db")
def test_many_who_delete_at_once_delete_what_is_forgotten_and_no_more() -> None:
    uploader = make_user().pk
    files = [received_file(uploaded_by=uploader) for _ in range(8)]
    for file in files[::2]:
        keep(file)
    results = at_once(8, lambda _: services.delete_forgotten_files(DELETION, at_most=10))
    assert all(isinstance(each, int) for each in results), results
    assert list(StoredFile.objects.order_by("id")) == files[::2]
    assert all(storages["documents"].exists(file.storage_name) for file in files[::2])
