"""From what is held of a standing to what a list says of it."""

from dataclasses import replace
from datetime import date

import pytest

from licenses.listed import Said, die, follow, with_certificates, without_certificate
from licenses.rules import HolderDeceased, Period, Standing, Status, Transition, TransitionNotAllowed, status_on

DAY = date(2026, 11, 23)
HELD = Standing(registered_on=date(2000, 1, 1))


def d(text: str) -> date:
    return date.fromisoformat(text)


def said(status: str, reason: str = "", since: str = "", until: str = "") -> Said:
    return Said(DAY, Status(status), reason, d(since) if since else None, d(until) if until else None)


def suspended(start: str, end: str = "", reason: str = "tribunal_order") -> Period:
    return Period(d(start), d(end) if end else None, code=reason)


def shown(steps) -> list[tuple[str, str]]:
    return [(step.transition.value, step.effective_on.isoformat()) for step in steps]


@pytest.mark.parametrize(
    ("held", "what"),
    [
        (HELD, said("registered")),
        (HELD, said("registered", since="2000-01-01")),
        (replace(HELD, suspensions=[suspended("2026-09-01")]), said("suspended", "tribunal_order")),
        (
            replace(HELD, suspensions=[suspended("2026-09-01", "2027-03-01")]),
            said("suspended", "tribunal_order", "2026-09-01", "2027-03-01"),
        ),
        (replace(HELD, suspensions=[suspended("2026-09-01", "2027-03-01")]), said("suspended", "tribunal_order")),
        (replace(HELD, removals=[suspended("2020-01-01", reason="death")]), said("removed", "death")),
        (replace(HELD, suspensions=[suspended("2027-01-01")]), said("registered")),
    ],
)
def test_what_is_held_already_changes_nothing(held, what):
    assert follow(held, what) == (held, [])


def test_a_newer_list_suspends_from_its_own_day_unless_it_names_one():
    standing, steps = follow(HELD, said("suspended", "interim_order"))
    assert (standing.suspensions, shown(steps)) == (
        [suspended("2026-11-23", reason="interim_order")],
        [("suspend", "2026-11-23")],
    )
    standing, steps = follow(HELD, said("suspended", "tribunal_order", "2026-09-01", "2027-03-01"))
    assert (standing.suspensions, shown(steps)) == (
        [suspended("2026-09-01", "2027-03-01")],
        [("suspend", "2026-09-01")],
    )


def test_a_correction_of_the_days_or_the_reason_is_no_step():
    held = replace(HELD, suspensions=[suspended("2026-09-01")])
    standing, steps = follow(held, said("suspended", "interim_order", "2026-08-01", "2027-01-01"))
    assert (standing.suspensions, steps) == ([suspended("2026-08-01", "2027-01-01", "interim_order")], [])


def test_a_suspension_that_ended_and_is_said_to_go_on_begins_where_it_ended():
    held = replace(HELD, suspensions=[suspended("2026-01-10", "2026-07-10")])
    standing, steps = follow(held, said("suspended", "tribunal_order", "2026-01-10"))
    assert standing.suspensions == [suspended("2026-01-10", "2026-07-10"), suspended("2026-07-10")]
    assert shown(steps) == [("suspend", "2026-07-10")]
    assert follow(standing, said("suspended", "tribunal_order", "2026-01-10")) == (standing, [])


@pytest.mark.parametrize(
    ("since", "ends"), [("", "2026-11-23"), ("2026-10-01", "2026-10-01"), ("2020-01-01", "2026-11-23")]
)
def test_back_in_good_standing(since, ends):
    held = replace(HELD, suspensions=[suspended("2026-09-01")])
    standing, steps = follow(held, said("registered", since=since))
    assert standing.suspensions == [suspended("2026-09-01", ends)]
    assert shown(steps) == [("reinstate", ends)]


