"""Processor time of everything that we started, as the kernel counted it."""

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def seconds_of(roots: Iterable[int]) -> float:
    """Return the processor time, in seconds, that these processes and all below them have used so far.

    The tree is followed from parent to child, since each PostgreSQL backend is a process group of its
    own. What children used that have ended is counted with their parent.
    """
    found = dict(filter(None, map(_read, Path("/proc").glob("[0-9]*"))))
    wanted = set(roots)
    while below := {pid for pid, (parent, _) in found.items() if parent in wanted} - wanted:
        wanted |= below
    return sum(ticks for pid, (_, ticks) in found.items() if pid in wanted) / TICKS


def _read(path: Path) -> tuple[int, tuple[int, int]] | None:
    """Return a process's id, its parent's, and the ticks that it and its ended children used."""
    try:
        fields = (path / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # After the name: state, parent, …; the 12th to 15th are user and system time, own and of ended children.
    return int(path.name), (int(fields[1]), sum(map(int, fields[11:15])))
