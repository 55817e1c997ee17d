"""The same file, and files that look alike, whoever uploaded them."""

from typing import Any
from uuid import uuid4

import pytest

from accounts.tests.factories import make_user
from documents.models import StoredFile
from documents.queries import same_files, similar_files
from documents.tests.factories import NOW, kept_file
from documents.tests.pictures import pdf
from sampling.scans import certificate, jpeg, portrait

pytestmark = pytest.mark.django_db


def test_the_same_bytes_are_found_whoever_sent_them_and_however_they_were_called() -> None:
    first, second = kept_file(), kept_file(name="mine.jpg")
    kept_file(jpeg(certificate("Bola Adeyemi")))
    assert first.uploaded_by != second.uploaded_by
    assert same_files([first.sha256]) == [(first.pk, first.sha256), (second.pk, first.sha256)]
    assert same_files(["0" * 64]) == []


def test_the_same_certificate_saved_anew_looks_alike() -> None:
    first = kept_file()
    again = kept_file(jpeg(certificate().resize((1000, 1414)), quality=60))
    inside = kept_file(pdf(picture=certificate()), name="a.pdf")
    face = kept_file(jpeg(portrait(900, 1200)))
    kept_file(pdf(), name="b.pdf")
    assert first.sha256 != again.sha256
    assert first.perceptual_hash is not None
    alike = similar_files(first.perceptual_hash, max_distance=4)
    assert set(alike) == {first, again, inside}
    assert alike[0] == first
    assert face in similar_files(first.perceptual_hash, max_distance=64)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [(0, 0, 0), (0, 1, 1), (-1, 0, 64), (-(2**63), 2**63 - 1, 64), (-1, -2, 1), (5, -(2**63) + 5, 1), (-5, 7, 62)],
)
def test_distance_counts_the_bits_that_differ(one: int, other: int, distance: int) -> None:
    row(one)
    [found] = similar_files(other, max_distance=64)
    assert found.distance == distance
    assert similar_files(other, max_distance=distance).exists()
    assert not similar_files(other, max_distance=distance - 1).exists()


def row(perceptual_hash: int, **fields: Any) -> StoredFile:
    values = {
        "purpose": "scan", "original_name": "a.jpg", "storage_name": uuid4().hex, "content_type": "image/jpeg",
        "byte_size": 1, "sha256": "0" * 64, "stored_sha256": "0" * 64, "uploaded_by": make_user(), "created_at": NOW,
        "scan_result": "clean", "scanned_at": NOW,
    }  # fmt: skip
    return StoredFile.objects.create(perceptual_hash=perceptual_hash, **{**values, **fields})
