"""Paystack: a hosted page, signed notices, and a look-up by our reference.

What it asks and answers is published by Paystack in the repository PaystackOSS/doc-code-snippets (read in February
2026): amounts are kobo, in samples also as text; `x-paystack-signature` is the hex HMAC-SHA512 of the raw body.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.utils.crypto import constant_time_compare

from fees.providers.http import Reply, as_json, call
from fees.providers.interface import (
    Charge,
    Outcome,
    ProviderEvent,
    ProviderRefusedError,
    ProviderState,
    ProviderUnansweredError,
    Redirect,
)
from fees.rules import PaymentEventRefused

SIGNATURE = "x-paystack-signature"

# An abandoned page can be opened again, so only these two end a payment that was not paid.
_OUTCOMES = {"success": Outcome.PAID, "failed": Outcome.FAILED, "reversed": Outcome.FAILED}
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)


class Paystack:
    """The account that `secret_key` opens; a test key believes in test payments only, a live one in real money only."""

    name = "paystack"

    def __init__(self, secret_key: str, url: str) -> None:
        self._secret_key = secret_key
        self._url = url.rstrip("/")
        self._domain = "live" if secret_key.startswith("sk_live_") else "test"

    def start(self, charge: Charge) -> Redirect:
        reply = self._call(
            "POST",
            "/transaction/initialize",
            {
                "email": charge.payer_email,
                "amount": charge.amount_kobo,
                "currency": charge.currency,
                "reference": charge.payment_reference,
                "callback_url": charge.return_to,
                "metadata": {"description": charge.description, "payer": charge.payer_name},
            },
        )
        if reply.is_refusal:
            raise ProviderRefusedError(reply.text[:200])
        try:
            return Redirect(_page(as_json(reply.text)["data"]["authorization_url"]))
        except _UNREADABLE as error:
            raise ProviderUnansweredError("the answer cannot be read") from error

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> list[ProviderEvent]:
        signature = hmac.new(self._secret_key.encode(), body, "sha512").hexdigest()
        if not constant_time_compare(signature, headers.get(SIGNATURE, "")):
            raise PaymentEventRefused(problem="Its signature does not fit.")
        try:
            said = as_json(body.decode("utf-8"))
            if said["event"] != "charge.success":
                return []
            return [ProviderEvent(str(said["data"]["reference"]), self._state(said["data"]))]
        except _UNREADABLE:
            raise PaymentEventRefused(problem="It is signed, and cannot be read.") from None

    def ask(self, payment_reference: str) -> ProviderState:
        reply = self._call("GET", f"/transaction/verify/{quote(payment_reference, safe='')}")
        if reply.is_refusal:
            return ProviderState(Outcome.WAITING)
        try:
            said = as_json(reply.text)["data"]
            if said["reference"] != payment_reference:
                raise ValueError("the answer is about another payment")
            return self._state(said)
        except _UNREADABLE as error:
            raise ProviderUnansweredError("the answer cannot be read") from error

    def _state(self, said: Mapping[str, Any]) -> ProviderState:
        if said["domain"] != self._domain:
            raise ValueError("a payment of the other kind of key")
        outcome = _OUTCOMES.get(said["status"], Outcome.WAITING)
        if outcome is not Outcome.PAID:
            return ProviderState(outcome, note=str(said.get("gateway_response") or "")[:200])
        return ProviderState(
            outcome,
            amount_kobo=int(str(said["amount"])),
            currency=str(said["currency"]),
            provider_reference=str(said["id"]),
            paid_at=_instant(said.get("paid_at")),
        )

    def _call(self, method: str, path: str, body: Any = None) -> Reply:
        return call(method, self._url + path, headers={"Authorization": f"Bearer {self._secret_key}"}, body=body)


def _page(url: Any) -> str:
    if not str(url).startswith("https://"):
        raise ValueError("no page to which a payer may be sent")
    return str(url)


def _instant(text: Any) -> datetime | None:
    instant = datetime.fromisoformat(text) if text else None
    return instant if instant and instant.tzinfo else None
