"""A setting under which no money could be taken stops the start."""

from typing import Any

import pytest

from fees.checks import the_payment_provider_is_usable
from fees.tests.factories import use_paystack, use_remita


def found() -> list[str | None]:
    return [message.id for message in the_payment_provider_is_usable(None)]


def test_the_fake_one_is_for_every_machine_but_those_of_production(settings: Any) -> None:
    assert found() == []
    settings.PHB_ENV = "production"
    assert found() == ["phb.E030"]


@pytest.mark.parametrize("key", ["REMITA_MERCHANT_ID", "REMITA_SERVICE_TYPE_ID", "REMITA_API_KEY"])
def test_remita_needs_all_of_its_keys(settings: Any, key: str) -> None:
    use_remita(settings)
    assert found() == []
    setattr(settings, key, "")
    (message,) = the_payment_provider_is_usable(None)
    assert message.id == "phb.E031"
    assert key in str(message.hint)


def test_paystack_needs_its_key(settings: Any) -> None:
    use_paystack(settings)
    assert found() == []
    settings.PAYSTACK_SECRET_KEY = ""
    assert found() == ["phb.E031"]
