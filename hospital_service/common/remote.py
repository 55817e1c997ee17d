"""One question to somebody else's service over HTTP, bounded in time and size."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from json import loads
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from common.deadline import Deadline, DeadlineAdapter

LARGEST_ANSWER = 262_144
"""Bytes; an answer about one payment or one message is a few thousand."""


class NoAnswerError(Exception):
    """No whole answer came by the deadline; whether the question arrived is not known."""


@dataclass(frozen=True)
class Answer:
    """What came back, whatever it says."""

    status: int
    body: bytes

    @property
    def members(self) -> dict[str, Any]:
        """The members of the JSON object that the body is; none, when it is something else."""
        try:
            said = loads(self.body)
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}


def ask(
    method: str,
    url: str,
    *,
    seconds: float,
    headers: Mapping[str, str] | None = None,
    json: Any = None,
    form: Mapping[str, str] | None = None,
) -> Answer:
    """Ask once, with a body of JSON or of a form, and return the answer within so many seconds. Redirects count as one.

    Raises:
        NoAnswerError: none came, or one that is too large; its text names the cause, and nothing that was asked.
    """
    deadline = Deadline(seconds)
    try:
        with deadline, _session() as session:
            timeout = deadline.seconds_left()
            return _read(
                session.request(
                    method,
                    url,
                    headers=headers,
                    json=json,
                    data=form,
                    timeout=timeout,
                    allow_redirects=False,
                    stream=True,
                )
            )
    # requests lets some errors of urllib3 and of http.client through as they are.
    except (OSError, HTTPError, HTTPException, ValueError) as error:
        raise NoAnswerError(type(error).__name__) from error


def _session() -> requests.Session:
    session = requests.Session()
    # The environment of a server must not decide through which proxy, or as whom, others are asked.
    session.trust_env = False
    session.mount("http://", DeadlineAdapter())
    session.mount("https://", DeadlineAdapter())
    return session


def _read(response: requests.Response) -> Answer:
    body = bytearray()
    for part in response.iter_content(16_384):
        body += part
        if len(body) > LARGEST_ANSWER:
            raise NoAnswerError("the answer is too large")
    return Answer(response.status_code, bytes(body))
