"""What search does without anyone asking (config.due_tasks says how often)."""

from datetime import datetime

from search import services


def refresh_statistics(now: datetime) -> int:
    """Compute the published figures; returns 0, since nothing is left to do at once."""
    services.refresh_statistics(now)
    return 0
