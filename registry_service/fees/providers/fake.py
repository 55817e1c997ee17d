"""A provider that lives in this process, for a machine without one: it pays when it is told to."""

import json
from collections.abc import Mapping

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from fees.providers.interface import Charge, Outcome, ProviderEvent, ProviderState, Redirect
from fees.rules import PaymentEventRefused

SIGNATURE = "x-fake-signature"


class FakeProvider:
    """Pays by a notice to ourselves, signed as a real provider signs one; asked, it knows of nothing."""

    name = "fake"

    def start(self, charge: Charge) -> Redirect:
        return Redirect(f"{settings.PUBLIC_URL}/api/registry/payments/fake/{charge.payment_reference}/pay/")

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> list[ProviderEvent]:
        if not constant_time_compare(_signature(body), headers.get(SIGNATURE, "")):
            raise PaymentEventRefused(problem="Its signature does not fit.")
        said = json.loads(body)
        state = ProviderState(
            Outcome.PAID,
            amount_kobo=said["amount_kobo"],
            currency=said["currency"],
            provider_reference=said["payment_reference"].replace("PAY", "FAKE"),
        )
        return [ProviderEvent(said["payment_reference"], state)]

    def ask(self, payment_reference: str) -> ProviderState:
        return ProviderState(Outcome.WAITING)


def notice_of(payment_reference: str, amount_kobo: int, currency: str) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body with which the fake provider says that a payment was paid."""
    body = json.dumps(
        {"payment_reference": payment_reference, "amount_kobo": amount_kobo, "currency": currency}
    ).encode()
    return {SIGNATURE: _signature(body)}, body


def _signature(body: bytes) -> str:
    return salted_hmac("fees.fake", body, algorithm="sha512").hexdigest()
