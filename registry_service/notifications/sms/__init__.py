"""The SMS provider that this service is set up for."""

from django.conf import settings

from notifications.sms.africas_talking import AfricasTalking
from notifications.sms.fake import FakeProvider
from notifications.sms.interface import SmsProvider
from notifications.sms.none import NoProvider
from notifications.sms.termii import Termii


def current_provider() -> SmsProvider:
    """Return the provider that `SMS_PROVIDER` names."""
    match settings.SMS_PROVIDER:
        case "termii":
            return Termii(settings.TERMII_API_KEY, settings.TERMII_URL, settings.TERMII_CHANNEL, settings.SMS_SENDER)
        case "africas_talking":
            return AfricasTalking(
                settings.AFRICAS_TALKING_USERNAME,
                settings.AFRICAS_TALKING_API_KEY,
                settings.AFRICAS_TALKING_URL,
                settings.SMS_SENDER,
            )
        case "fake":
            return FakeProvider(settings.SMS_FILE_PATH, settings.SMS_SENDER)
        case _:
            return NoProvider()
