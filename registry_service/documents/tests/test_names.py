"""What a file is called."""

import pytest

from documents.inspection.names import MAX_LENGTH, display_name, unusable_name


@pytest.mark.parametrize(
    "name", ["certificate.jpg", "Ọlá Ògúnyẹmí (1).pdf", "WhatsApp Image 2026-11-23 at 09.14.jpeg", ""]
)
def test_what_phones_call_their_files_is_taken(name: str) -> None:
    assert unusable_name(name) == []


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "C:\\Users\\Ada\\a.pdf",
        "/a.pdf",
        "a\0.pdf",
        "a\r\nX: y.pdf",
        "fdp.\u202egpj.exe",
        "a\x1b[2J.pdf",
    ],
)
def test_a_path_or_hidden_characters_are_refused(name: str) -> None:
    assert [each.code for each in unusable_name(name)] == ["name_not_plain"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ada\\a.pdf", "a.pdf"),
        ("  a \t b.pdf ", "a b.pdf"),
        ("fdp.\u202egpj.exe", "fdp. gpj.exe"),
        ("Ọla\u0301.pdf", "Ọlá.pdf"),
        ("O\u0323la.pdf", "Ọla.pdf"),
        ("a\x00b", "a b"),
        ("\ud800.pdf", ".pdf"),
        ("", "document"),
        ("///", "document"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
        ("x" * 500, "x" * MAX_LENGTH),
    ],
)
def test_what_is_shown_is_one_short_line(name: str, shown: str) -> None:
    assert display_name(name) == shown
