"""When a license is asked about again, and what refusals say, without a database."""

from datetime import timedelta

import pytest

from license_gate.queries import Outcome
from staff.rules import AlreadyAffiliated, HasLeft, wait_before_asking_again


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome != Outcome.NOT_ANSWERED])
def test_every_answer_holds_for_a_day(outcome):
    assert wait_before_asking_again(outcome, 0) == timedelta(days=1)


@pytest.mark.parametrize(
    ("unanswered", "seconds"), [(1, 5), (2, 10), (3, 20), (4, 40), (5, 80), (6, 160), (7, 300), (8, 300), (10**6, 300)]
)
def test_no_answer_is_met_with_ever_longer_waits_up_to_five_minutes(unanswered, seconds):
    assert wait_before_asking_again(Outcome.NOT_ANSWERED, unanswered) == timedelta(seconds=seconds)


@pytest.mark.parametrize("refusal", [AlreadyAffiliated(license_number="RN 1"), HasLeft(left_on="2026-05-03")])
def test_every_refusal_is_a_conflict_and_a_sentence(refusal):
    assert refusal.status == 409
    assert str(refusal).endswith(".")
    assert "{" not in str(refusal)
