"""Paystack and Remita at the wire: what leaves, and what is believed of what comes back."""

import json
from hashlib import sha512
from typing import Any

import pytest
import responses
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ReadTimeout

from common.remote import LARGEST_ANSWER
from fees.providers import provider_named
from fees.providers.interface import (
    Charge,
    Outcome,
    PayWithReference,
    ProviderEvent,
    ProviderRefusedError,
    ProviderUnansweredError,
    Redirect,
)
from fees.rules import PaymentEventRefused
from fees.tests.factories import (
    AMOUNT,
    PAYSTACK,
    PAYSTACK_KEY,
    REMITA,
    RRR,
    paystack_notice,
    paystack_says,
    use_paystack,
    use_remita,
)

REFERENCE = "PAY-7K3M-9QTX-2VB4"
CHARGE = Charge(
    payment_reference=REFERENCE,
    amount_kobo=AMOUNT,
    currency="NGN",
    description="First registration",
    payer_name="Adaeze Okafor",
    payer_email="adaeze@example.ng",
    payer_phone="+2348031234567",
    return_to="https://www.phb.ng/applications/1",
)


def hashed(*facts: str) -> str:
    return sha512("".join(facts).encode()).hexdigest()


class TestPaystack:
    @pytest.fixture(autouse=True)
    def _set_up(self, settings: Any) -> None:
        use_paystack(settings)

    VERIFY = f"{PAYSTACK}/transaction/verify/{REFERENCE}"

    def test_it_is_told_in_kobo_under_our_reference(self) -> None:
        with responses.RequestsMock() as wire:
            told = wire.post(
                f"{PAYSTACK}/transaction/initialize", json={"data": {"authorization_url": "https://checkout.example/x"}}
            )
            assert provider_named("paystack").start(CHARGE) == Redirect("https://checkout.example/x")
            request = told.calls[0].request
        assert request.headers["Authorization"] == f"Bearer {PAYSTACK_KEY}"
        sent = json.loads(request.body)
        assert (sent["amount"], sent["email"]) == (4_500_000, "adaeze@example.ng")
        assert (sent["reference"], sent["callback_url"]) == (REFERENCE, CHARGE.return_to)

    @pytest.mark.parametrize("amount", [4_500_000, "4500000"])
    def test_amounts_are_read_as_number_and_as_text(self, amount: object) -> None:
        with responses.RequestsMock() as wire:
            wire.get(self.VERIFY, json={"data": paystack_says(REFERENCE, amount=amount)})
            state = provider_named("paystack").ask(REFERENCE)
        assert (state.outcome, state.amount_kobo, state.currency) == (Outcome.PAID, 4_500_000, "NGN")

    def test_what_it_does_not_know_is_waited_for(self) -> None:
        for status in (400, 404):
            with responses.RequestsMock() as wire:
                wire.get(self.VERIFY, status=status, json={"status": False, "message": "Not found"})
                assert provider_named("paystack").ask(REFERENCE).outcome is Outcome.WAITING

    @pytest.mark.parametrize(
        "answer",
        [
            {"status": 500},
            {"status": 429},
            {"status": 401, "json": {"message": "Invalid key"}},
            {"status": 302, "headers": {"Location": "https://elsewhere.example"}},
            {"body": "<html>"},
            {"body": b"\xff"},
            {"body": "[]"},
            {"json": {"data": None}},
            {"json": {"data": paystack_says(REFERENCE, amount="4500000.5")}},
            {"json": {"data": paystack_says(REFERENCE, amount=None)}},
            {"json": {"data": paystack_says("PAY-0000-0000-0000")}},
            {"json": {"data": paystack_says(REFERENCE, domain="live")}},
            {"body": "x" * (LARGEST_ANSWER + 1)},
            {"body": NoConnection()},
            {"body": ReadTimeout()},
        ],
        ids=lambda answer: str(answer)[:40],
    )
    def test_an_answer_that_cannot_be_believed_is_none(self, answer: dict[str, Any]) -> None:
        with responses.RequestsMock() as wire:
            wire.get(self.VERIFY, **answer)
            with pytest.raises(ProviderUnansweredError):
                provider_named("paystack").ask(REFERENCE)

    def test_a_live_key_believes_in_real_money_only(self, settings: Any) -> None:
        settings.PAYSTACK_SECRET_KEY = "sk_live_of-nobody"
        with responses.RequestsMock() as wire:
            wire.get(self.VERIFY, json={"data": paystack_says(REFERENCE, domain="test")})
            with pytest.raises(ProviderUnansweredError):
                provider_named("paystack").ask(REFERENCE)

    def test_notices_about_something_else_say_nothing(self) -> None:
        headers, body = paystack_notice({"transfer_code": "TRF_1"}, event="transfer.success")
        assert provider_named("paystack").read_webhook(headers, body) == []

    @pytest.mark.parametrize(
        "data", [{}, paystack_says(REFERENCE, amount="a lot"), paystack_says(REFERENCE, domain="live"), None]
    )
    def test_a_signed_notice_that_cannot_be_read_is_refused(self, data: Any) -> None:
        with pytest.raises(PaymentEventRefused):
            provider_named("paystack").read_webhook(*paystack_notice(data))


