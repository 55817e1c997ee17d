"""A file is received, kept or forgotten; a file is scanned again."""

import logging
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction

from documents.inspection import Inspection, inspect
from documents.models import StoredFile
from documents.rules import (
    UPLOADS_AT_MOST,
    UPLOADS_COUNTED_FOR,
    DocumentForgotten,
    DocumentRefused,
    Purpose,
    ScanResult,
    Severity,
    UploadsExhausted,
    refuse,
)
from documents.scanning import Scanner, ScannerUnavailable, scanner

logger = logging.getLogger("phb.documents")

# From uploading a file to referring to it, a moment passes. Whatever nobody has kept by then is rubbish.
KEPT_FOR_NOW = timedelta(days=1)
# And so much later it is deleted, since clocks differ.
DELETED_AFTER = timedelta(hours=1)
# Between two questions about a file that the scanner gave no answer for.
SCAN_AGAIN_AFTER = timedelta(minutes=5)

_INFECTED = refuse("infected", "A virus was found in this file. Clean the device, or use another, and make it anew.")


def receive(upload: "UploadedFile[bytes]", *, purpose: str, uploaded_by: UUID | None, now: datetime) -> StoredFile:
    """Inspect an upload, have it scanned, and keep it for a day. Nothing is kept of one that is refused.

    `purpose` is `photograph` or `scan`; `uploaded_by` is None for somebody without an account. Reading and scanning may
    take seconds, so call this outside of a transaction, and `keep` it in one of your own, with the row that refers to
    it. What was uploaded before is never touched: every upload gets a row and a name of its own.

    Raises:
        UploadsExhausted: so much was uploaded with this account within a day that no more is taken.
        DocumentRefused: for reasons that the applicant can mend.
        DocumentTooLarge: it is larger than anything that is read.
        ServiceUnavailable: too many files are being read at this moment.
    """
    _check_may_upload(uploaded_by, now)
    inspection = inspect(
        upload,
        filename=upload.name or "",
        declared_type=upload.content_type or "",
        declared_size=upload.size,
        purpose=Purpose(purpose),
    )
    if inspection.is_refused:
        raise DocumentRefused(inspection.findings)
    result = _scan(inspection.content)
    if result is ScanResult.INFECTED:
        raise DocumentRefused([_INFECTED])
    return _store(inspection, Purpose(purpose), uploaded_by, result, now)


def keep(file: StoredFile, now: datetime) -> None:
    """Keep a file that was received for good, within the transaction that refers to it.

    Raises:
        DocumentForgotten: its day is over.
    """
    assert connection.in_atomic_block, "the file would be kept, and nobody would refer to it"
    kept = StoredFile.objects.filter(pk=file.pk, kept_until__gt=now).update(kept_until=None)
    if not kept and not StoredFile.objects.filter(pk=file.pk, kept_until=None).exists():
        raise DocumentForgotten


def delete_forgotten_files(now: datetime, *, at_most: int) -> int:
    """Delete files that nobody has kept in time; returns how many.

    The bytes go before the row: whatever ends this half-way, the row brings them up again.
    """
    forgotten = list(StoredFile.objects.forgotten(now - DELETED_AFTER)[:at_most])
    for file in forgotten:
        storages["documents"].delete(file.storage_name)
        StoredFile.objects.filter(pk=file.pk).delete()
    return len(forgotten)


@transaction.atomic
def claim_waiting_files(now: datetime, *, at_most: int) -> list[StoredFile]:
    """Take files that wait for the scanner; no other worker takes them before SCAN_AGAIN_AFTER has passed."""
    claimed = list(StoredFile.objects.waiting_for_scan(now).select_for_update(skip_locked=True)[:at_most])
    StoredFile.objects.filter(pk__in=[file.pk for file in claimed]).update(next_scan_at=now + SCAN_AGAIN_AFTER)
    return claimed


def scan_claimed_file(file: StoredFile, asked: Scanner, now: datetime) -> None:
    """Have what is kept of a file scanned; one in which a virus is found is never given to anyone again.

    Raises:
        ScannerUnavailable: the scanner gave no answer; the file comes up again by itself.
    """
    with storages["documents"].open(file.storage_name) as kept:
        result = asked.scan(kept.read())
    StoredFile.objects.filter(pk=file.pk).update(scan_result=result, scanned_at=now, next_scan_at=None)
    if result is ScanResult.INFECTED:
        logger.error("document_quarantined", extra={"document": str(file.uid)})


def _check_may_upload(account: UUID | None, now: datetime) -> None:
    if account is None:
        return
    uploads = StoredFile.objects.filter(uploaded_by=account, created_at__gt=now - UPLOADS_COUNTED_FOR)
    newest = list(uploads.order_by("-created_at").values_list("created_at", flat=True)[:UPLOADS_AT_MOST])
    if len(newest) == UPLOADS_AT_MOST:
        wait: timedelta = newest[-1] + UPLOADS_COUNTED_FOR - now
        raise UploadsExhausted(most=UPLOADS_AT_MOST, retry_after=max(1, ceil(wait.total_seconds())))


def _scan(content: bytes) -> ScanResult:
    asked = scanner()
    try:
        return asked.scan(content) if asked else ScanResult.NOT_SCANNED
    except ScannerUnavailable as error:
        logger.warning("document_not_scanned", extra={"error": str(error)})
        return ScanResult.NOT_SCANNED


def _store(
    inspection: Inspection, purpose: Purpose, uploaded_by: UUID | None, result: ScanResult, now: datetime
) -> StoredFile:
    storage = storages["documents"]
    name = uuid4().hex
    name = storage.save(f"{name[:2]}/{name}.{inspection.extension}", ContentFile(inspection.content))
    is_scanned = result is not ScanResult.NOT_SCANNED
    try:
        return StoredFile.objects.create(
            purpose=purpose,
            original_name=inspection.name,
            storage_name=name,
            content_type=inspection.content_type,
            byte_size=inspection.byte_size,
            sha256=inspection.sha256,
            stored_sha256=inspection.stored_sha256,
            perceptual_hash=inspection.perceptual_hash,
            pages=inspection.pages,
            width=inspection.width,
            height=inspection.height,
            findings=[
                {"code": each.code, "sentence": each.sentence}
                for each in inspection.findings
                if each.severity is Severity.WARN
            ],
            uploaded_by_id=uploaded_by,
            created_at=now,
            kept_until=now + KEPT_FOR_NOW,
            scan_result=result,
            scanned_at=now if is_scanned else None,
            next_scan_at=None if is_scanned else now,
        )
    except BaseException:
        # Without a row nobody would ever find what lies there.
        storage.delete(name)
        raise
