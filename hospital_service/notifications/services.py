"""Queue a message, take one that is due, hand it over, forget the old ones."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.template import Context, loader

from common.phones import is_mobile
from notifications.gsm import one_part, to_gsm, units
from notifications.mail import MailServer
from notifications.models import OutgoingEmail, OutgoingMessage, OutgoingQuerySet, OutgoingSms
from notifications.outcomes import NotNowError, PutOffError, RefusedError
from notifications.rules import KEPT_FOR, is_given_up, next_attempt
from notifications.sms import current_provider
from notifications.sms.interface import Sms
from notifications.subjects import as_subject

logger = logging.getLogger("phb.notifications")

M = TypeVar("M", bound=OutgoingMessage)


def queue_email(*, recipient: str, template: str, context: dict[str, Any], now: datetime) -> OutgoingEmail:
    """Write an e-mail that the worker will send once this transaction is committed.

    `template` is `<module>/<name>`; its text stands in `<module>/templates/<module>/mail/<name>.txt`,
    the first line being the subject, of which as much is kept as there is room for.

    Raises:
        TransactionManagementError: outside a transaction, where what happened and its e-mail could
            part company.
    """
    _refuse_outside_a_transaction("queue_email")
    subject, _, body = _write("mail", template, context).partition("\n")
    return OutgoingEmail.objects.create(
        recipient=recipient,
        template=template,
        subject=as_subject(subject.removeprefix("Subject: ")),
        body=body.strip() + "\n",
        created_at=now,
        next_attempt_at=now,
    )


def queue_sms(*, recipient: str, template: str, context: dict[str, Any], now: datetime) -> OutgoingSms | None:
    """Write an SMS that the worker will send once this transaction is committed.

    `template` is `<module>/<name>`; its text, one line, stands in
    `<module>/templates/<module>/sms/<name>.txt`. It leaves in plain letters (`notifications.gsm`), and
    what takes more than one message is cut. Nothing is written where SMS is switched off, and to a
    `recipient` that is blank or no mobile number in E.164.

    Raises:
        TransactionManagementError: outside a transaction, as for `queue_email`.
    """
    _refuse_outside_a_transaction("queue_sms")
    if settings.SMS_PROVIDER == "none" or not is_mobile(recipient):
        return None
    text = to_gsm(_write("sms", template, context))
    body = one_part(text)
    if body != text:
        logger.warning("sms_cut", extra={"template": template, "places": units(text)})
    return OutgoingSms.objects.create(
        recipient=recipient, template=template, body=body, created_at=now, next_attempt_at=now
    )


@transaction.atomic
def claim_next(model: type[M], now: datetime) -> M | None:
    """Take the message of this kind that has been due the longest, and count the attempt; None when none is due.

    Taking it moves its next attempt forward, so no other worker sees it; if this worker dies before
    it can say that the message was sent, the row comes up again by itself.
    """
    messages: OutgoingQuerySet[M] = OutgoingQuerySet(model)
    message = messages.due(now).select_for_update(skip_locked=True).first()
    if message is not None:
        message.attempts += 1
        message.next_attempt_at = next_attempt(message.attempts, now)
        message.save(update_fields=["attempts", "next_attempt_at"])
    return message


def send_claimed(message: M, hand_over: Callable[[M], dict[str, Any]], now: datetime) -> bool:
    """Send a message that this worker has claimed; False when others would be passed on as little at present.

    `hand_over` returns what the row keeps of the answer, or raises one of `notifications.outcomes`. A
    recipient who is refused for good is given up at once. A worker that is killed after the message was
    taken and before the row says so leaves a row that is sent again: people rather have a message twice
    than never.
    """
    try:
        answer = hand_over(message)
    except RefusedError as error:
        _settle_failure(message, error, for_good=True)
        return True
    except PutOffError as error:
        _settle_failure(message, error)
        return True
    except NotNowError as error:
        _settle_failure(message, error)
        return False
    except Exception as error:  # Keys, credit, a full disk: a person has to mend it, and messages wait meanwhile.
        _settle_failure(message, error, level=logging.ERROR)
        return False
    _settle(message, sent_at=now, last_error="", **answer)
    return True


def hand_over_email(email: OutgoingEmail, server: MailServer) -> dict[str, Any]:
    """Hand an e-mail to the mail server, which tells us nothing to keep."""
    server.send(EmailMessage(email.subject, email.body, to=[email.recipient]))
    return {}


def hand_over_sms(sms: OutgoingSms) -> dict[str, Any]:
    """Hand an SMS to the provider, and return what they call it. No provider that we know recognises a second one."""
    reference = current_provider().send(Sms(str(sms.id), sms.recipient, sms.body))
    return {"provider_reference": _storable(reference, 100)}


def forget_old(model: type[OutgoingMessage], now: datetime) -> int:
    """Delete what was sent or given up longer ago than it is kept for, and return how many."""
    deleted, _ = model.objects.settled().filter(created_at__lt=now - KEPT_FOR).delete()
    return deleted


def _settle_failure(
    message: OutgoingMessage, error: Exception, *, for_good: bool = False, level: int = logging.WARNING
) -> None:
    given_up = for_good or is_given_up(message.attempts)
    # Neither the recipient nor what the other side said, which may repeat the message: the row has both.
    extra = {message.called: str(message.id), "attempts": message.attempts, "error": type(error).__name__}
    logger.log(level, f"{message.called}_given_up" if given_up else f"{message.called}_not_sent", extra=extra)
    said = _storable(f"{type(error).__name__}: {error}", 500)
    if given_up:
        _settle(message, last_error=said)
    else:
        _mark(message, last_error=said)


def _settle(message: OutgoingMessage, **changes: Any) -> None:
    _mark(message, next_attempt_at=None, body="", **changes)


def _mark(message: OutgoingMessage, **changes: Any) -> None:
    type(message).objects.filter(id=message.id).update(**changes)


def _storable(text: str, length: int) -> str:
    return text[:length].replace("\0", "")


def _refuse_outside_a_transaction(called: str) -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError(f"{called} belongs into the transaction that causes the message.")


def _write(channel: str, template: str, context: dict[str, Any]) -> str:
    module, name = template.split("/")
    # The text is plain: escaping for HTML would break the links in it.
    return loader.get_template(f"{module}/{channel}/{name}.txt").template.render(  # type: ignore[attr-defined, no-any-return]
        Context(context, autoescape=False)
    )
