"""The payment providers that this service is set up for, by name."""

from django.conf import settings

from common.errors import NotFound
from fees.providers.fake import FakeProvider
from fees.providers.interface import PaymentProvider
from fees.providers.paystack import Paystack
from fees.providers.remita import Remita


def current_provider() -> PaymentProvider:
    """Return the provider through which new payments go."""
    return provider_named(settings.PAYMENT_PROVIDER)


def provider_named(name: str) -> PaymentProvider:
    """Return one of the providers that have what they need; payments begun with an earlier one still end with it.

    Raises:
        NotFound: there is none of this name, or its keys are not set.
    """
    if name == "fake" and settings.PAYMENT_PROVIDER == "fake" and settings.PHB_ENV != "production":
        return FakeProvider()
    if name == "paystack" and settings.PAYSTACK_SECRET_KEY:
        return Paystack(settings.PAYSTACK_SECRET_KEY, settings.PAYSTACK_URL)
    if name == "remita" and settings.REMITA_API_KEY:
        return Remita(
            settings.REMITA_MERCHANT_ID, settings.REMITA_SERVICE_TYPE_ID, settings.REMITA_API_KEY, settings.REMITA_URL
        )
    raise NotFound
