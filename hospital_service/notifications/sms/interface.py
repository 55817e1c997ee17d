"""What an SMS provider does for us, whichever it is."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Sms:
    """One message of one part, in the alphabet of GSM 03.38; the recipient is a number in E.164."""

    id: str
    recipient: str
    text: str


class SmsProvider(Protocol):
    """Every question is over by `SMS_DEADLINE_SECONDS`; none may be asked while a row is locked."""

    def send(self, sms: Sms) -> str:
        """Hand over a message, and return what the provider calls it.

        Raises, of notifications.outcomes:
            RefusedError: this number gets none.
            AccountError: nobody gets any until a person has done something.
            NotNowError: a later attempt may succeed, and send it a second time.
        """
