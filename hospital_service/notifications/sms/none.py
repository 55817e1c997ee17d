"""No provider: SMS is switched off."""

from notifications.sms.interface import Sms, SmsRefusedError


class NoProvider:
    """Refuses what was queued before SMS was switched off: it must not leave months later, when it is on again."""

    def send(self, sms: Sms) -> str:
        raise SmsRefusedError("SMS is switched off")
