"""The machine of a payment, pair by pair, and when its provider is asked."""

from datetime import timedelta
from itertools import product

import pytest

from changes.tests.factories import NOW
from fees.rules import FIRST_WAIT, LONGEST_WAIT, Status, Transition, next_ask, next_status

LEADS_TO = {
    ("initiated", "start"): "pending",
    ("initiated", "settle"): "paid",
    ("initiated", "fail"): "failed",
    ("initiated", "expire"): "expired",
    ("pending", "settle"): "paid",
    ("pending", "fail"): "failed",
    ("pending", "expire"): "expired",
    ("failed", "settle"): "paid",
    ("expired", "settle"): "paid",
}


@pytest.mark.parametrize(("status", "transition"), list(product(Status, Transition)))
def test_every_pair_of_status_and_transition(status: Status, transition: Transition) -> None:
    assert next_status(status, transition) == LEADS_TO.get((status.value, transition.value))


def test_the_provider_is_asked_ever_more_seldom() -> None:
    waits = [next_ask(asks, NOW) - NOW for asks in range(40)]
    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT == timedelta(hours=6)
