"""Start-up checks: a service that cannot send a text message must not say that it can."""

import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

# What each provider needs; the keys may come from files (NAME_FILE).
_NEEDED = {
    "none": (),
    "fake": ("SMS_FILE_PATH",),
    "termii": ("TERMII_API_KEY",),
    "africas_talking": ("AFRICAS_TALKING_USERNAME", "AFRICAS_TALKING_API_KEY"),
}
_ADDRESSES = {"termii": "TERMII_URL", "africas_talking": "AFRICAS_TALKING_URL"}
# As networks show it; some pad or cut what is longer.
_SENDER = re.compile(r"[A-Za-z0-9 ._-]{3,11}")
_LONGEST_DEADLINE = 60


@register(Tags.security)
def sms_can_be_sent(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a provider without what it needs, and in production one that sends nothing."""
    chosen = settings.SMS_PROVIDER
    found: list[CheckMessage] = []
    if chosen == "fake" and settings.PHB_ENV == "production":
        hint = "Set SMS_PROVIDER=termii or africas_talking, and its keys, or none to send no SMS."
        found.append(Error("SMS_PROVIDER is fake in production.", hint=hint, id="phb.E040"))
    for name in _NEEDED[chosen]:
        if not getattr(settings, name):
            hint = f"Set {name}, or choose another SMS_PROVIDER."
            found.append(Error(f"{name} is not set, and SMS_PROVIDER needs it.", hint=hint, id="phb.E041"))
    if chosen in _ADDRESSES:
        found += _wire(_ADDRESSES[chosen])
    return found


def _wire(address: str) -> list[CheckMessage]:
    """Look at what a provider is told and asked over HTTP."""
    found: list[CheckMessage] = []
    if not getattr(settings, address).startswith("https://"):
        hint = f"Set {address}=https://…; our key goes there."
        found.append(Error(f"{address} is no address that begins with https.", hint=hint, id="phb.E042"))
    if not _SENDER.fullmatch(settings.SMS_SENDER):
        hint = "Set SMS_SENDER to 3 to 11 plain letters, digits, blanks, dots or hyphens, as the provider has it."
        found.append(Error("SMS_SENDER is no sender's name.", hint=hint, id="phb.E043"))
    if not 1 <= settings.SMS_DEADLINE_SECONDS <= _LONGEST_DEADLINE:
        hint = f"Set SMS_DEADLINE_SECONDS from 1 to {_LONGEST_DEADLINE}; the worker does nothing else meanwhile."
        found.append(Error("SMS_DEADLINE_SECONDS is no such time.", hint=hint, id="phb.E044"))
    return found
