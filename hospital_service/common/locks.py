"""Locks that have a name instead of a row."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def lock_until_commit(name: str) -> None:
    """Wait until no other transaction holds the lock of this name, and hold it to the end of this one.

    For decisions about something that has no row yet, such as an address that nobody registered.
    """
    assert connection.in_atomic_block, "the lock would be gone at once"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number(name)])


def lock_number(name: str) -> int:
    """Return the 64-bit number that stands for the name in PostgreSQL's advisory locks."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


@contextmanager
def try_session_lock(name: str) -> Iterator[bool]:
    """Hold the lock of this name through many transactions, or yield false at once when somebody else holds it.

    It belongs to the connection, so it is gone when the process is, however that ended.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock_number(name)])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock_number(name)])
