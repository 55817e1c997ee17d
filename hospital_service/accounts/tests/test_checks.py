"""In production somebody should have asked for a second factor."""

import pytest
from django.core.checks import registry

from accounts.checks import a_second_factor_is_asked_for


@pytest.mark.parametrize(
    ("kind", "is_required", "expected"),
    [("production", False, ["phb.W012"]), ("production", True, []), ("local", False, []), ("test", False, [])],
)
def test_production_without_a_second_factor_is_warned(settings, kind, is_required, expected):
    settings.PHB_ENV, settings.SECOND_FACTOR_REQUIRED = kind, is_required
    found = a_second_factor_is_asked_for(None)
    assert [message.id for message in found] == expected
    assert all("SECOND_FACTOR_REQUIRED=on" in message.hint for message in found)


def test_it_is_asked_at_a_deployment_alone():
    assert a_second_factor_is_asked_for in registry.registry.get_checks(include_deployment_checks=True)
    assert a_second_factor_is_asked_for not in registry.registry.get_checks()
