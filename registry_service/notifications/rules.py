"""When a message is tried again, when it is given up, and when it is forgotten."""

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=1)
MOST_ATTEMPTS = 10
# Long enough to answer whoever asks where their message is; whom we wrote to is nobody's business for longer.
KEPT_FOR = timedelta(days=30)


def next_attempt(attempts: int, now: datetime) -> datetime:
    """Return when to try again after this many attempts, if this one comes to nothing.

    The first wait is five minutes: mail servers that greylist ask for about that, and it is longer
    than anybody who is handed a message may take for it, so a row that is being sent is not taken
    for one that was lost.
    """
    doublings = min(attempts - 1, MOST_ATTEMPTS)
    return now + min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def is_given_up(attempts: int) -> bool:
    """Say whether a message that failed this often is left alone."""
    return attempts >= MOST_ATTEMPTS
