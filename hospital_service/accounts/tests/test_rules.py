"""What roles, addresses and refusals are, without a database."""

import inspect
from datetime import UTC, datetime, timedelta

import pytest

from accounts import rules
from common.errors import DomainError

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["Ada@Example.NG", " ada@example.ng ", "ADA@EXAMPLE.NG"])
def test_an_address_is_the_same_in_any_capitals(typed):
    assert rules.normal_email(typed) == "ada@example.ng"


@pytest.mark.parametrize(("seconds", "replay"), [(-1, False), (0, False), (10, False), (11, True)])
def test_a_second_use_within_ten_seconds_is_a_double_click_and_later_a_replay(seconds, replay):
    assert rules.is_replay(spent_at=NOW, now=NOW + timedelta(seconds=seconds)) is replay


REFUSALS = [kind for _, kind in inspect.getmembers(rules, inspect.isclass) if issubclass(kind, DomainError)]


@pytest.mark.parametrize("refusal", [kind for kind in REFUSALS if kind is not DomainError])
def test_every_refusal_says_what_it_is(refusal):
    error = refusal(retry_after=30, roles="Nurse")
    assert refusal.code.islower()
    assert 400 <= refusal.status < 500
    assert refusal.title
    assert str(error).endswith(".")
    assert all(value.format(**error.members) for value in refusal.headers.values())
    assert refusal.status != 401 or "WWW-Authenticate" in refusal.headers
