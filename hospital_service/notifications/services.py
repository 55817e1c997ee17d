"""Queue an e-mail, take those that are due, hand each over, forget the old ones."""

import logging
from datetime import datetime
from typing import Any

from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.template import Context, loader

from notifications.models import OutgoingEmail
from notifications.rules import KEPT_FOR, is_given_up, next_attempt

logger = logging.getLogger("phb.notifications")


def queue_email(*, recipient: str, template: str, context: dict[str, Any], now: datetime) -> OutgoingEmail:
    """Write an e-mail that the worker will send once this transaction is committed.

    `template` is `<module>/<name>`; its text stands in `<module>/templates/<module>/mail/<name>.txt`,
    the first line being the subject.

    Raises:
        TransactionManagementError: outside a transaction, where what happened and its e-mail could
            part company.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("queue_email belongs into the transaction that causes the e-mail.")
    subject, body = _write(template, context)
    return OutgoingEmail.objects.create(
        recipient=recipient, template=template, subject=subject, body=body, created_at=now, next_attempt_at=now
    )


@transaction.atomic
def claim_due_emails(now: datetime, *, at_most: int) -> list[OutgoingEmail]:
    """Take e-mails that are due, and count the attempt.

    Taking one moves its next attempt forward, so no other worker sees it; if this worker dies before
    it can say that the e-mail was sent, the row comes up again by itself.
    """
    claimed = list(OutgoingEmail.objects.due(now).select_for_update(skip_locked=True)[:at_most])
    for email in claimed:
        email.attempts += 1
        email.next_attempt_at = next_attempt(email.attempts, now)
    OutgoingEmail.objects.bulk_update(claimed, ["attempts", "next_attempt_at"])
    return claimed


def send_claimed_email(email: OutgoingEmail, now: datetime) -> bool:
    """Hand an e-mail that this worker has claimed to the mail server; False when the server did not take it."""
    try:
        EmailMessage(email.subject, email.body, to=[email.recipient]).send()
    except Exception as error:  # Whatever the server or the network does must not stop the other e-mails.
        _keep_for_later(email, error)
        return False
    _mark(email, sent_at=now, next_attempt_at=None, body="", last_error="")
    return True


def forget_old_emails(now: datetime) -> int:
    """Delete what was sent or given up longer ago than it is kept for, and return how many."""
    deleted, _ = OutgoingEmail.objects.settled().filter(created_at__lt=now - KEPT_FOR).delete()
    return deleted


def _keep_for_later(email: OutgoingEmail, error: Exception) -> None:
    given_up = is_given_up(email.attempts)
    logger.warning(
        "email_given_up" if given_up else "email_not_sent",
        extra={"email": str(email.id), "attempts": email.attempts, "error": type(error).__name__},
    )
    changes = {"next_attempt_at": None, "body": ""} if given_up else {}
    _mark(email, last_error=f"{type(error).__name__}: {error}"[:500].replace("\0", ""), **changes)


def _mark(email: OutgoingEmail, **changes: Any) -> None:
    OutgoingEmail.objects.filter(id=email.id).update(**changes)


def _write(template: str, context: dict[str, Any]) -> tuple[str, str]:
    module, name = template.split("/")
    # The text is plain: escaping for HTML would break the links in it.
    text = loader.get_template(f"{module}/mail/{name}.txt").template.render(  # type: ignore[attr-defined]
        Context(context, autoescape=False)
    )
    subject, _, body = text.partition("\n")
    return subject.removeprefix("Subject: ").strip(), body.strip() + "\n"
