"""The register's calendar: instants are UTC, days are whole days in Lagos."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LAGOS = ZoneInfo("Africa/Lagos")


def day_in_lagos(instant: datetime) -> date:
    """Return the calendar day on which `instant` (aware) falls in Nigeria."""
    return instant.astimezone(LAGOS).date()
