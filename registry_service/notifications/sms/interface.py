"""What an SMS provider does for us, whichever it is."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Sms:
    """One message of one part, in the alphabet of GSM 03.38; the recipient is a number in E.164."""

    id: str
    recipient: str
    text: str


class SmsRefusedError(Exception):
    """No message of ours will ever reach this number by this provider."""


class SmsAccountError(Exception):
    """The provider sends nothing for us until somebody mends our account: its credit, its keys, its sender's name."""


class SmsNotNowError(Exception):
    """The provider did not answer in time, or passes nothing on at present. It may or may not have the message."""


class SmsProvider(Protocol):
    """Every question is over by `SMS_DEADLINE_SECONDS`; none may be asked while a row is locked."""

    def send(self, sms: Sms) -> str:
        """Hand over a message, and return what the provider calls it.

        Raises:
            SmsRefusedError: this number gets none.
            SmsAccountError: nobody gets any until a person has done something.
            SmsNotNowError: a later attempt may succeed, and send it a second time.
        """
