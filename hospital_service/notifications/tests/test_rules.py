"""How long a message that failed waits, and when it is left alone."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.rules import MOST_ATTEMPTS, is_given_up, next_attempt

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 5), (2, 10), (3, 20), (4, 40), (5, 60), (6, 60), (MOST_ATTEMPTS, 60), (30_000, 60)]
)
def test_the_wait_doubles_up_to_an_hour(attempts, minutes):
    assert next_attempt(attempts, NOW) == NOW + timedelta(minutes=minutes)


def test_the_last_attempt_is_six_hours_and_a_quarter_after_the_first():
    waits = [next_attempt(attempts, NOW) - NOW for attempts in range(1, MOST_ATTEMPTS)]
    assert sum(waits, timedelta()) == timedelta(hours=6, minutes=15)


def test_after_ten_attempts_a_message_is_left_alone():
    assert [is_given_up(attempts) for attempts in (1, 9, 10, 11)] == [False, False, True, True]
