"""Ctrl-C, SIGTERM and a closed terminal all ask for the same thing: stop everything, cleanly, once.

The signal only sets a flag; every wait looks at it. Nothing is torn down in the middle of being started.
"""

import signal
import threading
from types import FrameType

_asked = threading.Event()


class StopAsked(Exception):
    """Someone asked us to stop."""


def on_signals() -> None:
    """From here on, SIGINT, SIGTERM and SIGHUP ask for a stop."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ask)


def check() -> None:
    """Raise StopAsked when a stop was asked for."""
    if _asked.is_set():
        raise StopAsked


def wait(seconds: float) -> None:
    """Sleep, or raise StopAsked as soon as a stop is asked for."""
    if _asked.wait(seconds):
        raise StopAsked


def _ask(_number: int, _frame: FrameType | None) -> None:
    _asked.set()
