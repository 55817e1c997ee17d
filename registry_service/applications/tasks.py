"""Due work about applications."""

from datetime import datetime

from applications.services import assign_waiting, let_lapse, take_files_from_absent

_AT_ONCE = 100


def close_unanswered(now: datetime) -> int:
    """Close files whose questions were not answered in time; returns how many."""
    return let_lapse(now, at_most=_AT_ONCE)


def share_out_files(now: datetime) -> int:
    """Take files from officers who have left, then give every waiting file to one; returns how many moved."""
    return take_files_from_absent(now, at_most=_AT_ONCE) + assign_waiting(now, at_most=_AT_ONCE)
