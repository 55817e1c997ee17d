"""One question to a payment provider over HTTP."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings

from common.remote import NoAnswerError, ask
from fees.providers.interface import ProviderUnansweredError

# What says that our request is at fault, about this one payment; everything else that is no success is no answer.
_ABOUT_THE_PAYMENT = {400, 404, 409, 422}


@dataclass(frozen=True)
class Reply:
    """What the provider said; `is_refusal` when it found fault with the question."""

    is_refusal: bool
    text: str


def call(method: str, url: str, *, headers: Mapping[str, str], body: Any = None) -> Reply:
    """Ask once, and return the reply by the deadline.

    Raises:
        ProviderUnansweredError: none came, or one that says that the provider is out of order or does not know us.
    """
    try:
        answer = ask(method, url, seconds=settings.PAYMENT_DEADLINE_SECONDS, headers=headers, json=body)
        if answer.status != 200 and answer.status not in _ABOUT_THE_PAYMENT:
            raise ProviderUnansweredError(f"status {answer.status}")
        return Reply(is_refusal=answer.status != 200, text=answer.body.decode("utf-8"))
    except NoAnswerError as error:
        raise ProviderUnansweredError(str(error)) from error
    except UnicodeDecodeError as error:
        raise ProviderUnansweredError("the answer is no text") from error


def as_json(text: str) -> Any:
    """Return what a text says as JSON, with exact amounts.

    Raises:
        ValueError: it is none.
    """
    return json.loads(text, parse_float=Decimal)
