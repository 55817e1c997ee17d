"""What codes look like, which roles need one, and what every refusal says, without a database."""

import inspect

import pytest

from accounts import factors
from accounts.rules import SECOND_FACTOR_ROLES, Role
from common.errors import DomainError

BOTH, PASSWORD = {"amr": ["pwd", "otp"]}, {"amr": ["pwd"]}


@pytest.mark.parametrize("role", sorted(SECOND_FACTOR_ROLES))
@pytest.mark.parametrize(
    ("claims", "is_required", "may"),
    [(BOTH, True, True), (PASSWORD, True, False), ({}, True, False), (PASSWORD, False, True), ({}, False, True)],
)
def test_a_role_that_must_be_proved_by_a_code_is_acted_in_with_one(role, claims, is_required, may):
    assert factors.may_act_as(role, claims, is_required=is_required) is may


@pytest.mark.parametrize("role", sorted(set(Role) - SECOND_FACTOR_ROLES))
def test_other_roles_are_not_bothered(role):
    assert factors.may_act_as(role, PASSWORD, is_required=True)


@pytest.mark.parametrize(
    ("claims", "ways"), [(BOTH, ("pwd", "otp")), (PASSWORD, ("pwd",)), ({}, ("pwd",))], ids=["both", "one", "silent"]
)
def test_a_token_that_does_not_say_how_was_given_for_a_password(claims, ways):
    assert factors.ways_of(claims) == ways


@pytest.mark.parametrize("typed", ["123456", "123 456", " 123-456\n", "123\u00a0456"])
def test_six_digits_however_they_are_grouped_are_of_an_app(typed):
    assert factors.is_of_an_app(factors.normal_code(typed))


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "12345a", "\uff11\uff12\uff13\uff14\uff15\uff16", "1_2345", "+12345", "-1234"]
)
def test_nothing_else_is(typed):
    assert not factors.is_of_an_app(factors.normal_code(typed))


def test_a_recovery_code_has_four_groups_and_is_never_the_same():
    codes = {factors.new_recovery_code() for _ in range(100)}
    assert len(codes) == 100
    assert {len(group) for code in codes for group in code.split("-")} == {4}
    assert {code.count("-") for code in codes} == {3}


def test_a_recovery_code_is_known_again_however_it_is_typed():
    code = factors.new_recovery_code()
    digest = factors.recovery_digest(code)
    assert digest == factors.recovery_digest(code.upper().replace("-", " "))
    assert digest != factors.recovery_digest(factors.new_recovery_code())
    assert (len(digest), code.replace("-", "") in digest) == (16, False)


REFUSALS = [kind for _, kind in inspect.getmembers(factors, inspect.isclass) if issubclass(kind, DomainError)]


@pytest.mark.parametrize("refusal", [kind for kind in REFUSALS if kind is not DomainError])
def test_every_refusal_says_what_it_is(refusal):
    error = refusal(retry_after=30)
    assert refusal.code.startswith("second_factor_")
    assert 400 <= refusal.status < 500
    assert refusal.title
    assert str(error).endswith(".")
    assert all(value.format(**error.members) for value in refusal.headers.values())
    assert refusal.status != 401 or "WWW-Authenticate" in refusal.headers
