"""Sending what is due, and forgetting what was sent long ago."""

from datetime import datetime

from notifications import services

BATCH = 10


def send_due_emails(now: datetime) -> int:
    """Try to send up to `BATCH` e-mails that are due, and return how many were tried.

    The mail server is spoken to after the claim is committed: no row is locked meanwhile.
    """
    claimed = services.claim_due_emails(now, at_most=BATCH)
    for email in claimed:
        services.send_claimed_email(email, now)
    return len(claimed)


def forget_old_emails(now: datetime) -> int:
    """Delete e-mails that were settled long ago; see `services.forget_old_emails`."""
    return services.forget_old_emails(now)
