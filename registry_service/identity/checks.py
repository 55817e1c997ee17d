"""Start-up checks: whoever proves an identity must really be asked, and what is kept of it must hide it."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

# 256 random bits, in whatever writing.
SHORTEST_KEY = 32
_NEEDED = {
    "none": (),
    "fake": ("IDENTITY_HASH_KEY",),
    "dojah": ("IDENTITY_HASH_KEY", "IDENTITY_ENTERPRISE_CODE", "DOJAH_APP_ID", "DOJAH_SECRET_KEY"),
}


@register(Tags.security)
def the_identity_provider_is_usable(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a provider without its keys, one that knows nobody in production, and a key that can be guessed."""
    found: list[CheckMessage] = []
    if settings.IDENTITY_PROVIDER == "fake" and settings.PHB_ENV == "production":
        hint = "Set IDENTITY_PROVIDER=dojah and its keys, or none."
        found.append(Error("IDENTITY_PROVIDER is fake in production.", hint=hint, id="phb.E050"))
    for name in _NEEDED[settings.IDENTITY_PROVIDER]:
        if not getattr(settings, name):
            hint = f"Set {name}, or choose another IDENTITY_PROVIDER."
            found.append(Error(f"{name} is not set, and IDENTITY_PROVIDER needs it.", hint=hint, id="phb.E051"))
    key = settings.IDENTITY_HASH_KEY
    if key and len(key) < SHORTEST_KEY:
        hint = f"Make one of at least {SHORTEST_KEY} random characters, once: with another key nobody is recognised."
        found.append(Error("IDENTITY_HASH_KEY is too short.", hint=hint, id="phb.E052"))
    return found
