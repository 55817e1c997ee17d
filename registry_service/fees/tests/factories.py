"""Payments for tests, all of one fee: NGN 45,000.00."""

import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import OperationalError, connections, transaction

from accounts.models import User
from accounts.tests.factories import make_user
from changes.tests.factories import NOW
from fees import services
from fees.models import FeePayment
from fees.references import make_reference
from fees.rules import OPEN, Status
from reference.models import Fee
from reference.queries import fee_for, register_part_by_code

AMOUNT = 4_500_000
PAYSTACK_KEY = "sk_test_of-nobody"
PAYSTACK = "https://api.paystack.co"
REMITA = "https://remita.example.ng/echannelsvc"
RRR = "110774431009"


def fee() -> Fee:
    """What a first registration of a doctor costs."""
    found = fee_for("first_registration", register_part_by_code("mdcn-medical-full"), NOW.date())
    assert found is not None
    return found


def open_payment(application: UUID | None = None, payer: User | None = None, **given: Any) -> FeePayment:
    """Begin to pay, through whatever provider is set."""
    defaults = {"fee": fee(), "description": "First registration", "phone": "+2348031234567", "now": NOW}
    return services.open_payment(
        application=application or uuid4(), payer=payer or make_user(), **{**defaults, **given}
    )


def make_payment(status: Status = Status.PENDING, **given: Any) -> FeePayment:
    """A payment in this status, written past the services."""
    paid = {"paid_at": NOW, "provider_reference": f"FAKE-{uuid4()}"} if status == Status.PAID else {}
    reference = make_reference()
    defaults = {
        "application": uuid4(),
        "amount_kobo": AMOUNT,
        "currency": "NGN",
        "payment_reference": reference,
        "provider": "fake",
        "pay_at": f"https://pay.example.ng/{reference}",
        "created_at": NOW,
        "expires_at": NOW + timedelta(days=14),
        "next_ask_at": NOW if status in OPEN else None,
    }
    given.setdefault("payer", None)
    given["payer"] = given["payer"] or make_user()
    return FeePayment.objects.create(status=status, **{**defaults, **paid, **given})


def use_paystack(settings: Any, url: str = PAYSTACK) -> None:
    """Let payments go through Paystack."""
    settings.PAYMENT_PROVIDER, settings.PAYSTACK_SECRET_KEY, settings.PAYSTACK_URL = "paystack", PAYSTACK_KEY, url


def use_remita(settings: Any) -> None:
    """Let payments go through Remita."""
    settings.PAYMENT_PROVIDER, settings.REMITA_URL = "remita", REMITA
    settings.REMITA_MERCHANT_ID, settings.REMITA_SERVICE_TYPE_ID, settings.REMITA_API_KEY = "2547916", "4430731", "1946"


def paystack_says(payment_reference: str, status: str = "success", **given: Any) -> dict[str, Any]:
    """What Paystack knows of a transaction, as its samples show it."""
    return {
        "id": 4099260516,
        "domain": "test",
        "status": status,
        "reference": payment_reference,
        "amount": AMOUNT,
        "currency": "NGN",
        "gateway_response": "Successful" if status == "success" else "Declined",
        "paid_at": "2026-11-23T08:59:30.000Z" if status == "success" else None,
        "channel": "card",
        **given,
    }


def paystack_notice(data: dict[str, Any], event: str = "charge.success") -> tuple[dict[str, str], bytes]:
    """The headers and the body of a notice, signed as Paystack signs one."""
    body = json.dumps({"event": event, "data": data}).encode()
    return {"x-paystack-signature": hmac.new(PAYSTACK_KEY.encode(), body, "sha512").hexdigest()}, body


@contextmanager
def no_row_locked() -> Iterator[None]:
    """Assert, from another connection, that nobody holds a row of the payments."""
    yield
    other = connections["owner"]
    with transaction.atomic(using="owner"), other.cursor() as cursor:
        try:
            cursor.execute("SELECT id FROM fee_payments FOR UPDATE NOWAIT")
        except OperationalError as error:
            raise AssertionError("a row is locked while the provider is asked") from error
