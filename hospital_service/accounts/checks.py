"""Start-up checks: the signing keys, and whether a second factor is asked for."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 -- Django's name
from django.utils import timezone

from accounts.keys import UnusableKeyFile, read_keys


@register(Tags.security)
def a_key_signs_now(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse to start without a usable key: nobody could sign in."""
    folder = Path(settings.SIGNING_KEYS_DIR)
    try:
        keys = read_keys(folder)
    except (OSError, UnusableKeyFile) as error:
        return [
            Error(
                f"SIGNING_KEYS_DIR cannot be used: {error}",
                hint="Name a folder of P-256 keys that this user may read. `manage.py rotate_keys` makes one.",
                id="phb.E010",
            )
        ]
    if not any(key.private and key.signs_from <= timezone.now() for key in keys):
        return [
            Error(
                f"No key in {folder} signs at this moment.",
                hint="Run `manage.py rotate_keys --if-missing`, or wait for the instant in the file's name.",
                id="phb.E011",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def a_second_factor_is_asked_for(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn where a stolen password is enough to decide over others."""
    if settings.SECOND_FACTOR_REQUIRED or settings.PHB_ENV != "production":
        return []
    return [
        Warning(
            "Nobody has to have a second factor: a stolen password of an administrator is enough.",
            hint="Set SECOND_FACTOR_REQUIRED=on once those whom it concerns have been told.",
            id="phb.W012",
        )
    ]
