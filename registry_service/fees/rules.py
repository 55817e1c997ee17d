"""The machine of a payment, when its provider is asked about it, and what is refused. No database, no clock."""

from datetime import datetime, timedelta

from django.db.models import TextChoices

from common.errors import DomainError


class Status(TextChoices):
    INITIATED = "initiated", "Written down; the provider does not know it yet"
    PENDING = "pending", "Waiting for the money"
    PAID = "paid", "Paid"
    FAILED = "failed", "Not paid"
    EXPIRED = "expired", "Not paid in time"


class Transition(TextChoices):
    START = "start", "Hand it to the provider"
    SETTLE = "settle", "The money came"
    FAIL = "fail", "It did not come"
    EXPIRE = "expire", "Stop waiting"


OPEN = frozenset({Status.INITIATED, Status.PENDING})

# The whole machine: from which statuses each transition may start, and where it leads. Money that comes late is
# taken: a second try on the provider's page, or a bank that pays in weeks later, settles what we had given up.
TRANSITIONS: dict[Transition, tuple[frozenset[Status], Status]] = {
    Transition.START: (frozenset({Status.INITIATED}), Status.PENDING),
    Transition.SETTLE: (frozenset({*OPEN, Status.FAILED, Status.EXPIRED}), Status.PAID),
    Transition.FAIL: (OPEN, Status.FAILED),
    Transition.EXPIRE: (OPEN, Status.EXPIRED),
}

FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=6)
# Somebody who pays with a reference goes to a bank, perhaps after a holiday.
EXPIRES_AFTER = timedelta(days=14)


class PaymentNotNeeded(DomainError):
    """There is no fee, or the application is past the point where it is paid."""

    code = "payment_not_needed"
    title = "There is nothing to pay"
    detail = "Nothing is to be paid for this application now."


class PaymentProviderUnavailable(DomainError):
    """The provider did not take the payment; nobody has paid anything."""

    code = "payment_provider_unavailable"
    status = 503
    title = "The payment provider does not answer"
    detail = "No payment was begun, and nothing was charged. Try again in a moment."
    headers = {"Retry-After": "10"}


class PaymentEventRefused(DomainError):
    """A notice of a payment that its provider cannot have sent, or that cannot be read."""

    code = "payment_event_refused"
    status = 400
    title = "This notice of a payment is not taken"
    detail = "{problem}"


class PaymentUnknown(DomainError):
    """No payment of this provider has the reference."""

    code = "payment_unknown"
    status = 404
    title = "There is no such payment"
    detail = "No payment has the reference {payment_reference}."


class PaymentReferenceInvalid(DomainError):
    """It cannot be a reference of ours: it was mistyped."""

    code = "payment_reference_invalid"
    status = 422
    title = "This is not a payment reference"
    detail = "{payment_reference} was mistyped. Compare it with the payment, symbol by symbol."


def next_status(status: str, transition: Transition) -> Status | None:
    """Return where `transition` leads from `status`; None: nowhere, nothing happens.

    Not a refusal: providers say the same thing twice, and late, which must be harmless.
    """
    sources, target = TRANSITIONS[transition]
    return target if status in sources else None


def next_ask(asks: int, now: datetime) -> datetime:
    """Return when to ask the provider again after having asked this often."""
    doublings = min(asks, 20)
    return now + min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
