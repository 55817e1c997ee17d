"""Dates and years as lists write them."""

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PARTS = {
    "%d": r"(?P<day>\d{1,2})",
    "%m": r"(?P<month>\d{1,2})",
    "%b": f"(?P<name>(?i:{'|'.join(_MONTHS)}))",
    "%Y": r"(?P<year>\d{4})",
}
_YEARS = re.compile(r"\d{4}( ?/ ?\d{4})*")
_LAST_YEAR = 9998


class DateReader:
    """Reads dates in the formats of one mapping, tried in their order; English months, years in four figures."""

    def __init__(self, formats: tuple[str, ...]) -> None:
        self._patterns = [re.compile(_pattern(text)) for text in formats]

    def read(self, text: str) -> date | None:
        """Return the date, or nothing when it fits no format or does not exist."""
        for pattern in self._patterns:
            if (found := pattern.fullmatch(text)) and (day := _date(found)):
                return day
        return None

    def read_years(self, text: str) -> list[int] | None:
        """Return the years of "2026" or "2026/2027", none of an empty text, and nothing when it is neither."""
        if not text:
            return []
        if not _YEARS.fullmatch(text):
            return None
        years = sorted({int(year) for year in text.split("/")})
        return years if years[0] > 0 and years[-1] <= _LAST_YEAR else None


def _pattern(text: str) -> str:
    pieces = re.split("(%.)", text)
    return "".join(_PARTS.get(piece, re.escape(piece)) for piece in pieces)


def _date(found: re.Match[str]) -> date | None:
    parts = found.groupdict()
    month = int(parts["month"]) if "month" in parts else _MONTHS.index(parts["name"].lower()) + 1
    try:
        day = date(int(parts["year"]), month, int(parts["day"]))
    except ValueError:
        return None
    return day if day.year <= _LAST_YEAR else None
