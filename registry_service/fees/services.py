"""Begin to pay, learn what became of it, stop waiting. No provider is spoken to while a row is locked."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from common.errors import NotFound
from common.locks import try_session_lock
from common.money import money
from fees.models import FeePayment, FeePaymentStep
from fees.providers import current_provider, provider_named
from fees.providers.interface import (
    Charge,
    Outcome,
    PayWithReference,
    ProviderRefusedError,
    ProviderState,
    ProviderUnansweredError,
)
from fees.queries import payment_of, payment_with
from fees.references import make_reference
from fees.rules import (
    EXPIRES_AFTER,
    FIRST_WAIT,
    OPEN,
    PaymentNotNeeded,
    PaymentProviderUnavailable,
    Status,
    Transition,
    next_ask,
    next_status,
)
from notifications.services import queue_email

if TYPE_CHECKING:
    from accounts.models import User
    from reference.models import Fee

logger = logging.getLogger("phb.fees")


def open_payment(
    *, application: UUID, payer: "User", fee: "Fee | None", description: str, phone: str, now: datetime
) -> FeePayment:
    """Begin to pay the fee of an application, or go on with the payment that is open already.

    Whoever asks again has perhaps just paid, so the provider is soon asked about an open payment.

    Raises:
        PaymentNotNeeded: there is no fee.
        PaymentProviderUnavailable: the provider did not take it; to ask again is safe.
    """
    if fee is None:
        raise PaymentNotNeeded
    payment = _open_or_make(application, payer, fee, description, now)
    if payment.status == Status.INITIATED:
        return _start(payment, phone, now)
    _ask_soon(payment, now)
    return payment


def note_webhook(*, provider: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Take a notice from a provider; the same one again changes nothing.

    Raises:
        NotFound: this service is not set up for that provider.
        PaymentEventRefused: the provider cannot have sent it, or it cannot be read.
        PaymentUnknown: it is about a payment that is not ours.
    """
    for event in provider_named(provider).read_webhook(headers, body):
        payment = payment_with(event.payment_reference, provider=provider)
        if event.state is None:
            _ask_soon(payment, now)
        else:
            _learn(payment, event.state, actor=f"webhook:{provider}", now=now)


def claim_due(now: datetime, *, at_most: int) -> list[FeePayment]:
    """Take payments whose provider should be asked, and put their next turn off, so that no other worker asks."""
    with transaction.atomic():
        due = FeePayment.objects.due_to_be_asked_about(now)
        claimed = list(due.select_for_update(skip_locked=True)[:at_most])
        for payment in claimed:
            payment.asks += 1
            payment.next_ask_at = next_ask(payment.asks, now)
        FeePayment.objects.bulk_update(claimed, ["asks", "next_ask_at"])
    return claimed


def confirm(payment: FeePayment, *, actor: str, now: datetime) -> FeePayment:
    """Ask the provider what became of a payment, and stop waiting when its time is over and nothing came.

    Raises:
        ProviderUnansweredError: it cannot be told now.
        NotFound: this service is not set up for the payment's provider any more.
    """
    state = provider_named(payment.provider).ask(payment.payment_reference)
    return stop_waiting(_learn(payment, state, actor=actor, now=now), actor=actor, now=now)


def stop_waiting(payment: FeePayment, *, actor: str, now: datetime) -> FeePayment:
    """Let a payment expire whose time is over and for which nothing came; then another one may be begun."""
    if payment.status in OPEN and payment.expires_at <= now:
        return _step(payment, Transition.EXPIRE, actor=actor, now=now)
    return payment


def _open_or_make(application: UUID, payer: "User", fee: "Fee", description: str, now: datetime) -> FeePayment:
    payment = FeePayment(
        application=application,
        payer=payer,
        description=description,
        amount_kobo=fee.amount_kobo,
        currency=fee.currency,
        payment_reference=make_reference(),
        provider=current_provider().name,
        created_at=now,
        expires_at=now + EXPIRES_AFTER,
        next_ask_at=next_ask(0, now),
    )
    # Several requests at once end with the one row that the constraint lets in, whosever it is.
    FeePayment.objects.bulk_create([payment], ignore_conflicts=True)
    return payment_of(application)


