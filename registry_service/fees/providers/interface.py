"""What a payment provider can do for us, whichever it is.

Three shapes are served: a page of the provider to which the payer is sent (`Redirect`), a notice from the provider when
something happened (`read_webhook`), and a reference with which the payer goes to a bank while we ask now and then
(`PayWithReference`, `ask`). A provider need not be good at all three: it says nothing in a shape that it lacks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol


@dataclass(frozen=True)
class Charge:
    """What a provider is told about a payment; the amount is in kobo."""

    payment_reference: str
    amount_kobo: int
    currency: str
    description: str
    payer_name: str
    payer_email: str
    payer_phone: str
    return_to: str
    """The page to which the payer comes back."""


@dataclass(frozen=True)
class Redirect:
    """The payer pays on this page."""

    url: str


@dataclass(frozen=True)
class PayWithReference:
    """The payer pays elsewhere, quoting the provider's reference."""

    reference: str
    instructions: str


class Outcome(Enum):
    WAITING = "waiting"
    PAID = "paid"
    FAILED = "failed"


@dataclass(frozen=True)
class ProviderState:
    """What a provider says about a payment; the amount is what was paid, in kobo."""

    outcome: Outcome
    amount_kobo: int = 0
    currency: str = ""
    provider_reference: str = ""
    paid_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class ProviderEvent:
    """A notice about one payment. Without a state it proves nothing, and only tells us to ask."""

    payment_reference: str
    state: ProviderState | None = None


class ProviderUnansweredError(Exception):
    """The provider did not answer in time, or not in a way that can be read: nothing is known."""


class ProviderRefusedError(Exception):
    """The provider will not take a payment under this reference; nobody can pay with it."""


class PaymentProvider(Protocol):
    """Every question is over by `PAYMENT_DEADLINE_SECONDS`; none may be asked while a row is locked."""

    name: str

    def start(self, charge: Charge) -> Redirect | PayWithReference:
        """Tell the provider of a payment, and return how to pay.

        Raises:
            ProviderRefusedError: it will never take this one.
            ProviderUnansweredError: it may or may not know of it now.
        """

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> list[ProviderEvent]:
        """Return what a notice says about our payments; nothing, when it is about something else.

        Raises:
            PaymentEventRefused: the provider did not sign these bytes, or they cannot be read.
        """

    def ask(self, payment_reference: str) -> ProviderState:
        """Return how a payment stands; one that the provider does not know is waiting.

        Raises:
            ProviderUnansweredError: it cannot be told.
        """
