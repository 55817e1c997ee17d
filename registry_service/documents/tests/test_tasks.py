"""Files that could not be scanned are scanned later, once, by whoever comes first."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection, transaction

from common.testing import at_once
from documents import services, tasks
from documents.models import StoredFile
from documents.rules import DocumentQuarantined
from documents.scanning import FakeScanner, ScannerUnavailable
from documents.services import SCAN_AGAIN_AFTER
from documents.serving import file_response
from documents.tasks import BATCH, scan_waiting_files
from documents.tests.factories import NOW, kept_file
from documents.tests.pictures import pdf

LATER = NOW + timedelta(minutes=1)
INFECTED = pdf() + b"\n%" + FakeScanner.TEST_STRING + b"\n%%EOF"


@pytest.fixture
def unscanned(settings: Any) -> Any:
    """Keep a file while there is no scanner, and give the scanner back."""

    def keep(data: bytes = b"") -> StoredFile:
        settings.DOCUMENTS_SCANNER = "none"
        file = kept_file(data or pdf(), name="a.pdf")
        settings.DOCUMENTS_SCANNER = "fake"
        return file

    return keep


@pytest.mark.django_db
class TestOneWorker:
    def test_a_clean_file_is_settled(self, unscanned: Any) -> None:
        file = unscanned()
        assert scan_waiting_files(LATER) == 1
        file.refresh_from_db()
        assert (file.scan_result, file.scanned_at, file.next_scan_at) == ("clean", LATER, None)
        assert scan_waiting_files(LATER) == 0

    def test_an_infected_one_is_never_served_again(self, unscanned: Any) -> None:
        file, other = unscanned(INFECTED), unscanned()
        assert file_response(file).status_code == 200
        assert scan_waiting_files(LATER) == 2
        file.refresh_from_db()
        other.refresh_from_db()
        assert file.is_quarantined
        with pytest.raises(DocumentQuarantined):
            file_response(file)
        assert file_response(other).status_code == 200

    def test_what_was_scanned_is_left_alone(self) -> None:
        kept_file()
        assert scan_waiting_files(LATER) == 0

    def test_without_a_scanner_everything_waits(self, unscanned: Any, settings: Any) -> None:
        unscanned()
        settings.DOCUMENTS_SCANNER = "none"
        assert scan_waiting_files(LATER) == 0
        assert StoredFile.objects.get().next_scan_at == NOW

    def test_a_scanner_that_gives_no_answer_is_asked_once_and_later_again(
        self, unscanned: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = []

        class Silent:
            def scan(self, content: bytes) -> Any:
                asked.append(content)
                raise ScannerUnavailable("gone")

        for _ in range(3):
            unscanned()
        with monkeypatch.context() as gone:
            gone.setattr(tasks, "scanner", Silent)
            assert scan_waiting_files(LATER) == 0
        assert len(asked) == 1
        assert scan_waiting_files(LATER) == 0
        assert scan_waiting_files(LATER + SCAN_AGAIN_AFTER) == 3

    def test_one_that_is_lost_stops_nobody_else(self, unscanned: Any) -> None:
        lost, other = unscanned(), unscanned()
        storages["documents"].delete(lost.storage_name)
        assert scan_waiting_files(LATER) == 2
        other.refresh_from_db()
        assert other.scan_result == "clean"

    def test_many_are_taken_in_turns(self, unscanned: Any) -> None:
        for _ in range(BATCH + 2):
            unscanned()
        assert [scan_waiting_files(LATER) for _ in range(3)] == [BATCH, 2, 0]

    def test_the_scanner_is_asked_while_no_row_is_locked(self, unscanned: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        class AsksForALock(FakeScanner):
            def scan(self, content: bytes) -> Any:
                assert not transaction.get_connection().savepoint_ids
                return super().scan(content)

        unscanned()
        monkeypatch.setattr(tasks, "scanner", AsksForALock)
        assert scan_waiting_files(LATER) == 1


def test_several_workers_scan_each_file_once(committed_db: None, unscanned: Any) -> None:
    for _ in range(6):
        unscanned()
    claimed = at_once(3, lambda _: [file.pk for file in services.claim_waiting_files(LATER, at_most=4)])
    taken = [pk for each in claimed for pk in each]
    assert len(taken) == len(set(taken)) == 6
    connection.close()
