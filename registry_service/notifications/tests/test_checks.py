"""A setting under which no text message could be sent stops the start."""

from typing import Any

import pytest

from notifications.checks import sms_can_be_sent


def found() -> list[str | None]:
    return [message.id for message in sms_can_be_sent(None)]


@pytest.fixture(autouse=True)
def _complete(settings: Any) -> None:
    settings.PHB_ENV, settings.SMS_FILE_PATH = "local", "/somewhere"
    settings.SMS_SENDER, settings.SMS_DEADLINE_SECONDS = "PHB", 8
    settings.TERMII_URL, settings.TERMII_API_KEY = "https://api.ng.termii.com", "key"
    settings.AFRICAS_TALKING_URL = "https://api.africastalking.com"
    settings.AFRICAS_TALKING_USERNAME, settings.AFRICAS_TALKING_API_KEY = "phb", "key"


@pytest.mark.parametrize("provider", ["none", "fake", "termii", "africas_talking"])
def test_a_provider_that_has_what_it_needs_is_fine(settings: Any, provider: str) -> None:
    settings.SMS_PROVIDER = provider
    assert found() == []


def test_the_fake_one_is_for_every_machine_but_those_of_production(settings: Any) -> None:
    settings.PHB_ENV = "production"
    for provider, ids in [("none", []), ("fake", ["phb.E040"]), ("termii", []), ("africas_talking", [])]:
        settings.SMS_PROVIDER = provider
        assert found() == ids


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        ("fake", "SMS_FILE_PATH"),
        ("termii", "TERMII_API_KEY"),
        ("africas_talking", "AFRICAS_TALKING_USERNAME"),
        ("africas_talking", "AFRICAS_TALKING_API_KEY"),
    ],
)
def test_what_a_provider_needs_is_asked_for_by_its_name(settings: Any, provider: str, name: str) -> None:
    settings.SMS_PROVIDER = provider
    setattr(settings, name, "")
    (message,) = sms_can_be_sent(None)
    assert message.id == "phb.E041"
    assert name in str(message.hint)


@pytest.mark.parametrize(("provider", "name"), [("termii", "TERMII_URL"), ("africas_talking", "AFRICAS_TALKING_URL")])
def test_our_key_goes_to_an_address_with_https_only(settings: Any, provider: str, name: str) -> None:
    settings.SMS_PROVIDER = provider
    setattr(settings, name, "http://api.example.ng")
    assert found() == ["phb.E042"]
    assert name in str(sms_can_be_sent(None)[0].hint)


@pytest.mark.parametrize(
    ("sender", "ids"),
    [
        ("PHB", []),
        ("PHB Nigeria", []),
        ("N-Alert", []),
        ("PH", ["phb.E043"]),
        ("PHB Registry1", ["phb.E043"]),
        ("Ọ̀yọ́", ["phb.E043"]),
        ("", ["phb.E043"]),
    ],
)
def test_a_sender_has_three_to_eleven_plain_characters(settings: Any, sender: str, ids: list[str]) -> None:
    settings.SMS_PROVIDER, settings.SMS_SENDER = "termii", sender
    assert found() == ids


@pytest.mark.parametrize(("seconds", "ids"), [(0, ["phb.E044"]), (1, []), (60, []), (61, ["phb.E044"])])
def test_the_deadline_is_neither_no_time_nor_longer_than_a_claim(settings: Any, seconds: int, ids: list[str]) -> None:
    settings.SMS_PROVIDER, settings.SMS_DEADLINE_SECONDS = "termii", seconds
    assert found() == ids


def test_none_of_it_matters_where_no_provider_is_asked(settings: Any) -> None:
    settings.SMS_PROVIDER, settings.SMS_SENDER, settings.SMS_DEADLINE_SECONDS = "none", "", 0
    assert found() == []
