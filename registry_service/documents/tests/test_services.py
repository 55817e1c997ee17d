"""What is received is kept or refused, and nothing that was kept before is lost."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import override_settings

from accounts.tests.factories import make_user
from common.errors import ServiceUnavailable
from documents import scanning, services
from documents.models import StoredFile
from documents.rules import UPLOADS_COUNTED_FOR, DocumentRefused, DocumentTooLarge, UploadsExhausted
from documents.scanning import FakeScanner, ScannerUnavailable
from documents.tests import hostile
from documents.tests.factories import NOW, file_row, kept_file, received_file, upload
from documents.tests.pictures import at_light, pdf, turned
from sampling.scans import certificate, jpeg, portrait

pytestmark = pytest.mark.django_db


class Busy:
    """A scanner that gives no answer."""

    def scan(self, content: bytes) -> Any:
        raise ScannerUnavailable("busy")


def names_in_storage() -> list[str]:
    storage = storages["documents"]
    try:
        folders, _ = storage.listdir("")
    except FileNotFoundError:
        return []
    return sorted(f"{folder}/{name}" for folder in folders for name in storage.listdir(folder)[1])


def content_of(file: StoredFile) -> bytes:
    with storages["documents"].open(file.storage_name) as kept:
        return kept.read()


@pytest.fixture(autouse=True)
def _empty_storage() -> Iterator[None]:
    with override_settings(STORAGES={"documents": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}):
        yield


class TestReceiving:
    def test_a_pdf_lies_in_the_storage_as_it_came(self) -> None:
        data, uploader = pdf(2), make_user()
        file = kept_file(data, name="Ọ̀yẹ́ degree.pdf", uploaded_by=uploader.pk)
        file.refresh_from_db()
        assert content_of(file) == data
        assert file.sha256 == file.stored_sha256 == hashlib.sha256(data).hexdigest()
        assert (file.content_type, file.byte_size, file.pages) == ("application/pdf", len(data), 2)
        assert (file.original_name, file.uploaded_by, file.created_at) == ("Ọ̀yẹ́ degree.pdf", uploader, NOW)
        assert (file.scan_result, file.scanned_at, file.next_scan_at) == ("clean", NOW, None)

    def test_a_photograph_lies_there_without_what_the_camera_wrote(self) -> None:
        data = turned(portrait(), 1)
        file = kept_file(data, purpose="photograph")
        content = content_of(file)
        assert b"Adaeze" not in content
        assert file.sha256 == hashlib.sha256(data).hexdigest()
        assert file.stored_sha256 == hashlib.sha256(content).hexdigest()
        assert (file.content_type, file.width, file.height) == ("image/jpeg", 480, 600)
        assert file.perceptual_hash is not None

    def test_its_name_in_the_storage_says_nothing(self) -> None:
        first, second = kept_file(name="Adaeze Okafor.jpg"), kept_file(name="Adaeze Okafor.jpg")
        assert first.storage_name != second.storage_name
        for file in (first, second):
            folder, _, name = file.storage_name.partition("/")
            assert len(name.removesuffix(".jpg")) == 32
            assert name.startswith(folder)

    def test_warnings_stay_with_the_file(self) -> None:
        file = kept_file(jpeg(at_light(certificate(), 0.33)))
        assert [each["code"] for each in file.findings] == ["dim"]
        assert file.findings[0]["sentence"].endswith(".")

    def test_an_unknown_purpose_is_a_mistake_of_ours(self) -> None:
        with pytest.raises(ValueError, match="selfie"):
            kept_file(purpose="selfie")


class TestHowMuch:
    def test_an_account_uploads_so_many_files_a_day_and_no_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "UPLOADS_AT_MOST", 3)
        uploader = make_user()
        for hours in range(3):
            file_row(uploaded_by=uploader, created_at=NOW + timedelta(hours=hours))
        with pytest.raises(UploadsExhausted) as refusal:
            received_file(uploaded_by=uploader.pk, now=NOW + timedelta(hours=4))
        assert refusal.value.members == {"most": 3, "retry_after": 20 * 3600}
        assert StoredFile.objects.count() == 3
        assert received_file(now=NOW + timedelta(hours=4))
        assert received_file(uploaded_by=uploader.pk, now=NOW + UPLOADS_COUNTED_FOR)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a zip bomb as PDF": (hostile.bomb, "unpacks"),
    "two files in one": (hostile.TWO_IN_ONE["a JPEG and an archive"], "hidden"),
    "an SVG with script": (lambda: hostile.SVG, "SVG"),
    "a truncated JPEG": (hostile.truncated_jpeg, "breaks off"),
    "a photograph taken at night": (lambda: jpeg(at_light(certificate(), 0.1)), "too dark"),
    "a HEIC picture": (lambda: hostile.HEIC, "Most Compatible"),
    "a PDF with a password": (lambda: hostile.with_password("secret"), "password"),
    "a PDF with a program": (lambda: hostile.with_action("/JavaScript"), "program"),
    "a virus": (lambda: pdf() + b"\n%" + FakeScanner.TEST_STRING + b"\n%%EOF", "virus"),
    "nothing": (lambda: b"", "empty"),
}


class TestRefusing:
    @pytest.mark.parametrize("name", REFUSED)
    def test_with_a_sentence_and_nothing_is_lost(self, name: str) -> None:
        make, word = REFUSED[name]
        before, data = kept_file(), make()
        content = content_of(before)
        with pytest.raises(DocumentRefused) as refused:
            kept_file(data)
        assert word in str(refused.value)
        assert str(refused.value).endswith(".")
        assert [StoredFile.objects.get(), names_in_storage()] == [before, [before.storage_name]]
        assert content_of(before) == content

    @pytest.mark.parametrize("name", ["../../etc/passwd.pdf", "..\\..\\a.pdf"])
    def test_a_name_with_a_path_in_it(self, name: str) -> None:
        # Django cuts names before anyone sees them; this upload does not come through it.
        uploaded = upload(pdf())
        uploaded._name = name
        with pytest.raises(DocumentRefused, match="plain name"):
            services.receive(uploaded, purpose="scan", uploaded_by=make_user().pk, now=NOW)
        assert names_in_storage() == []

    def test_a_declared_length_of_4_gigabytes(self) -> None:
        uploaded = InMemoryUploadedFile(None, "file", "a.pdf", "application/pdf", 4 * 1024**3, None)  # type: ignore[arg-type]
        with pytest.raises(DocumentTooLarge, match="10 MB"):
            services.receive(uploaded, purpose="scan", uploaded_by=make_user().pk, now=NOW)

    def test_the_refusal_names_every_finding_and_the_worst_first(self) -> None:
        with pytest.raises(DocumentRefused) as refused:
            kept_file(hostile.with_action("/Launch"), name="a.jpg")
        errors = refused.value.members["errors"]
        assert [(each["pointer"], each["code"], each["severity"]) for each in errors] == [
            ("/file", "pdf_has_program", "refuse"),
            ("/file", "type_differs", "warn"),
        ]
        assert str(refused.value) == errors[0]["detail"]

    def test_when_the_row_cannot_be_written_nothing_lies_in_the_storage(self) -> None:
        before = kept_file()
        with pytest.raises(DatabaseError), transaction.atomic():
            # The table refuses a name of more than 120 characters.
            services._store(_with_a_long_name(), "scan", make_user().pk, scanning.ScanResult.CLEAN, NOW)  # type: ignore[arg-type]
        assert names_in_storage() == [before.storage_name]

    def test_when_too_many_are_read_nothing_is_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*args: Any) -> None:
            raise ServiceUnavailable

        monkeypatch.setattr("documents.inspection.read_apart", full)
        with pytest.raises(ServiceUnavailable):
            kept_file()
        assert names_in_storage() == []


def _with_a_long_name() -> Any:
    from documents.inspection import Inspection

    return Inspection(
        name="x" * 500, sha256="0" * 64, findings=(), content=b"x", content_type="image/jpeg", extension="jpg"
    )


class TestTheScanner:
    def test_without_one_a_file_waits(self, settings: Any) -> None:
        settings.DOCUMENTS_SCANNER = "none"
        file = kept_file()
        assert (file.scan_result, file.scanned_at, file.next_scan_at) == ("not_scanned", None, NOW)

    def test_one_that_gives_no_answer_keeps_nobody_waiting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "scanner", Busy)
        file = kept_file()
        assert (file.scan_result, file.next_scan_at) == ("not_scanned", NOW)


class TestTheTable:
    def test_a_row_is_never_rewritten_and_never_deleted(self) -> None:
        file = kept_file()
        for statement in (
            "UPDATE documents_storedfile SET sha256 = ''",
            "UPDATE documents_storedfile SET storage_name = 'x'",
            "UPDATE documents_storedfile SET uploaded_by_id = NULL",
            "DELETE FROM documents_storedfile",
        ):
            with pytest.raises(DatabaseError, match=r"permission denied|is never deleted"), transaction.atomic():
                connection.cursor().execute(statement)
        assert StoredFile.objects.get() == file

    @pytest.mark.parametrize(
        "changes",
        [
            {"scan_result": "clean", "scanned_at": None},
            {"scan_result": "not_scanned"},
            {"next_scan_at": NOW},
            {"scan_result": "doubtful"},
        ],
    )
    def test_a_file_is_scanned_or_waits(self, changes: dict[str, Any]) -> None:
        kept_file()
        with pytest.raises(IntegrityError, match="stored_file_is_scanned_or_waits"):
            StoredFile.objects.update(**changes)
