"""Start-up checks: a service that cannot take money must not say that it can."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

# What each provider needs; the keys may come from files (NAME_FILE).
_NEEDED = {
    "fake": (),
    "paystack": ("PAYSTACK_SECRET_KEY",),
    "remita": ("REMITA_MERCHANT_ID", "REMITA_SERVICE_TYPE_ID", "REMITA_API_KEY"),
}


@register(Tags.security)
def the_payment_provider_is_usable(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a provider without its keys, and in production one that takes no money."""
    found: list[CheckMessage] = []
    if settings.PAYMENT_PROVIDER == "fake" and settings.PHB_ENV == "production":
        hint = "Set PAYMENT_PROVIDER=remita or paystack, and its keys."
        found.append(Error("PAYMENT_PROVIDER is fake in production.", hint=hint, id="phb.E030"))
    for name in _NEEDED[settings.PAYMENT_PROVIDER]:
        if not getattr(settings, name):
            hint = f"Set {name}, or choose another PAYMENT_PROVIDER."
            found.append(Error(f"{name} is not set, and PAYMENT_PROVIDER needs it.", hint=hint, id="phb.E031"))
    return found
