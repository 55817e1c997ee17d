"""Sending what is due, and forgetting what was sent long ago."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from common.deadline import Deadline
from notifications import services
from notifications.mail import MailServer
from notifications.models import OutgoingEmail, OutgoingMessage, OutgoingSms

BATCH = 10
TURN_SECONDS = 20
"""When a batch is broken off, so that a slow server does not keep the worker from everything else."""

M = TypeVar("M", bound=OutgoingMessage)


def send_due_emails(now: datetime) -> int:
    """Send up to `BATCH` e-mails that are due, over one connection; see `_send_due`."""
    with MailServer() as server:
        return _send_due(OutgoingEmail, lambda email: services.hand_over_email(email, server), now)


def send_due_sms(now: datetime) -> int:
    """Send up to `BATCH` SMS that are due; see `_send_due`."""
    return _send_due(OutgoingSms, services.hand_over_sms, now)


def forget_old_emails(now: datetime) -> int:
    """Delete e-mails that were settled long ago; see `services.forget_old`."""
    return services.forget_old(OutgoingEmail, now)


def forget_old_sms(now: datetime) -> int:
    """Delete SMS that were settled long ago."""
    return services.forget_old(OutgoingSms, now)


def _send_due(model: type[M], hand_over: Callable[[M], dict[str, Any]], now: datetime) -> int:
    """Send some messages that are due, and return how many the other side had an answer for.

    They are claimed one by one, each in a transaction of its own that is over before anybody is asked. When
    nothing is passed on, the others keep their turn and their attempts, and the worker has waited for one
    deadline and not for ten.
    """
    turn = Deadline(TURN_SECONDS)
    for answered in range(BATCH):
        message = None if turn.has_passed else services.claim_next(model, now)
        if message is None or not services.send_claimed(message, hand_over, now):
            return answered
    return BATCH
