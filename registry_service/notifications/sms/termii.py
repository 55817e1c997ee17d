"""Termii, a Nigerian provider.

What it asks and answers is in its public documentation (developers.termii.com, "Messaging API" and "Error"; read in
November 2026). It takes no id of ours. Where a text has a backslash in it, or one of ; / ^ { } [ ] ~ | € ' ", it may be
counted, by what is said there, by 70 characters and not by 160.
"""

import re

from django.conf import settings

from common.remote import NoAnswerError, ask
from notifications.outcomes import AccountError, NotNowError, RefusedError
from notifications.sms.interface import Sms

# It has no code for a number that it will not send to, only a sentence.
_NUMBER = r"(phone|mobile|destination|recipient)"
_ABOUT_THE_NUMBER = re.compile(rf"invalid {_NUMBER}|{_NUMBER}( number)?( is)? (invalid|not valid)", re.IGNORECASE)


class Termii:
    """The account that `api_key` opens, at the address that its dashboard names.

    `channel` is `dnd`, which reaches everybody at any hour once Termii has opened it for the account, or `generic`,
    which is meant for advertisements and does not reach people who have asked for none.
    """

    def __init__(self, api_key: str, url: str, channel: str, sender: str) -> None:
        self._api_key = api_key
        self._url = url.rstrip("/")
        self._channel = channel
        self._sender = sender

    def send(self, sms: Sms) -> str:
        try:
            answer = ask(
                "POST",
                f"{self._url}/api/sms/send",
                seconds=settings.SMS_DEADLINE_SECONDS,
                json={
                    "api_key": self._api_key,
                    "to": sms.recipient.removeprefix("+"),
                    "from": self._sender,
                    "sms": sms.text,
                    "type": "plain",
                    "channel": self._channel,
                },
            )
        except NoAnswerError as error:
            raise NotNowError(str(error)) from error
        said = answer.members
        if answer.status == 200 and said.get("message_id"):
            return str(said["message_id"])
        if answer.status < 400 or answer.status == 429 or answer.status >= 500:
            raise NotNowError(f"status {answer.status}")
        complaint = f"status {answer.status}: {self._without_what_was_sent(str(said.get('message') or ''), sms)}"
        if _ABOUT_THE_NUMBER.search(complaint):
            raise RefusedError(complaint)
        raise AccountError(complaint)

    def _without_what_was_sent(self, message: str, sms: Sms) -> str:
        """Return a complaint that repeats neither the key nor the text, since it is kept."""
        return message.replace(self._api_key, "***").replace(sms.text, "***")[:200]
