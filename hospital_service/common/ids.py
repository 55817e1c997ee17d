"""Identifiers that leave the service."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a UUIDv7 (RFC 9562): it cannot be guessed, and it sorts by the time it was made."""
    return uuid7()
