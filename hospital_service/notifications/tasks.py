"""Sending what is due, and forgetting what was sent long ago."""

from datetime import datetime

from notifications import services
from notifications.models import OutgoingEmail, OutgoingSms

BATCH = 10


def send_due_emails(now: datetime) -> int:
    """Try to send up to `BATCH` e-mails that are due, and return how many were tried.

    The mail server is spoken to after the claim is committed: no row is locked meanwhile.
    """
    claimed = services.claim_due(OutgoingEmail, now, at_most=BATCH)
    for email in claimed:
        services.send_claimed_email(email, now)
    return len(claimed)


def send_due_sms(now: datetime) -> int:
    """Send up to `BATCH` SMS that are due, and return how many the provider had an answer for.

    They are claimed one by one, each in a transaction of its own that is over before the provider is
    asked. When it passes none on, the others keep their turn and their attempts, and the worker has
    waited for one deadline and not for ten.
    """
    for sent in range(BATCH):
        claimed = services.claim_due(OutgoingSms, now, at_most=1)
        if not claimed or not services.send_claimed_sms(claimed[0], now):
            return sent
    return BATCH


def forget_old_emails(now: datetime) -> int:
    """Delete e-mails that were settled long ago; see `services.forget_old`."""
    return services.forget_old(OutgoingEmail, now)


def forget_old_sms(now: datetime) -> int:
    """Delete SMS that were settled long ago."""
    return services.forget_old(OutgoingSms, now)
