"""Sending what is due."""

from datetime import datetime

from notifications.services import claim_due_emails, send_claimed_email

BATCH = 10


def send_due_emails(now: datetime) -> int:
    """Try to send up to `BATCH` e-mails that are due, and return how many were tried.

    The mail server is spoken to after the claim is committed: no row is locked meanwhile.
    """
    claimed = claim_due_emails(now, at_most=BATCH)
    for email in claimed:
        send_claimed_email(email, now)
    return len(claimed)
