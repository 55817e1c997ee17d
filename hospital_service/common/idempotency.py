"""Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): a repeated POST is carried out once.

What is kept of it is which thing it made or changed, and never what the answer says of that: each answer, the first and
every other one, is made anew, for whoever the caller is by then.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import QueryDict
from django.utils.crypto import salted_hmac
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from common.client_address import client_address
from common.declared import Declaring, refuses, speaks
from common.errors import DomainError, InvalidInput
from common.locks import try_session_lock
from common.models import IdempotentRequest

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT_FOR = timedelta(hours=24)
# Of another form than that of the release that kept whole answers: neither reads what the other has kept.
_KEPT_AS = f"{HEADER}: what was asked"
_KEY = re.compile(r'"?([A-Za-z0-9._:-]{8,255})"?')


class KeyReused(DomainError):
    """The key came with another body before."""

    code = "idempotency_key_reused"
    status = 422
    title = "This Idempotency-Key was used for another request"
    detail = "Use a new key for a new request."


class StillRunning(DomainError):
    """The first request with this key has not been answered yet."""

    code = "idempotency_in_progress"
    status = 409
    title = "The first request with this Idempotency-Key is still running"
    detail = "Ask again in a moment; the answer will be that of the first request."
    headers = {"Retry-After": "1"}


_KEY_IN_OPENAPI = OpenApiParameter(
    HEADER,
    {"type": "string", "pattern": f"^{_KEY.pattern}$"},
    OpenApiParameter.HEADER,
    description="Of your own making, such as a UUID, and a new one for each new request. For 24 hours the same key "
    "with the same request does nothing more, and is answered as things are then; without a key, a repeated request is "
    "carried out again.",
)
_REPLAYED_IN_OPENAPI = OpenApiParameter(
    REPLAYED,
    {"type": "string", "enum": ["true"]},
    OpenApiParameter.HEADER,
    response=[200, 201],
    description="The request was carried out before, and nothing was done now.",
)


def takes_key(handler: Declaring) -> Declaring:
    """Declare that a handler honours the header: `idempotent` does, and whoever calls what is idempotent."""
    return refuses(KeyReused, StillRunning)(speaks(_KEY_IN_OPENAPI, _REPLAYED_IN_OPENAPI)(handler))


Subject = UUID | None
"""Which thing a request made or changed; None for one that leaves nothing to name."""


def idempotent(
    show: Callable[..., Response], *, atomic: bool = True
) -> Callable[[Callable[..., Subject]], Callable[..., Response]]:
    """Let a POST handler honour the header, for 24 hours per caller and key.

    The handler does what is asked, and returns the id of what it made or changed. `show` is a method of the same view:
    given the request and that id, it makes the answer, after a repetition too. It looks the thing up as for any reader,
    and refuses whoever may not see it any more.

    With `atomic`, the effect and what is kept of it are one transaction, so that a crash leaves both or
    neither. A handler that asks another service must not hold one open: it passes False, and a
    crash before anything is kept leaves the repeat to the handler's own constraints.
    """

    def decorate(post: Callable[..., Subject]) -> Callable[..., Response]:
        @wraps(post)
        def wrapper(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
            def run() -> Subject:
                return post(view, request, *args, **kwargs)

            def answer(subject: Subject) -> Response:
                return show(view, request, subject)

            given = request.headers.get(HEADER)
            if given is None:
                return answer(run())
            actor, key = _actor_of(request), _key_in(given)
            with _only_one(f"{actor}\n{key}"), transaction.atomic() if atomic else nullcontext():
                return _once(actor, key, _fingerprint(request), run, answer)

        return takes_key(wrapper)

    return decorate


def forget_old_answers(now: datetime) -> int:
    """Delete what is kept past its time; returns 0, since what is left is never worth another look at once."""
    IdempotentRequest.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    return 0


def _once(
    actor: str, key: str, fingerprint: str, run: Callable[[], Subject], answer: Callable[[Subject], Response]
) -> Response:
    first = IdempotentRequest.objects.filter(actor=actor, key=key).first()
    if first is None:
        subject = run()
        response = answer(subject)
        IdempotentRequest.objects.create(
            actor=actor,
            key=key,
            fingerprint=fingerprint,
            status=response.status_code,
            subject=str(subject or ""),
        )
        return response
    if first.fingerprint != fingerprint:
        raise KeyReused
    response = answer(UUID(first.subject) if first.subject else None)
    response.status_code = first.status
    response.headers[REPLAYED] = "true"
    return response


@contextmanager
def _only_one(name: str) -> Iterator[None]:
    """Hold a lock for this name in the database, or refuse when another request holds it."""
    with try_session_lock(name) as is_ours:
        if not is_ours:
            raise StillRunning
        yield


def _actor_of(request: Request) -> str:
    return request.user.actor if request.user.is_authenticated else f"address:{client_address(request._request)}"


def _key_in(header: str) -> str:
    match = _KEY.fullmatch(header.strip())
    if match is None:
        problem = "Write 8 to 255 letters, digits, dots, colons, hyphens or underscores."
        raise InvalidInput(errors=[{"pointer": HEADER, "code": "invalid", "detail": problem}])
    return match[1]


def _fingerprint(request: Request) -> str:
    # Keyed, since a body may hold a password: from a plain hash it could be guessed.
    body = json.dumps(_as_sent(request.data), sort_keys=True)
    return salted_hmac(_KEPT_AS, f"{request.method}\n{request.path}\n{body}", algorithm="sha256").hexdigest()


def _as_sent(data: Any) -> Any:
    """Return a body as what can be written down; of a form, each file by its size and digest."""
    if not isinstance(data, QueryDict):
        return data
    return {name: [_in_words(value) for value in values] for name, values in data.lists()}


def _in_words(value: "str | UploadedFile[bytes]") -> Any:
    if isinstance(value, str):
        return value
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return {"size": value.size, "sha256": digest.hexdigest()}
