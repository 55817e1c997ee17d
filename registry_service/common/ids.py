"""Identifiers that leave the service."""

from uuid_utils.compat import uuid7

# UUIDv7 (RFC 9562): it cannot be guessed, and it sorts by the time it was made. No function of our own: migrations name
# a column's default, and import nothing of ours.
new_id = uuid7
