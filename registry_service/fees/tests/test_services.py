"""Beginning to pay, and learning what became of it; the provider is Paystack, played at the wire."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import responses

from changes.tests.factories import NOW
from common.errors import NotFound
from fees import services
from fees.models import FeePayment
from fees.providers.fake import notice_of
from fees.queries import fee_due, is_paid, payment_of
from fees.rules import (
    EXPIRES_AFTER,
    FIRST_WAIT,
    PaymentEventRefused,
    PaymentNotNeeded,
    PaymentProviderUnavailable,
    PaymentUnknown,
    Status,
)
from fees.tests.factories import (
    AMOUNT,
    PAYSTACK,
    make_payment,
    open_payment,
    paystack_notice,
    paystack_says,
    use_paystack,
)
from notifications.models import OutgoingEmail
from reference.models import Fee
from reference.queries import register_part_by_code

pytestmark = pytest.mark.django_db

INITIALIZE = f"{PAYSTACK}/transaction/initialize"


def notify(payment: FeePayment, **given: Any) -> FeePayment:
    """Let Paystack say, signed, that a payment was made."""
    headers, body = paystack_notice(paystack_says(payment.payment_reference, **given))
    services.note_webhook(provider="paystack", headers=headers, body=body, now=NOW)
    payment.refresh_from_db()
    return payment


def asked(payment: FeePayment, **given: Any) -> FeePayment:
    """Ask Paystack, which answers with these facts."""
    with responses.RequestsMock() as wire:
        answer = {"status": True, "message": "", "data": paystack_says(payment.payment_reference, **given)}
        wire.get(f"{PAYSTACK}/transaction/verify/{payment.payment_reference}", json=answer)
        return services.confirm(payment, actor="worker", now=given.pop("now", NOW))


@pytest.fixture
def paystack(settings: Any) -> None:
    use_paystack(settings)


class TestBeginning:
    def test_the_provider_is_told_and_the_payer_is_sent_there(self, paystack: None) -> None:
        with responses.RequestsMock() as wire:
            told = wire.post(INITIALIZE, json={"data": {"authorization_url": "https://checkout.example.ng/1"}})
            payment = open_payment()
            sent = json.loads(told.calls[0].request.body)
        assert (sent["amount"], sent["currency"], sent["reference"]) == (AMOUNT, "NGN", payment.payment_reference)
        assert (payment.status, payment.pay_at) == (Status.PENDING, "https://checkout.example.ng/1")
        assert [step.to_status for step in payment.steps.all()] == [Status.PENDING]

    def test_to_ask_again_goes_on_with_the_open_payment_and_soon_asks_the_provider(self) -> None:
        payment = open_payment()
        FeePayment.objects.update(next_ask_at=NOW + timedelta(hours=6))
        again = open_payment(payment.application, payment.payer)
        assert again.pk == payment.pk
        assert FeePayment.objects.get().next_ask_at == NOW + FIRST_WAIT
        open_payment(payment.application, payment.payer, now=NOW + timedelta(seconds=10))
        assert FeePayment.objects.get().next_ask_at == NOW + FIRST_WAIT

    def test_a_fee_that_changed_meanwhile_does_not_change_an_open_payment(self) -> None:
        payment = open_payment()
        Fee.objects.update(amount_kobo=1)
        assert open_payment(payment.application).amount_kobo == AMOUNT

    def test_without_a_fee_there_is_nothing_to_pay(self) -> None:
        with pytest.raises(PaymentNotNeeded):
            open_payment(fee=None)

    def test_a_provider_that_is_down_leaves_a_payment_that_can_be_begun_again(self, paystack: None) -> None:
        application = uuid4()
        with responses.RequestsMock() as wire:
            wire.post(INITIALIZE, status=503)
            with pytest.raises(PaymentProviderUnavailable):
                open_payment(application)
            wire.reset()
            wire.post(INITIALIZE, json={"data": {"authorization_url": "https://checkout.example.ng/1"}})
            first = FeePayment.objects.get()
            assert first.status == Status.INITIATED
            assert open_payment(application).payment_reference == first.payment_reference

    def test_after_a_reference_that_the_provider_refuses_the_next_one_is_new(self, paystack: None) -> None:
        application = uuid4()
        with responses.RequestsMock() as wire:
            wire.post(INITIALIZE, status=400, json={"status": False, "message": "Duplicate Transaction Reference"})
            with pytest.raises(PaymentProviderUnavailable):
                open_payment(application)
            wire.reset()
            wire.post(INITIALIZE, json={"data": {"authorization_url": "https://checkout.example.ng/1"}})
            second = open_payment(application)
        first = FeePayment.objects.earliest("id")
        assert (first.status, second.status) == (Status.FAILED, Status.PENDING)
        assert first.payment_reference != second.payment_reference

    def test_nobody_is_sent_to_a_page_that_is_none(self, paystack: None) -> None:
        with responses.RequestsMock() as wire:
            wire.post(INITIALIZE, json={"data": {"authorization_url": "javascript:alert(1)"}})
            with pytest.raises(PaymentProviderUnavailable):
                open_payment()


class TestNotices:
    @pytest.fixture(autouse=True)
    def _paystack(self, paystack: None) -> None:
        """Every notice here is Paystack's."""

    @pytest.mark.parametrize("status", [one for one in Status if one != Status.PAID])
    def test_money_that_came_is_taken_however_late(self, status: Status) -> None:
        payment = notify(make_payment(status, provider="paystack"))
        assert (payment.status, payment.provider_reference) == (Status.PAID, "4099260516")
        assert payment.paid_at.isoformat() == "2026-11-23T08:59:30+00:00"
        assert payment.next_ask_at is None

    def test_the_same_notice_again_changes_nothing_and_is_no_error(self) -> None:
        payment = make_payment(provider="paystack")
        for _ in range(3):
            notify(payment)
        assert [step.transition for step in payment.steps.all()] == ["settle"]
        assert OutgoingEmail.objects.filter(template="fees/paid").count() == 1

    def test_the_payer_gets_a_receipt(self) -> None:
        payment = notify(make_payment(provider="paystack", description="First registration"))
        receipt = OutgoingEmail.objects.get(recipient=payment.payer.email)
        assert receipt.subject == "Your payment of NGN 45,000.00 has come"
        assert "First registration" in receipt.body
        assert "23 November 2026, 09:59 (Lagos)" in receipt.body
        assert payment.payment_reference in receipt.body

    @pytest.mark.parametrize(
        ("given", "came"),
        [
            ({"amount": 100}, "NGN 1.00"),
            ({"amount": AMOUNT - 1}, "NGN 44,999.99"),
            ({"amount": AMOUNT + 1}, "NGN 45,000.01"),
            ({"currency": "GHS"}, "GHS 45,000.00"),
        ],
    )
    def test_another_amount_or_currency_does_not_pay(self, given: dict[str, Any], came: str) -> None:
        payment = notify(make_payment(provider="paystack"), **given)
        assert payment.status == Status.FAILED
        assert payment.steps.get().note == f"{came} came in place of NGN 45,000.00."

    @pytest.mark.parametrize("signature", ["", "0" * 128, "ÿ", None])
    def test_a_forged_signature_is_refused(self, signature: str | None) -> None:
        payment = make_payment(provider="paystack")
        headers, body = paystack_notice(paystack_says(payment.payment_reference))
        headers = {} if signature is None else dict.fromkeys(headers, signature)
        with pytest.raises(PaymentEventRefused):
            services.note_webhook(provider="paystack", headers=headers, body=body, now=NOW)
        payment.refresh_from_db()
        assert payment.status == Status.PENDING

    def test_a_body_that_was_changed_after_it_was_signed_is_refused(self) -> None:
        payment = make_payment(provider="paystack")
        headers, body = paystack_notice(paystack_says(payment.payment_reference))
        for changed in (body.replace(b": ", b":"), body + b" ", body.replace(b"4500000", b"4500001")):
            with pytest.raises(PaymentEventRefused):
                services.note_webhook(provider="paystack", headers=headers, body=changed, now=NOW)

    def test_an_unknown_reference_is_refused_and_so_is_one_of_another_provider(self) -> None:
        for reference in ("PAY-0000-0000-0000", make_payment(provider="remita").payment_reference):
            headers, body = paystack_notice(paystack_says(reference))
            with pytest.raises(PaymentUnknown):
                services.note_webhook(provider="paystack", headers=headers, body=body, now=NOW)

    def test_a_provider_that_is_not_set_up_is_not_listened_to(self) -> None:
        payment = make_payment(provider="fake")
        headers, body = notice_of(payment.payment_reference, AMOUNT, "NGN")
        for provider in ("fake", "remita", "nobody"):
            with pytest.raises(NotFound):
                services.note_webhook(provider=provider, headers=headers, body=body, now=NOW)


