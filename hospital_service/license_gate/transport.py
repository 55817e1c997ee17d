"""Getting one reply from the registry over HTTP: pooled, bounded in time and size, and repeated where that helps."""

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from common.deadline import Deadline, DeadlineAdapter
from license_gate.answers import Cause
from license_gate.reading import NoReplyError, Reply, cause_of_status

PAUSES_SECONDS = (0.1, 0.2)
"""The longest pause before the second attempt and before the third, which is the last."""
POOL_SIZE = 32
"""Connections kept open; more threads than that open further ones, which are not kept."""
_READ_AT_ONCE = 16_384

ALL_BUT_OVER = 0.02
"""Seconds before the deadline in which nothing can be begun any more."""


@dataclass(frozen=True)
class Call:
    """One HTTP request. All of them are safe to repeat: asking changes nothing."""

    method: str
    path: str
    largest_body: int
    """Bytes, after decompression, beyond which a body is cut off."""
    params: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: redirects are not followed, and requests must not read a body of any size to prepare for one."""


class Transport:
    """A pooled session for one registry, safe to share between threads; not to be carried over a fork.

    ``ca_bundle`` is a file of certificates to trust instead of the usual ones.
    """

    def __init__(self, base_url: str, ca_bundle: str | None = None) -> None:
        self._base_url = base_url.rstrip("/")
        self._session = _Session()
        # The environment of a server must not decide through which proxy, or as whom, a license is verified.
        self._session.trust_env = False
        self._session.verify = ca_bundle or True
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = DeadlineAdapter(pool_connections=1, pool_maxsize=POOL_SIZE)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def send(self, call: Call, deadline: Deadline, headers: Mapping[str, str], auth: AuthBase | None = None) -> Reply:
        """The reply, after as many attempts as help and fit. Raises NoReplyError when there is none to be judged."""
        for longest_pause in PAUSES_SECONDS:
            try:
                return self._send_once(call, deadline, headers, auth)
            except NoReplyError as no_reply:
                # Full jitter: many threads that failed together must not come back together.
                pause = random.uniform(0, longest_pause)  # noqa: S311 - nothing secret depends on it
                if not _is_worth_repeating(no_reply) or not deadline.allows(pause):
                    raise
            time.sleep(pause)
        return self._send_once(call, deadline, headers, auth)

    def _send_once(self, call: Call, deadline: Deadline, headers: Mapping[str, str], auth: AuthBase | None) -> Reply:
        try:
            with deadline, self._open(call, deadline, headers, auth) as response:
                reply = _receive(response, call.largest_body)
        # requests lets some errors of urllib3 and of http.client through as they are.
        except (OSError, HTTPError, HTTPException, ValueError) as error:
            raise NoReplyError(_cause_of(error, deadline)) from error
        no_reply = cause_of_status(reply, datetime.now(UTC))
        if no_reply is not None:
            raise no_reply
        return reply

    def _open(
        self, call: Call, deadline: Deadline, headers: Mapping[str, str], auth: AuthBase | None
    ) -> requests.Response:
        return self._session.request(
            call.method,
            self._base_url + call.path,
            params=call.params,
            json=call.json,
            data=call.form,
            headers=headers,
            auth=auth,
            timeout=deadline.seconds_left(),
            allow_redirects=False,
            stream=True,
        )


def _receive(response: requests.Response, largest_body: int) -> Reply:
    body = bytearray()
    for part in response.iter_content(_READ_AT_ONCE):
        body += part
        if len(body) > largest_body:
            raise NoReplyError(Cause.BODY_TOO_LARGE, _reply(response, body))
    return _reply(response, body)


def _reply(response: requests.Response, body: bytearray) -> Reply:
    return Reply(
        status=response.status_code,
        media_type=response.headers.get("Content-Type", ""),
        body=bytes(body),
        retry_after=response.headers.get("Retry-After", ""),
    )


def _cause_of(error: Exception, deadline: Deadline) -> Cause:
    # A TLS handshake that runs out of time says so a moment before the deadline, as an error of another kind.
    if not deadline.allows(seconds=ALL_BUT_OVER) or isinstance(error, TimeoutError | requests.Timeout):
        return Cause.TIMED_OUT
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return Cause.MALFORMED_BODY
    return Cause.CONNECTION_FAILED


def _is_worth_repeating(no_reply: NoReplyError) -> bool:
    overloaded = no_reply.reply is not None and no_reply.reply.status in (502, 503, 504)
    return overloaded or no_reply.cause is Cause.CONNECTION_FAILED
