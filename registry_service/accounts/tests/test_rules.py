"""What roles, scopes, addresses and refusals are, without a database."""

import inspect
from datetime import UTC, datetime, timedelta

import pytest

from accounts import rules
from common.errors import DomainError

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["Ada@Example.NG", " ada@example.ng ", "ADA@EXAMPLE.NG"])
def test_an_address_is_the_same_in_any_capitals(typed):
    assert rules.normal_email(typed) == "ada@example.ng"


@pytest.mark.parametrize("text", ["hospital-service", "a1", "x" * 63])
def test_a_client_id_is_lower_case_letters_digits_and_hyphens(text):
    assert rules.is_client_id(text)


@pytest.mark.parametrize("text", ["", "A", "-a", "a-", "a b", "a\0b", "é1", "x" * 64, "a\n"])
def test_anything_else_is_no_client_id(text):
    assert not rules.is_client_id(text)


def test_a_client_that_asks_for_no_scope_gets_all_it_has():
    assert rules.granted_scopes(None, ["verify", "changes"]) == ["changes", "verify"]


@pytest.mark.parametrize("asked", ["verify", "verify verify", " verify"])
def test_a_client_may_ask_for_fewer_scopes(asked):
    assert rules.granted_scopes(asked, ["verify", "changes"]) == ["verify"]


@pytest.mark.parametrize("asked", ["roster", "verify roster", "", " ", "VERIFY", "verify\troster"])
def test_a_scope_that_the_client_does_not_have_is_refused(asked):
    with pytest.raises(rules.InvalidScope):
        rules.granted_scopes(asked, ["verify"])


@pytest.mark.parametrize(("seconds", "replay"), [(-1, False), (0, False), (10, False), (11, True)])
def test_a_second_use_within_ten_seconds_is_a_double_click_and_later_a_replay(seconds, replay):
    assert rules.is_replay(spent_at=NOW, now=NOW + timedelta(seconds=seconds)) is replay


@pytest.mark.parametrize("secret", ["x" * 42, "x" * 257, "x" * 50 + "+", "x" * 50 + "%41", "x" * 50 + "é"])
def test_a_secret_must_be_long_and_travel_in_http_basic_unchanged(secret):
    assert not rules.is_usable_secret(secret)


REFUSALS = [kind for _, kind in inspect.getmembers(rules, inspect.isclass) if issubclass(kind, DomainError)]


@pytest.mark.parametrize("refusal", [kind for kind in REFUSALS if kind is not DomainError])
def test_every_refusal_says_what_it_is(refusal):
    error = refusal(retry_after=30, scope="verify", error_description="text")
    assert refusal.code.islower()
    assert 400 <= refusal.status < 500
    assert refusal.title
    assert str(error).endswith((".", "text"))
    assert all(value.format(**error.members) for value in refusal.headers.values())
    assert refusal.status != 401 or "WWW-Authenticate" in refusal.headers
