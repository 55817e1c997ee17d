"""Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): a repeated POST is carried out once."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.crypto import salted_hmac
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from common.client_address import client_address
from common.declared import Declaring, refuses, speaks
from common.errors import DomainError, InvalidInput
from common.locks import try_session_lock
from common.models import IdempotentRequest

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT_FOR = timedelta(hours=24)
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
    description="Of your own making, such as a UUID, and a new one for each new request. The same key with the same "
    "request gives the first answer again, for 24 hours; without a key, a repeated request is carried out again.",
)
_REPLAYED_IN_OPENAPI = OpenApiParameter(
    REPLAYED,
    {"type": "string", "enum": ["true"]},
    OpenApiParameter.HEADER,
    response=[200, 201],
    description="This is the first answer to the request, given once more, and nothing was done.",
)


def takes_key(handler: Declaring) -> Declaring:
    """Declare that a handler honours the header: `idempotent` does, and whoever calls what is idempotent."""
    return refuses(KeyReused, StillRunning)(speaks(_KEY_IN_OPENAPI, _REPLAYED_IN_OPENAPI)(handler))


def idempotent(*, atomic: bool = True) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Let a POST handler honour the header, for 24 hours per caller and key.

    With `atomic`, effect and stored answer are one transaction, so that a crash leaves both or
    neither. A handler that asks another service must not hold one open: it passes False, and a
    crash before the answer is stored leaves the repeat to the handler's own constraints.
    """

    def decorate(post: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(post)
        def wrapper(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
            given = request.headers.get(HEADER)
            if given is None:
                return post(view, request, *args, **kwargs)
            actor, key = _actor_of(request), _key_in(given)
            with _only_one(f"{actor}\n{key}"), transaction.atomic() if atomic else nullcontext():
                return _once(actor, key, _fingerprint(request), lambda: post(view, request, *args, **kwargs))

        return takes_key(wrapper)

    return decorate


def forget_old_answers(now: datetime) -> int:
    """Delete answers past their time; returns 0, since what is left is never worth another look at once."""
    IdempotentRequest.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    return 0


def _once(actor: str, key: str, fingerprint: str, run: Callable[[], Response]) -> Response:
    first = IdempotentRequest.objects.filter(actor=actor, key=key).first()
    if first is None:
        response = run()
        body = json.dumps(response.data, cls=JSONEncoder)
        IdempotentRequest.objects.create(
            actor=actor, key=key, fingerprint=fingerprint, status=response.status_code, body=body
        )
        return response
    if first.fingerprint != fingerprint:
        raise KeyReused
    return Response(json.loads(first.body), status=first.status, headers={REPLAYED: "true"})


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
    body = json.dumps(request.data, sort_keys=True, default=_file)
    return salted_hmac(HEADER, f"{request.method}\n{request.path}\n{body}", algorithm="sha256").hexdigest()


def _file(value: Any) -> list[str]:
    """Return what tells an uploaded file from another."""
    assert isinstance(value, UploadedFile), "everything else in a body is JSON"
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return [str(value.name), str(value.content_type), digest.hexdigest()]
