"""What a practising term means for the calendar."""

from datetime import date

import pytest

from reference.rules import TermKind, add_months, term_from


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
        (date(2026, 10, 31), 2, date(2026, 12, 31)),
    ],
)
def test_adding_months(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 7, 9), date(2026, 12, 31)])
def test_a_calendar_year_is_the_same_whenever_it_is_issued(day: date) -> None:
    assert term_from(day, TermKind.CALENDAR_YEAR, 12) == (date(2026, 1, 1), date(2027, 1, 1))


def test_months_count_from_the_day_of_issue() -> None:
    assert term_from(date(2026, 7, 9), TermKind.MONTHS_FROM_ISSUE, 36) == (date(2026, 7, 9), date(2029, 7, 9))
