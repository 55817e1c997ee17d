"""What a file is, by its bytes."""

import time
from collections.abc import Callable

import pytest

from documents.inspection.content import content_type_of, contradictions, unacceptable
from documents.rules import JPEG, PDF, PNG, Purpose
from documents.tests import hostile
from documents.tests.pictures import pdf, png
from sampling.scans import certificate, jpeg, portrait

WORD = b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml" + bytes(100)


@pytest.mark.parametrize(
    ("data", "expected"), [(jpeg(portrait()), JPEG), (png(portrait()), PNG), (pdf(), PDF), (b"%PDF", ""), (b"", "")]
)
def test_the_first_bytes_say_the_type(data: bytes, expected: str) -> None:
    assert content_type_of(data) == expected


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (hostile.HEIC, "type_heic"),
        (b"\0\0\0\x1cftypmif1" + bytes(30), "type_heic"),
        (hostile.SVG, "type_svg"),
        (b"\xef\xbb\xbf\n<svg width='1'>", "type_svg"),
        (b"GIF89a" + bytes(30), "type_other_picture"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "type_other_picture"),
        (b"II*\0" + bytes(30), "type_other_picture"),
        (WORD, "type_office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(30), "type_office"),
        (b"{\\rtf1 Hello}", "type_office"),
        (hostile.archive(), "type_archive"),
        (b"Rar!\x1a\x07\x01\0", "type_archive"),
        (b"<!DOCTYPE html><html><svg>", "type_web_page"),
        (b" <script>alert(1)</script>", "type_web_page"),
        (b"Hello", "type_unknown"),
        (b"MZ\x90\0", "type_unknown"),
        (b"\xff\xd8", "type_unknown"),
        (b"\n\n" + pdf(), "two_files_in_one"),
        (b"#!/bin/sh\n" + pdf(), "two_files_in_one"),
    ],
)
@pytest.mark.parametrize("purpose", Purpose)
def test_what_else_people_send_is_named_and_refused(data: bytes, code: str, purpose: Purpose) -> None:
    [finding] = unacceptable(data, content_type_of(data), purpose)
    assert (finding.code, finding.severity) == (code, "refuse")


@pytest.mark.parametrize("data", [jpeg(portrait()), png(portrait())])
def test_pictures_serve_both_purposes(data: bytes) -> None:
    assert [unacceptable(data, content_type_of(data), purpose) for purpose in Purpose] == [[], []]


def test_a_pdf_is_no_photograph() -> None:
    assert unacceptable(pdf(), PDF, Purpose.SCAN) == []
    assert [each.code for each in unacceptable(pdf(), PDF, Purpose.PHOTOGRAPH)] == ["photograph_as_pdf"]


@pytest.mark.parametrize("make", hostile.TWO_IN_ONE.values(), ids=hostile.TWO_IN_ONE.keys())
def test_two_files_in_one_are_refused(make: Callable[[], bytes]) -> None:
    data = make()
    assert [each.code for each in unacceptable(data, content_type_of(data), Purpose.SCAN)] == ["two_files_in_one"]


def test_what_cameras_put_behind_a_picture_is_no_second_file() -> None:
    motion_photo = jpeg(portrait()) + b"\0\0\0\x18ftypmp42" + bytes(1000)
    assert unacceptable(motion_photo, JPEG, Purpose.PHOTOGRAPH) == []
    assert unacceptable(jpeg(portrait()) + jpeg(portrait(100, 100)), JPEG, Purpose.PHOTOGRAPH) == []


@pytest.mark.parametrize(
    ("declared_type", "filename", "warned"),
    [
        ("image/jpeg", "a.jpg", False),
        ("", "a", False),
        ("application/octet-stream", "scan.tmp", False),
        ("IMAGE/JPEG; x=y", "A.JPEG", False),
        ("image/png", "a.jpg", True),
        ("image/jpeg", "a.pdf", True),
        ("application/pdf", "", True),
    ],
)
def test_another_type_in_the_name_or_the_header_is_a_warning(declared_type: str, filename: str, warned: bool) -> None:
    found = contradictions(JPEG, declared_type=declared_type, filename=filename)
    assert [(each.code, each.severity) for each in found] == [("type_differs", "warn")] * warned


@pytest.mark.parametrize(
    "data",
    [b" " * 9_999_999, b"<!---->" * 1_400_000, b"<" * 9_999_999, b"PK\x03\x04" * 2_500_000, b"<?xml" * 2_000_000],
)
def test_nothing_takes_long_to_be_named(data: bytes) -> None:
    started = time.perf_counter()
    assert unacceptable(data, content_type_of(data), Purpose.SCAN)
    assert time.perf_counter() - started < 0.5


def test_nothing_takes_long_to_be_searched() -> None:
    data = jpeg(certificate()) + b"<scrip" * 1_600_000
    started = time.perf_counter()
    assert unacceptable(data, JPEG, Purpose.SCAN) == []
    assert time.perf_counter() - started < 1
