"""Tidying up. Links sent by e-mail are signed, not stored, so only refresh tokens are left to forget."""

from datetime import datetime

from accounts import services


def forget_expired_tokens(now: datetime) -> int:
    """Delete refresh tokens that have expired; see `services.forget_expired_tokens`."""
    return services.forget_expired_tokens(now)
