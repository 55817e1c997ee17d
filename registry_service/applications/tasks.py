"""Due work about applications."""

from datetime import datetime

from applications.services import (
    assign_waiting,
    check_waiting,
    let_lapse,
    look_again,
    remind_of_questions,
    take_files_from_absent,
)

_AT_ONCE = 100
# Each takes up to a second, and other tasks wait meanwhile.
_CHECKED_AT_ONCE = 10


def close_unanswered(now: datetime) -> int:
    """Close files whose questions were not answered in time; returns how many."""
    return let_lapse(now, at_most=_AT_ONCE)


def remind_applicants(now: datetime) -> int:
    """Remind applicants of questions that are still open; returns how many."""
    return remind_of_questions(now, at_most=_AT_ONCE)


def share_out_files(now: datetime) -> int:
    """Take files from officers who have left, then give every waiting file to one; returns how many moved."""
    return take_files_from_absent(now, at_most=_AT_ONCE) + assign_waiting(now, at_most=_AT_ONCE)


def check_applications(now: datetime) -> int:
    """Look for what officers should look at, in what was submitted or answered since; returns how many."""
    return check_waiting(now, at_most=_CHECKED_AT_ONCE)


def check_applications_again(now: datetime) -> int:
    """Have applications looked at once more where something has come to light since; returns how many."""
    return look_again()
