"""Remita, through which federal regulators are paid: a reference (RRR) to pay with anywhere, and a look-up.

What it asks and answers is in its public documentation of invoices: each call is authorised by an SHA-512 hash over
its facts and the API key, and amounts are naira. Notices bear no signature, so one only tells us to ask.
"""

from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha512
from typing import Any

from common.money import money
from fees.providers.http import as_json, call
from fees.providers.interface import (
    Charge,
    Outcome,
    PayWithReference,
    ProviderEvent,
    ProviderRefusedError,
    ProviderState,
    ProviderUnansweredError,
)
from fees.rules import PaymentEventRefused

_OUTCOMES = {"00": Outcome.PAID, "01": Outcome.PAID} | dict.fromkeys(("02", "012", "046", "059"), Outcome.FAILED)
_REFERENCE_TAKEN = {"028", "055"}
_CURRENCY = "NGN"
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError, ArithmeticError)


class Remita:
    """One merchant's invoices of one service type. Our reference is its order id, by which it finds a payment again."""

    name = "remita"

    def __init__(self, merchant_id: str, service_type_id: str, api_key: str, url: str) -> None:
        self._merchant_id = merchant_id
        self._service_type_id = service_type_id
        self._api_key = api_key
        self._url = url.rstrip("/")

    def start(self, charge: Charge) -> PayWithReference:
        amount = _naira(charge.amount_kobo)
        token = _hash(self._merchant_id, self._service_type_id, charge.payment_reference, amount, self._api_key)
        said = self._call(
            "POST",
            "/merchant/api/paymentinit",
            token,
            {
                "serviceTypeId": self._service_type_id,
                "amount": amount,
                "orderId": charge.payment_reference,
                "payerName": charge.payer_name,
                "payerEmail": charge.payer_email,
                "payerPhone": charge.payer_phone,
                "description": charge.description,
            },
        )
        if said.get("statuscode") in _REFERENCE_TAKEN:
            raise ProviderRefusedError(f"statuscode {said['statuscode']}")
        if not (rrr := str(said.get("RRR") or "")).isdigit():
            raise ProviderUnansweredError(f"statuscode {said.get('statuscode')}")
        due = money(charge.amount_kobo, charge.currency)
        return PayWithReference(
            rrr,
            f"Pay {due} at any bank, or on remita.net, and quote the Remita Retrieval Reference (RRR) {_spoken(rrr)}.",
        )

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> list[ProviderEvent]:
        try:
            said = as_json(body.decode("utf-8"))
            notices = said if isinstance(said, list) else [said]
            return [ProviderEvent(str(notice.get("orderId") or notice["orderRef"])) for notice in notices]
        except _UNREADABLE:
            raise PaymentEventRefused(problem="It cannot be read.") from None

    def ask(self, payment_reference: str) -> ProviderState:
        token = _hash(payment_reference, self._api_key, self._merchant_id)
        said = self._call("GET", f"/{self._merchant_id}/{payment_reference}/{token}/orderstatus.reg", token)
        outcome = _OUTCOMES.get(str(said.get("status")), Outcome.WAITING)
        if outcome is not Outcome.PAID:
            return ProviderState(outcome, note=str(said.get("message") or "")[:200])
        try:
            if said["orderId"] != payment_reference:
                raise ValueError("the answer is about another payment")
            return ProviderState(
                outcome,
                amount_kobo=_kobo(said["amount"]),
                currency=_CURRENCY,
                provider_reference=str(said["RRR"]),
            )
        except _UNREADABLE as error:
            raise ProviderUnansweredError("the answer cannot be read") from error

    def _call(self, method: str, path: str, token: str, body: Any = None) -> dict[str, Any]:
        credentials = f"remitaConsumerKey={self._merchant_id},remitaConsumerToken={token}"
        reply = call(method, self._url + path, headers={"Authorization": credentials}, body=body)
        try:
            said = as_json(_without_padding(reply.text))
        except ValueError as error:
            raise ProviderUnansweredError("the answer cannot be read") from error
        if reply.is_refusal or not isinstance(said, dict):
            raise ProviderUnansweredError("the answer is no answer")
        return said


def _hash(*facts: str) -> str:
    return sha512("".join(facts).encode()).hexdigest()


def _naira(amount_kobo: int) -> str:
    # Whole naira go without decimals, as in Remita's own samples; the hash is over this very text.
    naira, kobo = divmod(amount_kobo, 100)
    return f"{naira}.{kobo:02}" if kobo else str(naira)


def _kobo(naira: Any) -> int:
    kobo = Decimal(str(naira)) * 100
    if kobo != int(kobo):
        raise ValueError("an amount of less than a kobo")
    return int(kobo)


def _without_padding(text: str) -> str:
    """Return the JSON inside `jsonp (…)`, in which some answers are wrapped."""
    stripped = text.strip()
    return stripped[stripped.index("(") + 1 : stripped.rindex(")")] if stripped.startswith("jsonp") else stripped


def _spoken(rrr: str) -> str:
    return " ".join(rrr[start : start + 4] for start in range(0, len(rrr), 4))
