"""The transition table, pair by pair, and what a standing says of a day, boundary by boundary."""

from datetime import date, timedelta
from itertools import product

import pytest

from licenses.rules import (
    TRANSITIONS,
    Period,
    Standing,
    Status,
    Transition,
    TransitionNotAllowed,
    certificate_for,
    in_force,
    next_status,
    obstacles_on,
    status_on,
)

DAY = date(2026, 11, 23)
BEFORE = DAY - timedelta(days=1)
AFTER = DAY + timedelta(days=1)
YEAR = Period(date(2026, 1, 1), date(2027, 1, 1), number="PC/26/1")
REGISTERED = date(2015, 6, 1)

# Written out by hand, so that a slip in the table cannot agree with itself.
ALLOWED = {
    (Status.REGISTERED, Transition.SUSPEND): Status.SUSPENDED,
    (Status.SUSPENDED, Transition.REINSTATE): Status.REGISTERED,
    (Status.REGISTERED, Transition.REMOVE): Status.REMOVED,
    (Status.SUSPENDED, Transition.REMOVE): Status.REMOVED,
    (Status.REMOVED, Transition.RESTORE): Status.REGISTERED,
}


@pytest.mark.parametrize(("status", "transition"), list(product(Status, Transition)))
def test_every_pair_of_status_and_transition(status: Status, transition: Transition) -> None:
    if (status, transition) in ALLOWED:
        assert next_status(status, transition) is ALLOWED[status, transition]
    else:
        with pytest.raises(TransitionNotAllowed) as refusal:
            next_status(status, transition)
        assert refusal.value.members == {"transition": transition.value, "license_status": status.value}


def test_the_table_knows_every_transition() -> None:
    assert set(TRANSITIONS) == set(Transition)


class TestPeriods:
    def test_a_period_has_its_first_day_and_not_its_end(self) -> None:
        period = Period(DAY, AFTER)
        assert [period.includes(day) for day in (BEFORE, DAY, AFTER)] == [False, True, False]

    def test_a_period_without_end_goes_on(self) -> None:
        assert Period(DAY).includes(date.max)
        assert not Period(DAY).includes(BEFORE)

    def test_the_period_in_force_is_the_one_that_includes_the_day(self) -> None:
        first, second = Period(BEFORE, DAY), Period(DAY, AFTER)
        assert in_force([first, second], DAY) is second
        assert in_force([first, second], AFTER) is None


class TestStatus:
    @pytest.mark.parametrize(
        ("standing", "expected"),
        [
            (Standing(REGISTERED), ["registered", "registered", "registered"]),
            (Standing(REGISTERED, suspensions=[Period(DAY, AFTER)]), ["registered", "suspended", "registered"]),
            (Standing(REGISTERED, suspensions=[Period(DAY)]), ["registered", "suspended", "suspended"]),
            (Standing(REGISTERED, removals=[Period(DAY, AFTER)]), ["registered", "removed", "registered"]),
            (Standing(REGISTERED, removals=[Period(DAY)]), ["registered", "removed", "removed"]),
            (
                Standing(REGISTERED, removals=[Period(DAY)], suspensions=[Period(BEFORE, None)]),
                ["suspended", "removed", "removed"],
            ),
            (Standing(REGISTERED, died_on=DAY), ["registered", "removed", "removed"]),
            (
                Standing(REGISTERED, died_on=AFTER, suspensions=[Period(DAY)]),
                ["registered", "suspended", "removed"],
            ),
        ],
    )
    def test_on_the_day_before_on_the_day_and_after(self, standing: Standing, expected: list[str]) -> None:
        assert [status_on(standing, day).value for day in (BEFORE, DAY, AFTER)] == expected


def codes(standing: Standing, day: date) -> list[str]:
    return [obstacle.code for obstacle in obstacles_on(standing, day)]


class TestObstacles:
    def test_a_certificate_is_what_it_takes(self) -> None:
        standing = Standing(REGISTERED, certificates=[YEAR])
        assert codes(standing, date(2026, 1, 1)) == []
        assert codes(standing, date(2026, 12, 31)) == []
        assert codes(standing, date(2025, 12, 31)) == ["certificate_missing"]
        assert codes(standing, date(2027, 1, 1)) == ["certificate_expired"]

    def test_an_expired_certificate_says_since_when(self) -> None:
        standing = Standing(REGISTERED, certificates=[Period(date(2024, 1, 1), date(2025, 1, 1)), YEAR])
        (obstacle,) = obstacles_on(standing, date(2027, 3, 1))
        assert obstacle.start == date(2027, 1, 1)

    def test_grace_stands_in_for_a_certificate_until_it_ends(self) -> None:
        grace = Period(date(2027, 1, 1), date(2027, 4, 1))
        standing = Standing(REGISTERED, certificates=[YEAR], graces=[grace])
        assert codes(standing, date(2027, 3, 31)) == []
        assert codes(standing, date(2027, 4, 1)) == ["certificate_expired"]

    def test_nobody_practises_before_registration(self) -> None:
        standing = Standing(date(2026, 6, 1), certificates=[YEAR])
        assert codes(standing, date(2026, 5, 31)) == ["not_yet_registered"]
        assert codes(standing, date(2026, 6, 1)) == []

    def test_a_suspension_says_why_and_until_when(self) -> None:
        suspension = Period(DAY, AFTER, code="interim_order", text="Interim order")
        (obstacle,) = obstacles_on(Standing(REGISTERED, certificates=[YEAR], suspensions=[suspension]), DAY)
        assert (obstacle.code, obstacle.text) == ("suspended", "Interim order")
        assert (obstacle.start, obstacle.end) == (DAY, AFTER)

    def test_everything_that_stands_against_it_is_named(self) -> None:
        standing = Standing(REGISTERED, died_on=DAY, removals=[Period(BEFORE)], suspensions=[Period(BEFORE)])
        assert codes(standing, DAY) == ["deceased", "removed", "suspended", "certificate_missing"]

    def test_conditions_and_supervision_do_not_stand_against_practising(self) -> None:
        standing = Standing(REGISTERED, supervised=True, certificates=[YEAR], conditions=[Period(REGISTERED)])
        assert codes(standing, DAY) == []


class TestCertificate:
    def test_the_one_that_covers_the_day_before_a_later_one(self) -> None:
        later = Period(date(2027, 1, 1), date(2028, 1, 1))
        assert certificate_for(Standing(REGISTERED, certificates=[YEAR, later]), DAY) is YEAR

    def test_the_last_one_when_none_covers_the_day(self) -> None:
        earlier = Period(date(2024, 1, 1), date(2025, 1, 1))
        standing = Standing(REGISTERED, certificates=[earlier, Period(date(2025, 1, 1), date(2026, 1, 1))])
        certificate = certificate_for(standing, DAY)
        assert certificate is not None
        assert certificate.end == date(2026, 1, 1)

    def test_none_when_the_first_is_still_to_begin(self) -> None:
        assert certificate_for(Standing(REGISTERED, certificates=[YEAR]), date(2025, 12, 31)) is None
