"""The whole inspection: what is declared, what came, and the process in which it is read."""

import hashlib
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from common.errors import ServiceUnavailable
from documents.inspection import Inspection, apart, inspect
from documents.inspection.reading import Reading
from documents.rules import MAX_BYTES, DocumentTooLarge, Finding, Purpose, Severity
from documents.tests import hostile
from documents.tests.pictures import pdf, png
from sampling.scans import certificate, jpeg, portrait


def inspected(data: bytes, **said: Any) -> Inspection:
    told = {"filename": "a", "declared_type": "", "declared_size": len(data), "purpose": Purpose.SCAN}
    return inspect(BytesIO(data), **{**told, **said})


def codes(inspection: Inspection) -> list[str]:
    return [each.code for each in inspection.findings]


class Endless:
    """An upload that never ends, and counts what was read of it."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        assert 0 <= size <= MAX_BYTES
        self.given += size
        return bytes(size)


class TestWhatComesOut:
    def test_of_a_pdf(self) -> None:
        data = pdf(3)
        inspection = inspected(data, filename="Òye.pdf", declared_type="application/pdf")
        digest = hashlib.sha256(data).hexdigest()
        assert inspection == Inspection(
            name="Òye.pdf",
            sha256=digest,
            findings=(),
            content=data,
            content_type="application/pdf",
            extension="pdf",
            pages=3,
        )
        assert (inspection.stored_sha256, inspection.byte_size) == (digest, len(data))

    @pytest.mark.parametrize("data", [jpeg(portrait()), png(portrait())])
    def test_of_a_picture(self, data: bytes) -> None:
        inspection = inspected(data, purpose=Purpose.PHOTOGRAPH)
        assert inspection.findings == ()
        assert (inspection.content_type, inspection.extension) == ("image/jpeg", "jpg")
        assert (inspection.width, inspection.height, inspection.pages) == (480, 600, None)
        assert inspection.sha256 == hashlib.sha256(data).hexdigest() != inspection.stored_sha256
        assert inspection.perceptual_hash is not None
        assert inspection.content.startswith(b"\xff\xd8")

    def test_of_what_is_refused_no_content(self) -> None:
        inspection = inspected(hostile.truncated_jpeg())
        assert (inspection.is_refused, inspection.content) == (True, b"")

    def test_a_warning_refuses_nothing(self) -> None:
        inspection = inspected(pdf(), filename="a.jpg")
        assert (codes(inspection), inspection.is_refused) == (["type_differs"], False)
        assert inspection.content

    def test_a_bad_name_and_a_bad_file_are_said_at_once(self) -> None:
        assert codes(inspected(hostile.truncated_jpeg(), filename="../a.jpg")) == ["name_not_plain", "picture_damaged"]


class TestTheSize:
    @pytest.mark.parametrize("declared", [MAX_BYTES + 1, 4 * 1024**3, 2**63])
    def test_one_that_is_declared_too_large_is_not_read(self, declared: int) -> None:
        endless = Endless()
        with pytest.raises(DocumentTooLarge):
            inspect(endless, filename="a", declared_type="", declared_size=declared, purpose=Purpose.SCAN)
        assert endless.given == 0

    def test_one_of_unknown_size_is_cut_off(self) -> None:
        endless = Endless()
        with pytest.raises(DocumentTooLarge):
            inspect(endless, filename="a", declared_type="", declared_size=None, purpose=Purpose.SCAN)
        assert endless.given == MAX_BYTES + 1

    def test_one_that_goes_on_behind_its_declared_end_is_cut_off(self) -> None:
        endless = Endless()
        inspection = inspect(endless, filename="a", declared_type="", declared_size=1000, purpose=Purpose.SCAN)
        assert endless.given == 1001
        assert "size_differs" in codes(inspection)

    def test_one_that_ends_early_did_not_arrive(self) -> None:
        data = pdf()
        assert codes(inspected(data, declared_size=len(data) + 1)) == ["size_differs"]

    def test_the_largest_is_read(self) -> None:
        data = pdf() + b" " * (MAX_BYTES - len(pdf()) - 6) + b"\n%%EOF"
        assert len(data) == MAX_BYTES
        assert not inspected(data, declared_size=None).is_refused


class TestTheProcessApart:
    """What is killed, hangs or talks nonsense is a file that cannot be read."""

    @pytest.fixture
    def reader(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Callable[[str], None]:
        """Put a program of the test in the place of the reader."""
        package = tmp_path / "documents" / "inspection"
        package.mkdir(parents=True)
        (tmp_path / "documents" / "__init__.py").touch()
        (package / "__init__.py").touch()
        monkeypatch.setattr(apart, "_FOLDER", tmp_path)

        def put(program: str) -> None:
            (package / "__main__.py").write_text(program)

        return put

    @pytest.mark.parametrize(
        "program",
        [
            "import os; os.abort()",
            "import os; os.kill(os.getpid(), 9)",
            "import sys; sys.exit(1)",
            "",
            "print('nonsense')",
        ],
    )
    def test_it_ends_badly(self, reader: Callable[[str], None], program: str) -> None:
        reader(program)
        assert codes(inspected(pdf())) == ["unreadable"]

    def test_it_hangs(self, reader: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(apart, "READING_SECONDS", 0.5)
        reader("import time; time.sleep(60)")
        started = time.monotonic()
        assert codes(inspected(pdf())) == ["unreadable"]
        assert time.monotonic() - started < 5

    def test_it_sees_nothing_of_ours(self, reader: Callable[[str], None]) -> None:
        reader(
            "import json, os; print(json.dumps({'findings': [{'code': name, 'sentence': '', 'severity': 'warn'}"
            " for name in os.environ if name not in ('LC_CTYPE', '__CF_USER_TEXT_ENCODING')]}))"
        )
        assert codes(inspected(pdf())) == ["PYTHONPATH"]

    def test_when_too_many_are_read_the_next_may_come_again(
        self, reader: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(apart, "READING_SECONDS", 0.1)
        monkeypatch.setattr(apart, "_at_once", apart.BoundedSemaphore(1))
        with apart._at_once, pytest.raises(ServiceUnavailable):
            inspected(pdf())
        reader("import sys; sys.exit(1)")
        inspected(pdf())

    def test_what_it_says_is_heard_as_it_was_said(self) -> None:
        said = Reading([Finding("a", "Ọ.", Severity.WARN)], 1, 2, 3, -4, b"\n{}\n\0")
        assert Reading.from_bytes(said.to_bytes()) == said

    @pytest.mark.parametrize("make", [hostile.crowded, hostile.lzw_bomb, hostile.bomb_in_pieces])
    def test_hostile_files_end_in_seconds(self, make: Callable[[], bytes]) -> None:
        data = make()
        started = time.monotonic()
        assert inspected(data).is_refused
        assert time.monotonic() - started < 11


def test_a_scanned_page_in_a_pdf_looks_like_the_scan_itself() -> None:
    alone, inside = inspected(jpeg(certificate())), inspected(pdf(picture=certificate()))
    assert alone.perceptual_hash is not None
    assert inside.perceptual_hash is not None
    assert ((alone.perceptual_hash ^ inside.perceptual_hash) & (2**64 - 1)).bit_count() <= 4
