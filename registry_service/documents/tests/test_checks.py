"""A wrong setting stops the start, and says how to mend it."""

from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from documents.checks import documents_can_be_kept, uploads_are_scanned


def ids(found: list) -> list[str]:
    assert all(message.hint for message in found)
    return [message.id for message in found]


class TestTheFolder:
    def test_one_that_is_there(self, tmp_path: Path) -> None:
        with override_settings(DOCUMENTS_ROOT=str(tmp_path)):
            assert documents_can_be_kept(None) == []

    def test_one_that_can_be_made(self, tmp_path: Path) -> None:
        with override_settings(DOCUMENTS_ROOT=str(tmp_path / "a" / "b")):
            assert documents_can_be_kept(None) == []

    @pytest.mark.parametrize("root", ["/dev/null", "/dev/null/documents"])
    def test_one_that_cannot(self, root: str) -> None:
        with override_settings(DOCUMENTS_ROOT=root):
            assert ids(documents_can_be_kept(None)) == ["phb.E020"]

    @pytest.mark.parametrize(("root", "static"), [("/a/b", "/a"), ("/a", "/a/b"), ("/a", "/a"), ("/a/x/../b", "/a/b")])
    def test_one_that_everybody_can_read(self, root: str, static: str) -> None:
        with override_settings(DOCUMENTS_ROOT=root, STATIC_ROOT=static):
            assert ids(documents_can_be_kept(None)) == ["phb.E021"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"DOCUMENTS_BUCKET": "documents"}, []),
        ({"DOCUMENTS_BUCKET": ""}, ["phb.E022"]),
        ({"DOCUMENTS_BUCKET": "documents", "DOCUMENTS_THROUGH_GATEWAY": True}, ["phb.E023"]),
    ],
)
def test_the_bucket(changed: dict[str, Any], expected: list[str]) -> None:
    with override_settings(DOCUMENTS_STORAGE="s3", **changed):
        assert ids(documents_can_be_kept(None)) == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"DOCUMENTS_SCANNER": "none"}, []),
        ({"DOCUMENTS_SCANNER": "fake"}, []),
        ({"DOCUMENTS_SCANNER": "clamd", "CLAMD_ADDRESS": "tcp://clamd:3310"}, []),
        ({"DOCUMENTS_SCANNER": "clamd", "CLAMD_ADDRESS": "unix:///run/clamd.sock"}, []),
        ({"DOCUMENTS_SCANNER": "clamd", "CLAMD_ADDRESS": ""}, ["phb.E024"]),
        ({"DOCUMENTS_SCANNER": "clamd", "CLAMD_ADDRESS": "clamd:3310"}, ["phb.E024"]),
        ({"DOCUMENTS_SCANNER": "clamd", "CLAMD_ADDRESS": "tcp://clamd"}, ["phb.E024"]),
        ({"DOCUMENTS_SCANNER": "clamd", "CLAMD_ADDRESS": "tcp://clamd:many"}, ["phb.E024"]),
        ({"DOCUMENTS_SCANNER": "clamd", "CLAMD_ADDRESS": "tcp://:3310"}, ["phb.E024"]),
        ({"DOCUMENTS_SCANNER": "clamd", "CLAMD_ADDRESS": "http://clamd:3310"}, ["phb.E024"]),
        ({"DOCUMENTS_SCANNER": "none", "PHB_ENV": "production"}, ["phb.W020"]),
        ({"DOCUMENTS_SCANNER": "fake", "PHB_ENV": "production"}, ["phb.E025"]),
    ],
)
def test_the_scanner(changed: dict[str, Any], expected: list[str]) -> None:
    with override_settings(**changed):
        assert ids(uploads_are_scanned(None)) == expected
