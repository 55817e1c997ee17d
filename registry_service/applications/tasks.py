"""Due work about applications."""

from datetime import datetime

from applications.services import let_lapse

_AT_ONCE = 100


def close_unanswered(now: datetime) -> int:
    """Close files whose questions were not answered in time; returns how many."""
    return let_lapse(now, at_most=_AT_ONCE)
