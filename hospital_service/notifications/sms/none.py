"""No provider: SMS is switched off."""

from notifications.outcomes import RefusedError
from notifications.sms.interface import Sms


class NoProvider:
    """Refuses what was queued before SMS was switched off: it must not leave months later, when it is on again."""

    def send(self, sms: Sms) -> str:
        raise RefusedError("SMS is switched off")
