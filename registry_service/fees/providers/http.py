"""One question to a payment provider over HTTP, bounded in time and size."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from http.client import HTTPException
from typing import Any

import requests
from django.conf import settings
from urllib3.exceptions import HTTPError

from common.deadline import Deadline, DeadlineAdapter
from fees.providers.interface import ProviderUnansweredError

LARGEST_ANSWER = 262_144
"""Bytes; an answer about one payment is a few thousand."""

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
    deadline = Deadline(settings.PAYMENT_DEADLINE_SECONDS)
    try:
        with deadline, _session() as session:
            timeout = deadline.seconds_left()
            return _read(
                session.request(
                    method, url, headers=headers, json=body, timeout=timeout, allow_redirects=False, stream=True
                )
            )
    # requests lets some errors of urllib3 and of http.client through as they are.
    except (OSError, HTTPError, HTTPException, ValueError) as error:
        raise ProviderUnansweredError(type(error).__name__) from error


def as_json(text: str) -> Any:
    """Return what a text says as JSON, with exact amounts.

    Raises:
        ValueError: it is none.
    """
    return json.loads(text, parse_float=Decimal)


def _session() -> requests.Session:
    session = requests.Session()
    # The environment of a server must not decide through which proxy, or as whom, money is asked about.
    session.trust_env = False
    session.mount("http://", DeadlineAdapter())
    session.mount("https://", DeadlineAdapter())
    return session


def _read(response: requests.Response) -> Reply:
    if response.status_code != 200 and response.status_code not in _ABOUT_THE_PAYMENT:
        raise ProviderUnansweredError(f"status {response.status_code}")
    body = bytearray()
    for part in response.iter_content(16_384):
        body += part
        if len(body) > LARGEST_ANSWER:
            raise ProviderUnansweredError("the answer is too large")
    return Reply(is_refusal=response.status_code != 200, text=body.decode("utf-8"))
