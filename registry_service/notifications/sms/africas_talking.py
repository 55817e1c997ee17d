"""Africa's Talking, a provider in many African countries.

What it asks and answers is in its public documentation (developers.africastalking.com, "SMS") and in its own library
(AfricasTalkingLtd/africastalking-python; both read in November 2026). It takes no id of ours.
"""

from typing import Any

from django.conf import settings

from common.remote import Answer, NoAnswerError, ask
from notifications.outcomes import AccountError, NotNowError, RefusedError
from notifications.sms.interface import Sms

# Processed, Sent, Queued.
_TAKEN = {100, 101, 102}
# InvalidPhoneNumber, UnsupportedNumberType, UserInBlacklist (who wants no more messages).
_REFUSED = {403, 404, 406}
# CouldNotRoute; DoNotDisturbRejection (at night, for a sender of advertisements); InternalServerError, GatewayError,
# RejectedByGateway. What remains is about the account: RiskHold, InvalidSenderId, InsufficientBalance.
_NOT_NOW = {407, 409, 500, 501, 502}
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)


class AfricasTalking:
    """One application of an account, by its name there (`username`) and its key."""

    def __init__(self, username: str, api_key: str, url: str, sender: str) -> None:
        self._username = username
        self._api_key = api_key
        self._url = url.rstrip("/")
        self._sender = sender

    def send(self, sms: Sms) -> str:
        try:
            answer = ask(
                "POST",
                f"{self._url}/version1/messaging",
                seconds=settings.SMS_DEADLINE_SECONDS,
                headers={"apiKey": self._api_key, "Accept": "application/json"},
                form={"username": self._username, "to": sms.recipient, "message": sms.text, "from": self._sender},
            )
        except NoAnswerError as error:
            raise NotNowError(str(error)) from error
        if answer.status == 429 or answer.status >= 500:
            raise NotNowError(f"status {answer.status}")
        code, status, reference = _about_the_recipient(answer)
        if code in _TAKEN:
            return reference
        if code in _REFUSED:
            raise RefusedError(status)
        if code in _NOT_NOW:
            raise NotNowError(status)
        raise AccountError(status)


def _about_the_recipient(answer: Answer) -> tuple[int, str, str]:
    """Return the code for our one recipient, its name, and the id of the message; without a recipient, 0 and a reason.

    Raises:
        NotNowError: it says yes to the request, and what about the recipient cannot be read.
    """
    try:
        said = answer.members["SMSMessageData"]
        if not said["Recipients"]:
            return 0, str(said["Message"])[:100], ""
        recipient: dict[str, Any] = said["Recipients"][0]
        return int(recipient["statusCode"]), str(recipient["status"])[:100], str(recipient.get("messageId") or "")
    except _UNREADABLE as error:
        if answer.status < 400:
            raise NotNowError("the answer cannot be read") from error
        return 0, f"status {answer.status}", ""
