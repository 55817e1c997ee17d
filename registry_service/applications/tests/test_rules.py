"""The machine by itself, and what an application must say."""

from datetime import date, timedelta

import pytest

from applications.rules import (
    CLOSED,
    COUNCILS_TURN,
    REQUIRED_FIELDS,
    TRANSITIONS,
    Status,
    councils_time,
    missing_fields,
)
from applications.tests.factories import ANSWERS
from changes.tests.factories import NOW
from reference.rules import ApplicationKind

TODAY = date(2026, 11, 23)
WHOLE = {**ANSWERS, "state": "LA"}


def found(**changed: object) -> list[tuple[str, str]]:
    missing = missing_fields(ApplicationKind.FIRST_REGISTRATION, {**WHOLE, **changed}, TODAY)
    return [(one.pointer, one.code) for one in missing]


def test_nothing_leaves_a_closed_status_and_everything_else_can_be_left() -> None:
    left = set().union(*(sources for sources, _ in TRANSITIONS.values()))
    assert left == set(Status) - CLOSED


def test_every_status_but_the_first_can_be_reached() -> None:
    assert {target for _, target in TRANSITIONS.values() if target} == set(Status) - {Status.DRAFT}


def test_the_councils_clock_runs_where_the_council_must_act() -> None:
    assert COUNCILS_TURN.isdisjoint(CLOSED | {Status.DRAFT, Status.INFORMATION_REQUESTED})


def test_each_kind_says_what_it_needs() -> None:
    assert set(REQUIRED_FIELDS) == set(ApplicationKind)


def test_the_councils_time_is_without_that_of_the_applicant() -> None:
    at = [NOW + timedelta(days=days) for days in (0, 2, 3, 13, 14)]
    turns = [Status.SUBMITTED, Status.UNDER_REVIEW, Status.INFORMATION_REQUESTED, Status.UNDER_REVIEW, Status.APPROVED]
    assert councils_time(list(zip(turns, at, strict=True)), at[-1] + timedelta(days=100)) == timedelta(days=4)
    assert councils_time(list(zip(turns[:2], at[:2], strict=True)), at[1] + timedelta(days=5)) == timedelta(days=7)
    assert councils_time([], NOW) == timedelta()


class TestWhatIsMissing:
    def test_nothing_when_everything_is_said(self) -> None:
        assert found() == []

    @pytest.mark.parametrize("field", REQUIRED_FIELDS[ApplicationKind.FIRST_REGISTRATION])
    def test_an_empty_answer_is(self, field: str) -> None:
        for empty in (None, ""):
            assert found(**{field: empty}) == [(f"/{field}", "required")]

    def test_all_empty_answers_are_named_in_the_order_of_the_form(self) -> None:
        missing = missing_fields(ApplicationKind.FIRST_REGISTRATION, {}, TODAY)
        assert [one.pointer for one in missing] == [
            f"/{field}" for field in REQUIRED_FIELDS[ApplicationKind.FIRST_REGISTRATION]
        ]

    @pytest.mark.parametrize(
        ("answers", "expected"),
        [
            ({"birth_date": date(2011, 1, 1)}, ("/birth_date", "too_young")),
            ({"birth_date": date(2012, 2, 29), "qualified_on": date(2026, 1, 1)}, ("/birth_date", "too_young")),
            ({"birth_date": date(9999, 12, 31), "qualified_on": TODAY}, ("/birth_date", "too_young")),
            ({"qualified_on": date(2026, 11, 24)}, ("/qualified_on", "in_future")),
            ({"qualified_on": date(1996, 4, 17)}, ("/qualified_on", "before_birth")),
        ],
    )
    def test_what_cannot_be_true(self, answers: dict[str, object], expected: tuple[str, str]) -> None:
        assert expected in found(**answers)
