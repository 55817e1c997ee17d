"""A setting under which identities could not be proven, or would not be hidden, stops the start."""

from typing import Any

import pytest

from identity.checks import the_identity_provider_is_usable


def found() -> list[str | None]:
    return [message.id for message in the_identity_provider_is_usable(None)]


def test_the_fake_one_is_for_every_machine_but_those_of_production(settings: Any) -> None:
    assert found() == []
    settings.PHB_ENV = "production"
    assert found() == ["phb.E050"]
    settings.IDENTITY_PROVIDER = "none"
    assert found() == []


@pytest.mark.parametrize("key", ["IDENTITY_HASH_KEY", "IDENTITY_ENTERPRISE_CODE", "DOJAH_APP_ID", "DOJAH_SECRET_KEY"])
def test_dojah_needs_all_of_its_keys_and_ours(settings: Any, key: str) -> None:
    settings.IDENTITY_PROVIDER = "dojah"
    settings.IDENTITY_ENTERPRISE_CODE = settings.DOJAH_APP_ID = settings.DOJAH_SECRET_KEY = "x"
    assert found() == []
    setattr(settings, key, "")
    (message,) = the_identity_provider_is_usable(None)
    assert message.id == "phb.E051"
    assert key in str(message.hint)


def test_a_key_that_can_be_guessed_is_refused(settings: Any) -> None:
    settings.IDENTITY_HASH_KEY = "k" * 31
    assert found() == ["phb.E052"]
