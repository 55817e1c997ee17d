"""Due work: licenses to ask about."""

from datetime import datetime

from common.asker import asking_as_worker
from staff.services import verify_due

BATCH = 500


def verify_due_licenses(now: datetime) -> int:
    """Ask about the licenses that are due, and return how many were."""
    with asking_as_worker():
        return verify_due(now=now, limit=BATCH)
