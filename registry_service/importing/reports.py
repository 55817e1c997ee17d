"""The three report files of an import. They are cut back to what the register has taken before they grow again."""

import csv
import io
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

HEADINGS = {
    "rejected": ("line", "code", "sentence", "row"),
    "differences": ("line", "license", "field", "register says", "source says"),
    "notes": ("line", "code", "sentence"),
}

Sizes = dict[str, int]


class Reports:
    """`<list>.rejected.csv`, `.differences.csv` and `.notes.csv`, in one folder."""

    def __init__(self, folder: Path, list_name: str) -> None:
        self._paths = {kind: folder / f"{list_name}.{kind}.csv" for kind in HEADINGS}

    @property
    def paths(self) -> list[Path]:
        """Where the reports are."""
        return list(self._paths.values())

    def begin(self) -> Sizes:
        """Write new files that hold nothing but their headings.

        Raises:
            OSError: they cannot be written there.
        """
        sizes = {}
        for kind, path in self._paths.items():
            with path.open("wb") as stream:
                sizes[kind] = stream.write(_encoded([HEADINGS[kind]]))
        return sizes

    def hold(self, sizes: Mapping[str, int]) -> bool:
        """Whether the files are there, with at least so many bytes."""
        return all(path.is_file() and path.stat().st_size >= sizes[kind] for kind, path in self._paths.items())

    def cut_back(self, sizes: Mapping[str, int]) -> None:
        """Take away what was written for rows that the register did not take."""
        for kind, path in self._paths.items():
            if path.stat().st_size != sizes[kind]:
                os.truncate(path, sizes[kind])

    def add(self, rows: Mapping[str, Iterable[tuple[object, ...]]]) -> Sizes:
        """Add rows to each report, safely on disk, and return the new sizes."""
        sizes = {}
        for kind, path in self._paths.items():
            with path.open("ab") as stream:
                if content := _encoded(rows[kind]):
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
                sizes[kind] = stream.tell()
        return sizes

    def differences(self) -> list[tuple[str, str, str]]:
        """Return license, field and what the source says of every difference that was reported."""
        with self._paths["differences"].open(encoding="utf-8", newline="") as stream:
            rows = csv.reader(stream)
            next(rows)
            return [(number, field, theirs) for _, number, field, _, theirs in rows]


def _encoded(rows: Iterable[tuple[object, ...]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")
