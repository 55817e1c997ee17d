"""What is still to be paid, and what was."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from common.errors import NotFound
from fees.models import FeePayment
from fees.rules import PaymentUnknown
from reference.queries import fee_for

if TYPE_CHECKING:
    from reference.models import Fee, RegisterPart


@dataclass(frozen=True)
class Charge:
    """What an application costs, and whether that was paid; the amount in hundredths of the currency."""

    amount_kobo: int
    currency: str
    is_paid: bool


def charge_for(application: UUID, kind: str, part: "RegisterPart", day: date) -> Charge | None:
    """Return what was paid for an application, or else what it costs by the fees of a day; None: nothing."""
    paid = FeePayment.objects.of_application(application).paid().first()
    if paid is not None:
        return Charge(paid.amount_kobo, paid.currency, is_paid=True)
    fee = fee_for(kind, part, day)
    return Charge(fee.amount_kobo, fee.currency, is_paid=False) if fee else None


def fee_due(application: UUID, kind: str, part: "RegisterPart", day: date) -> "Fee | None":
    """Return what is still to be paid for an application, by the fees of a day; None: nothing, or nothing any more.

    What was paid stays paid when the fee changes.
    """
    fee = fee_for(kind, part, day)
    return None if fee is None or is_paid(application) else fee


def is_paid(application: UUID) -> bool:
    """Say whether the money for an application came."""
    return FeePayment.objects.of_application(application).paid().exists()


def payment_of(application: UUID) -> FeePayment:
    """Return the payment for an application: the one that was paid, or else the newest.

    Raises:
        NotFound: nobody has begun to pay.
    """
    payments = FeePayment.objects.of_application(application).order_by("-id")
    found = payments.paid().first() or payments.first()
    if found is None:
        raise NotFound
    return found


def payment_with(payment_reference: str, *, provider: str) -> FeePayment:
    """Return the payment that a provider carries under our reference.

    Raises:
        PaymentUnknown: there is none.
    """
    found = FeePayment.objects.filter(provider=provider, payment_reference=payment_reference).first()
    if found is None:
        raise PaymentUnknown(payment_reference=payment_reference[:40])
    return found
