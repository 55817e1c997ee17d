"""This service's own access token at the registry (RFC 6749, client credentials), shared by all threads."""

import logging
import re
import time
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import quote

from prometheus_client import Counter
from requests.auth import HTTPBasicAuth

from common.deadline import Deadline
from license_gate import documents
from license_gate.answers import Cause
from license_gate.documents import MalformedError
from license_gate.reading import NoReplyError, NotSignedInError, Reply
from license_gate.transport import Call, Transport

logger = logging.getLogger(__name__)
_FAILURES = Counter(
    "phb_registry_sign_in_failures", "Times that the registry gave this service no token, by cause.", ["cause"]
)
_CALL = Call(
    "POST",
    "/api/registry/auth/client-token/",
    largest_body=65_536,
    form={"grant_type": "client_credentials", "scope": "verify"},
)
_EARLY_SECONDS = 30.0
"""A token is replaced this long before it ends, or after nine tenths of a life shorter than 300 s."""
_BEARER_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""RFC 6750; nothing else may get into a header."""


@dataclass(frozen=True)
class _Token:
    text: str
    good_until: float


class ClientToken:
    """Fetched when first needed, kept until just before it ends, fetched again by one thread at a time."""

    def __init__(self, transport: Transport, client_id: str, client_secret: str) -> None:
        self._transport = transport
        # RFC 6749 section 2.3.1 has both parts form-encoded before they go into HTTP Basic.
        self._auth = HTTPBasicAuth(quote(client_id, safe=""), quote(client_secret, safe=""))
        self._fetching = Lock()
        self._token: _Token | None = None

    def get(self, deadline: Deadline, request_id: str) -> str:
        """Raises NotSignedInError when there is no token by the deadline."""
        return self._current() or self._refresh(deadline, request_id)

    def discard(self, text: str) -> None:
        """Forget a token that the registry no longer accepts, unless another thread has replaced it already."""
        token = self._token
        if token is not None and token.text == text:
            self._token = None

    def _current(self) -> str | None:
        token = self._token
        return token.text if token is not None and time.monotonic() < token.good_until else None

    def _refresh(self, deadline: Deadline, request_id: str) -> str:
        if deadline.has_passed or not self._fetching.acquire(timeout=deadline.seconds_left()):
            raise NotSignedInError(Cause.TIMED_OUT)
        try:
            return self._current() or self._fetch(deadline, request_id)
        except NoReplyError as no_reply:
            _report(no_reply.cause)
            raise NotSignedInError(no_reply.cause, retry_after=no_reply.retry_after) from no_reply
        finally:
            self._fetching.release()

    def _fetch(self, deadline: Deadline, request_id: str) -> str:
        started = time.monotonic()
        reply = self._transport.send(
            _CALL, deadline, {"Accept": "application/json", "X-Request-ID": request_id}, self._auth
        )
        text, life = _read_token(reply)
        self._token = _Token(text, started + max(life - _EARLY_SECONDS, life * 0.9))
        return text


def _report(cause: Cause) -> None:
    _FAILURES.labels(cause.value).inc()
    if cause is Cause.AUTHENTICATION_FAILED:
        # Nothing is verified until somebody changes the credentials; an outage ends by itself.
        logger.error("The registry does not accept this service's credentials: no license can be verified.")


def _read_token(reply: Reply) -> tuple[str, float]:
    """The token and its life in seconds. Raises NoReplyError."""
    if reply.status != 200:
        raise NoReplyError(Cause.AUTHENTICATION_FAILED, reply)
    try:
        document = documents.parse(reply.body)
        text = documents.needed(document, "access_token", str)
        life: Any = document.get("expires_in")
        if type(life) not in (int, float) or not _BEARER_TOKEN.fullmatch(text):
            raise MalformedError
    except MalformedError as error:
        raise NoReplyError(Cause.MALFORMED_BODY, reply) from error
    return text, float(life)
