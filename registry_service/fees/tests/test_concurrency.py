"""Real threads on the same payment: one step to paid, one receipt, one start."""

import random
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
import responses

from accounts.tests.factories import make_user
from changes.tests.factories import NOW
from common.testing import at_once
from fees.models import FeePayment, FeePaymentStep
from fees.rules import Status
from fees.services import confirm, note_webhook
from fees.tests.factories import (
    PAYSTACK,
    fee,
    make_payment,
    open_payment,
    paystack_notice,
    paystack_says,
    use_paystack,
)
from notifications.models import OutgoingEmail

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture(autouse=True)
def _paystack(settings: Any) -> None:
    use_paystack(settings)


def test_notices_and_answers_at_once_pay_once() -> None:
    payments = [make_payment(provider="paystack") for _ in range(5)]

    def work(number: int) -> None:
        chance = random.Random(number)
        for payment in chance.sample(payments, len(payments)):
            if chance.random() < 0.5:
                headers, body = paystack_notice(paystack_says(payment.payment_reference, id=payment.pk))
                note_webhook(provider="paystack", headers=headers, body=body, now=NOW)
            else:
                confirm(payment, actor="worker", now=NOW)

    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        for payment in payments:
            said = paystack_says(payment.payment_reference, id=payment.pk)
            wire.get(f"{PAYSTACK}/transaction/verify/{payment.payment_reference}", json={"data": said})
        assert at_once(24, work) == [None] * 24

    assert set(FeePayment.objects.values_list("status", flat=True)) == {Status.PAID}
    steps = Counter(FeePaymentStep.objects.values_list("payment_id", flat=True))
    assert steps == {payment.pk: 1 for payment in payments}
    assert OutgoingEmail.objects.filter(template="fees/paid").count() == len(payments)


def test_a_payment_that_is_begun_many_times_at_once_is_one_and_is_started_once() -> None:
    application, payer, cost = uuid4(), make_user(), fee()
    with responses.RequestsMock() as wire:
        told = wire.post(
            f"{PAYSTACK}/transaction/initialize", json={"data": {"authorization_url": "https://checkout.example.ng/1"}}
        )
        opened = at_once(16, lambda _: open_payment(application, payer, fee=cost).pk)
        assert told.call_count == 1
    assert len(set(opened)) == 1
    payment = FeePayment.objects.get()
    assert payment.status == Status.PENDING
    assert payment.steps.count() == 1


def test_whatever_providers_say_at_once_the_trace_tells_the_status() -> None:
    payments = [make_payment(provider="paystack") for _ in range(10)]

    def work(number: int) -> None:
        chance = random.Random(number)
        for payment in chance.sample(payments, len(payments)):
            said = paystack_says(payment.payment_reference, id=payment.pk, amount=chance.choice([1, 4_500_000]))
            headers, body = paystack_notice(said)
            note_webhook(provider="paystack", headers=headers, body=body, now=NOW)

    assert at_once(16, work) == [None] * 16
    for payment in payments:
        payment.refresh_from_db()
        steps = list(payment.steps.order_by("id").values_list("from_status", "to_status"))
        walked = ["pending", *(target for _, target in steps)]
        assert [source for source, _ in steps] == walked[:-1]
        assert payment.status == walked[-1] == Status.PAID
