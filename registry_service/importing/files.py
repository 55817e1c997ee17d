"""A council's file, as bytes become rows: encodings, byte order marks, quoted line breaks, line numbers."""

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from importing.rules import clean


class UnreadableFile(Exception):
    """The file cannot be read as a list at all; the sentence says why."""


@dataclass(frozen=True)
class Row:
    """One row: the line on which it begins (the heading is on 1), its cells, and its text as it was."""

    line: int
    cells: list[str]
    text: str


@dataclass(frozen=True)
class ListFile:
    """A file that has been read through once: what it is, its heading, and how many rows follow."""

    path: Path
    encoding: str
    delimiter: str
    digest: str
    heading: list[str]
    row_count: int

    def rows(self) -> Iterator[Row]:
        """Read the rows after the heading, one by one."""
        rows = _rows(self.path, self.encoding, self.delimiter)
        next(rows)
        return rows


def open_list(path: Path, *, encoding: str, delimiter: str) -> ListFile:
    """Read the whole file once, so that what makes it unreadable is known before anything is changed.

    Raises:
        UnreadableFile: it is not there, has no heading, or is no CSV.
    """
    digest = digest_of(path)
    rows = _rows(path, encoding, delimiter)
    heading = next(rows, None)
    if heading is None:
        raise UnreadableFile(f"{path} is empty: it has no line with the names of the columns.")
    return ListFile(
        path=path,
        encoding=encoding,
        delimiter=delimiter,
        digest=digest,
        heading=[clean(cell) for cell in heading.cells],
        row_count=sum(1 for _ in rows),
    )


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes.

    Raises:
        UnreadableFile: it cannot be opened.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}.") from None


class _Lines(Iterator[str]):
    """The lines of a file, keeping those that the row being read is made of."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.taken: list[str] = []

    def __next__(self) -> str:
        line = next(self._stream)
        self.taken.append(line)
        return line


def _rows(path: Path, encoding: str, delimiter: str) -> Iterator[Row]:
    """Yield every row with content, the heading first. Bytes that do not fit the encoding become surrogates."""
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as stream:
        lines = _Lines(stream)
        reader = csv.reader(lines, delimiter=delimiter)
        line = 1
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield Row(line, cells, printable("".join(lines.taken).rstrip("\r\n")))
                lines.taken.clear()
                line = reader.line_num + 1
        except csv.Error as error:
            raise UnreadableFile(f"{path} is no CSV from line {line} on: {error}. Is a quote left open?") from None


# Controls but tab and line breaks, and the surrogates that stand for bytes which did not fit the encoding.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\udc80-\udcff]")


def printable(text: str) -> str:
    """Return text in which controls, and bytes that did not fit the encoding, stand as \\xNN."""
    return _UNPRINTABLE.sub(lambda found: f"\\x{ord(found[0]) & 0xFF:02x}", text)