class TestRemita:
    @pytest.fixture(autouse=True)
    def _set_up(self, settings: Any) -> None:
        use_remita(settings)

    INIT = f"{REMITA}/merchant/api/paymentinit"
    TOKEN = hashed(REFERENCE, "1946", "2547916")
    STATUS = f"{REMITA}/2547916/{REFERENCE}/{TOKEN}/orderstatus.reg"

    def test_it_is_told_in_naira_with_a_hash_over_the_facts_and_answers_with_an_rrr(self) -> None:
        with responses.RequestsMock() as wire:
            padded = f'jsonp ({{"statuscode":"025","RRR":"{RRR}","status":"Payment Reference generated"}})'
            told = wire.post(self.INIT, body=padded)
            how = provider_named("remita").start(CHARGE)
            request = told.calls[0].request
        assert isinstance(how, PayWithReference)
        assert how.reference == RRR
        assert "NGN 45,000.00" in how.instructions
        assert "1107 7443 1009" in how.instructions
        token = hashed("2547916", "4430731", REFERENCE, "45000", "1946")
        assert request.headers["Authorization"] == f"remitaConsumerKey=2547916,remitaConsumerToken={token}"
        sent = json.loads(request.body)
        assert (sent["amount"], sent["orderId"], sent["serviceTypeId"]) == ("45000", REFERENCE, "4430731")

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            ({"statuscode": "028", "status": "DUPLICATE_ORDER_REF"}, ProviderRefusedError),
            ({"statuscode": "020", "status": "INVALID AUTHENTICATION"}, ProviderUnansweredError),
            ({"statuscode": "025", "RRR": "no number"}, ProviderUnansweredError),
            ([], ProviderUnansweredError),
        ],
    )
    def test_without_an_rrr_nothing_has_begun(self, answer: Any, error: type[Exception]) -> None:
        with responses.RequestsMock() as wire:
            wire.post(self.INIT, json=answer)
            with pytest.raises(error):
                provider_named("remita").start(CHARGE)

    @pytest.mark.parametrize("amount", [45000.0, 45000, "45000.00", "45000"])
    def test_what_was_paid_is_read_exactly(self, amount: object) -> None:
        answer = {"status": "01", "message": "Approved", "RRR": RRR, "orderId": REFERENCE, "amount": amount}
        with responses.RequestsMock() as wire:
            wire.get(self.STATUS, json=answer)
            state = provider_named("remita").ask(REFERENCE)
        assert (state.outcome, state.amount_kobo, state.provider_reference) == (Outcome.PAID, AMOUNT, RRR)

    @pytest.mark.parametrize(
        ("status", "outcome"),
        [("00", Outcome.PAID), ("021", Outcome.WAITING), ("02", Outcome.FAILED), ("999", Outcome.WAITING)],
    )
    def test_how_its_codes_are_read(self, status: str, outcome: Outcome) -> None:
        answer = {"status": status, "message": "", "RRR": RRR, "orderId": REFERENCE, "amount": 45000}
        with responses.RequestsMock() as wire:
            wire.get(self.STATUS, json=answer)
            assert provider_named("remita").ask(REFERENCE).outcome is outcome

    @pytest.mark.parametrize(
        "given", [{"orderId": "PAY-0000-0000-0000"}, {"amount": "much"}, {"amount": "0.005"}, {"amount": "NaN"}]
    )
    def test_an_answer_that_cannot_be_believed_is_none(self, given: dict[str, Any]) -> None:
        answer = {"status": "00", "RRR": RRR, "orderId": REFERENCE, "amount": "45000", **given}
        with responses.RequestsMock() as wire:
            wire.get(self.STATUS, json=answer)
            with pytest.raises(ProviderUnansweredError):
                provider_named("remita").ask(REFERENCE)

    def test_a_notice_bears_no_signature_and_proves_nothing(self) -> None:
        body = json.dumps([{"rrr": RRR, "orderId": REFERENCE, "amount": 45000}, {"rrr": "2", "orderRef": "other"}])
        events = provider_named("remita").read_webhook({}, body.encode())
        assert events == [ProviderEvent(REFERENCE), ProviderEvent("other")]

    @pytest.mark.parametrize("body", [b"", b"\xff", b"[1]", b"[{}]", b'"text"', b"<xml/>"])
    def test_a_notice_that_cannot_be_read_is_refused(self, body: bytes) -> None:
        with pytest.raises(PaymentEventRefused):
            provider_named("remita").read_webhook({}, body)
