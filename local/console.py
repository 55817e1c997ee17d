"""What a person sees: one line when something starts, one when it is done and how long it took."""

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

_one_at_a_time = threading.Lock()


def say(text: str = "") -> None:
    """Print a line at once, whole, from any thread."""
    with _one_at_a_time:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say that `name` has begun and, unless it fails, that it is done and after how many seconds."""
    say(f"  ..    {name}")
    started = time.monotonic()
    yield
    say(f"  ok    {name} ({time.monotonic() - started:.1f} s)")


def table(rows: Sequence[tuple[str, ...]], indent: str = "  ") -> None:
    """Print rows in columns; the first row is the heading."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        say(indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