def test_removed_and_restored_to_a_suspension():
    held, _ = follow(HELD, said("removed", "own_request", "2022-12-31"))
    assert held.removals == [suspended("2022-12-31", reason="own_request")]
    standing, steps = follow(held, said("suspended", "tribunal_order", "2026-10-01"))
    assert shown(steps) == [("restore", "2026-10-01"), ("suspend", "2026-10-01")]
    assert status_on(standing, DAY) is Status.SUSPENDED
    standing, steps = follow(standing, said("removed", "erased_by_tribunal"))
    assert shown(steps) == [("remove", "2026-11-23")]
    assert [step.from_status for step in steps] == [Status.SUSPENDED]


def test_nothing_begins_before_the_registration():
    standing, steps = follow(HELD, said("suspended", "tribunal_order", "1999-01-01"))
    assert standing.suspensions == [suspended("2000-01-01")]
    assert shown(steps) == [("suspend", "2000-01-01")]


def test_periods_around_stay_whole():
    held = replace(HELD, suspensions=[suspended("2026-01-01", "2026-02-01"), suspended("2027-01-01", "2027-02-01")])
    standing, _ = follow(held, said("suspended", "tribunal_order", "2025-12-01"))
    assert standing.suspensions[2:] == [suspended("2026-02-01", "2027-01-01")]


def test_what_is_held_for_later_can_stand_in_the_way():
    held = replace(HELD, removals=[suspended("2027-01-01", reason="own_request")])
    with pytest.raises(TransitionNotAllowed):
        follow(held, said("suspended", "tribunal_order", "2027-02-01"))


def test_a_list_brings_nobody_back_to_life():
    dead, steps = die(replace(HELD, suspensions=[suspended("2020-01-01")]), d("2021-04-30"))
    assert [(step.transition, step.from_status, step.reason) for step in steps] == [
        (Transition.REMOVE, Status.SUSPENDED, "death")
    ]
    for status in Status.values:
        with pytest.raises(HolderDeceased):
            follow(dead, said(status))


def test_who_was_removed_before_death_is_not_removed_again():
    held = replace(HELD, removals=[suspended("2020-01-01", reason="own_request")])
    assert die(held, d("2021-04-30"))[1] == []


def years(*texts: str) -> list[Period]:
    return [Period(*map(d, text.split("/"))) for text in texts]


@pytest.mark.parametrize(
    ("held", "listed", "together"),
    [
        ([], [], []),
        (["2026-01-01/2027-01-01"], ["2026-01-01/2027-01-01"], ["2026-01-01/2027-01-01"]),
        (
            ["2021-10-01/2024-10-01"],
            ["2024-10-01/2027-10-01"],
            ["2021-10-01/2024-10-01", "2024-10-01/2027-10-01"],
        ),
        # An earlier one ends on the day before a later one begins, whichever of them is new.
        (["2024-01-01/2027-01-01"], ["2026-06-01/2029-06-01"], ["2024-01-01/2026-06-01", "2026-06-01/2029-06-01"]),
        (["2026-06-01/2029-06-01"], ["2024-01-01/2027-01-01"], ["2024-01-01/2026-06-01", "2026-06-01/2029-06-01"]),
        # The same first day: the list says when it ends.
        (["2026-01-01/2027-01-01"], ["2026-01-01/2026-07-01"], ["2026-01-01/2026-07-01"]),
        (["2026-01-01/2026-07-01"], ["2026-01-01/2027-01-01"], ["2026-01-01/2027-01-01"]),
    ],
)
def test_certificates_never_overlap(held, listed, together):
    assert with_certificates(years(*held), years(*listed)) == years(*together)
    assert with_certificates(years(*together), years(*listed)) == years(*together)


def test_a_certificate_keeps_its_number():
    held = [Period(d("2026-01-01"), d("2027-01-01"), number="C-1")]
    assert with_certificates(held, years("2026-01-01/2026-07-01"))[0].number == "C-1"


def test_no_certificate_today_ends_what_runs_and_takes_away_what_follows():
    held = years("2025-01-01/2026-01-01", "2026-01-01/2027-01-01", "2027-01-01/2028-01-01")
    left = years("2025-01-01/2026-01-01", "2026-01-01/2026-11-23")
    assert without_certificate(held, DAY) == left
    assert without_certificate(left, DAY) == left
