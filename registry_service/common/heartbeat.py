"""Whether a worker's loop still turns: it touches a file, and `python -m common.heartbeat` looks how old that is.

For an orchestrator: a worker serves no port that could be asked, and its process may live on when its loop hangs.
"""

import os
import sys
import time
from pathlib import Path

STALE_SECONDS = 300
"""Longer than one turn takes; the longest is one in which everybody who is asked over the network hangs."""


def beat() -> None:
    """Note that the loop turns, where this instance has a folder of its own (PROMETHEUS_MULTIPROC_DIR)."""
    if file := _file():
        file.touch()


def is_beating() -> bool:
    """Say whether the loop of this instance has turned lately."""
    file = _file()
    return file is not None and file.exists() and time.time() - file.stat().st_mtime < STALE_SECONDS


def _file() -> Path | None:
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    return Path(folder, "worker.heartbeat") if folder else None


if __name__ == "__main__":
    sys.exit(None if is_beating() else "The worker's loop does not turn, or PROMETHEUS_MULTIPROC_DIR is not its own.")
