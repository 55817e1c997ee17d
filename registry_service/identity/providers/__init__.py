"""The identity provider that this service is set up for."""

from django.conf import settings

from identity.providers.dojah import Dojah
from identity.providers.fake import FakeProvider
from identity.providers.interface import IdentityProvider


def current_provider() -> IdentityProvider | None:
    """Return the provider that IDENTITY_PROVIDER names; None where identity is not checked."""
    if settings.IDENTITY_PROVIDER == "dojah":
        return Dojah(
            settings.DOJAH_URL,
            settings.DOJAH_APP_ID,
            settings.DOJAH_SECRET_KEY,
            seconds=settings.IDENTITY_DEADLINE_SECONDS,
        )
    return FakeProvider() if settings.IDENTITY_PROVIDER == "fake" else None
