"""Amounts of kobo, written for people."""

import pytest

from common.money import money


@pytest.mark.parametrize(
    ("amount_kobo", "written"),
    [(4_500_000, "NGN 45,000.00"), (5, "NGN 0.05"), (123_456_789_012, "NGN 1,234,567,890.12")],
)
def test_kobo_are_written_as_naira(amount_kobo: int, written: str) -> None:
    assert money(amount_kobo, "NGN") == written