class TestAsking:
    @pytest.fixture(autouse=True)
    def _paystack(self, paystack: None) -> None:
        """Every answer here is Paystack's."""

    def test_what_was_paid_is_settled(self) -> None:
        assert asked(make_payment(provider="paystack")).status == Status.PAID

    def test_what_was_declined_has_failed_and_says_why(self) -> None:
        payment = asked(make_payment(provider="paystack"), status="failed")
        assert payment.status == Status.FAILED
        assert payment.steps.get().note == "Declined"

    @pytest.mark.parametrize("status", ["abandoned", "ongoing", "pending", "processing", "queued", "something new"])
    def test_everything_else_goes_on_waiting(self, status: str) -> None:
        payment = asked(make_payment(provider="paystack"), status=status)
        assert payment.status == Status.PENDING
        assert not payment.steps.exists()

    @pytest.mark.parametrize("given", [{"amount": 1}, {"currency": "USD"}])
    def test_another_amount_does_not_pay(self, given: dict[str, Any]) -> None:
        assert asked(make_payment(provider="paystack"), **given).status == Status.FAILED

    def test_it_expires_only_after_the_provider_was_asked_once_more(self) -> None:
        late = {"provider": "paystack", "expires_at": NOW}
        assert asked(make_payment(**late), status="abandoned").status == Status.EXPIRED
        assert asked(make_payment(**late)).status == Status.PAID

    def test_what_was_given_up_is_settled_when_somebody_asks_again(self) -> None:
        assert asked(make_payment(Status.EXPIRED, provider="paystack")).status == Status.PAID


class TestWhatIsDue:
    def due(self, application: Any) -> int | None:
        part = register_part_by_code("mdcn-medical-full")
        fee = fee_due(application, "first_registration", part, NOW.date())
        return fee and fee.amount_kobo

    def test_the_fee_until_it_is_paid_even_when_it_rises_then(self) -> None:
        payment = make_payment()
        assert self.due(payment.application) == AMOUNT
        paid = make_payment(Status.PAID)
        Fee.objects.update(amount_kobo=AMOUNT * 2)
        assert (self.due(payment.application), self.due(paid.application)) == (AMOUNT * 2, None)

    def test_the_payment_of_an_application_is_the_one_that_was_made_or_else_the_newest(self) -> None:
        first = make_payment(Status.FAILED)
        second = make_payment(Status.FAILED, application=first.application)
        assert payment_of(first.application) == second
        paid = make_payment(Status.PAID, application=first.application)
        make_payment(Status.FAILED, application=first.application)
        assert payment_of(first.application) == paid
        assert is_paid(first.application)
        with pytest.raises(NotFound):
            payment_of(uuid4())

    def test_a_payment_lasts_two_weeks(self) -> None:
        assert open_payment().expires_at == NOW + EXPIRES_AFTER == NOW + timedelta(days=14)