def _start(payment: FeePayment, phone: str, now: datetime) -> FeePayment:
    """Tell the provider, unless another request is just doing so: then the payment is still without a page."""
    with try_session_lock(f"start {payment.payment_reference}") as is_ours:
        payment.refresh_from_db()
        if not is_ours or payment.status != Status.INITIATED:
            return payment
        try:
            how = provider_named(payment.provider).start(_charge(payment, phone))
        except ProviderRefusedError as refusal:
            # Nobody can pay under this reference; the next request begins with another one.
            logger.warning("payment_refused_by_provider", extra={"payment": payment.payment_reference})
            _step(payment, Transition.FAIL, actor=payment.payer.actor, now=now, note=str(refusal))
            raise PaymentProviderUnavailable from refusal
        except (ProviderUnansweredError, NotFound) as failure:
            logger.warning("payment_not_started", extra={"payment": payment.payment_reference, "error": str(failure)})
            raise PaymentProviderUnavailable from failure
        ways: dict[str, Any] = (
            {"provider_reference": how.reference, "instructions": how.instructions}
            if isinstance(how, PayWithReference)
            else {"pay_at": how.url}
        )
        return _step(payment, Transition.START, actor=payment.payer.actor, now=now, **ways)


def _charge(payment: FeePayment, phone: str) -> Charge:
    return Charge(
        payment_reference=payment.payment_reference,
        amount_kobo=payment.amount_kobo,
        currency=payment.currency,
        description=payment.description,
        payer_name=payment.payer.full_name,
        payer_email=payment.payer.email,
        payer_phone=phone,
        return_to=f"{settings.FRONTEND_URL}/applications/{payment.application}",
    )


def _ask_soon(payment: FeePayment, now: datetime) -> None:
    """Bring the next question to the provider forward; however often this is asked for, it is one in `FIRST_WAIT`."""
    soon = now + FIRST_WAIT
    FeePayment.objects.filter(pk=payment.pk, next_ask_at__gt=soon).update(next_ask_at=soon)


def _learn(payment: FeePayment, state: ProviderState, *, actor: str, now: datetime) -> FeePayment:
    """Write down what a provider says, if it is news."""
    if state.outcome is Outcome.WAITING:
        return payment
    if state.outcome is Outcome.FAILED:
        return _step(payment, Transition.FAIL, actor=actor, now=now, note=state.note)
    if (state.amount_kobo, state.currency) != (payment.amount_kobo, payment.currency):
        # Money came, and not what was asked: no machine decides whether that is enough.
        came = f"{money(state.amount_kobo, state.currency)} came in place of {payment.amount}."
        logger.error("payment_amount_differs", extra={"payment": payment.payment_reference})
        return _step(payment, Transition.FAIL, actor=actor, now=now, note=came)
    return _step(
        payment,
        Transition.SETTLE,
        actor=actor,
        now=now,
        paid_at=state.paid_at or now,
        provider_reference=state.provider_reference,
    )


@transaction.atomic
def _step(
    payment: FeePayment, transition: Transition, *, actor: str, now: datetime, note: str = "", **changes: Any
) -> FeePayment:
    """Lock the payment, take the step if the table has it, and return the payment as it stands then."""
    payment = FeePayment.objects.select_related("payer").select_for_update(of=["self"]).get(pk=payment.pk)
    before, target = payment.status, next_status(payment.status, transition)
    if target is None:
        return payment
    payment.status = target
    if target not in OPEN:
        changes["next_ask_at"] = None
    for name, value in changes.items():
        setattr(payment, name, value)
    payment.save(update_fields=["status", *changes])
    FeePaymentStep.objects.create(
        payment=payment, transition=transition, from_status=before, to_status=target, actor=actor, note=note, at=now
    )
    if target == Status.PAID:
        _send_receipt(payment, now)
    return payment


def _send_receipt(payment: FeePayment, now: datetime) -> None:
    queue_email(
        recipient=payment.payer.email,
        template="fees/paid",
        context={"name": payment.payer.full_name, "payment": payment},
        now=now,
    )
