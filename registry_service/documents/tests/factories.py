"""Uploads, and files that were kept, also for the tests of other modules."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from accounts.models import User
from accounts.tests.factories import make_user
from documents import services
from documents.models import StoredFile
from documents.rules import ScanResult
from sampling.scans import certificate, jpeg

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def upload(data: bytes, name: str = "certificate.jpg", content_type: str = "") -> SimpleUploadedFile:
    """What Django hands to a view; it keeps the last part of a name only."""
    return SimpleUploadedFile(name, data, content_type)


def kept_file(data: bytes | None = None, *, purpose: str = "scan", **fields: Any) -> StoredFile:
    """A file that somebody uploaded and that is kept; without `data`, a scan of a certificate."""
    file = received_file(data, purpose=purpose, **fields)
    with transaction.atomic():
        services.keep(file, file.created_at)
    file.refresh_from_db()
    return file


def received_file(data: bytes | None = None, *, purpose: str = "scan", **fields: Any) -> StoredFile:
    """A file that somebody uploaded just now, and that nobody refers to yet."""
    fields = {"uploaded_by": None, "now": NOW, "name": "certificate.jpg", **fields}
    uploader = fields["uploaded_by"] or make_user().pk
    uploaded = upload(jpeg(certificate()) if data is None else data, fields["name"])
    return services.receive(uploaded, purpose=purpose, uploaded_by=uploader, now=fields["now"])


def file_row(*, uploaded_by: User, **fields: Any) -> StoredFile:
    """The row of a file that nobody has inspected and that lies nowhere, for tests that need many."""
    values = {
        "purpose": "scan",
        "original_name": "certificate.jpg",
        "storage_name": f"aa/{uuid4().hex}.jpg",
        "content_type": "image/jpeg",
        "byte_size": 1000,
        "sha256": uuid4().hex * 2,
        "stored_sha256": uuid4().hex * 2,
        "created_at": NOW,
        "scan_result": ScanResult.CLEAN,
        "scanned_at": NOW,
    }
    return StoredFile.objects.create(uploaded_by=uploaded_by, **values | fields)
