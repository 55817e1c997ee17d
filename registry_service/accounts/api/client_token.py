"""The token endpoint of OAuth 2.0 (RFC 6749, client credentials), as any client library expects it."""

import base64
import binascii
import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.api.serializers import ClientTokenInput, ClientTokenOutput, TokenRefusal
from accounts.api.views import OpenView
from accounts.authentication import note_actor
from accounts.rules import InvalidClient, InvalidScope, InvalidTokenRequest, UnsupportedGrantType
from common.declared import refuses

RFC_ERRORS = {error.code for error in (InvalidTokenRequest, InvalidClient, InvalidScope, UnsupportedGrantType)}
_NOT_IN_DESCRIPTION = re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]")


class FormParser(BaseParser):
    """A form in which each parameter comes once; one without a value counts as left out (RFC 6749, 3.2)."""

    media_type = "application/x-www-form-urlencoded"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, str]:
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        try:
            pairs = parse_qsl(raw.decode("ascii"), encoding="utf-8", errors="strict", max_num_fields=20)
        except ValueError:
            raise InvalidTokenRequest(
                error_description="The body is not a form in UTF-8 of at most 20 fields."
            ) from None
        if repeated := [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]:
            raise InvalidTokenRequest(error_description=f"Given more than once: {', '.join(sorted(repeated))}.")
        return dict(pairs)


class ClientTokenView(OpenView):
    parser_classes = [FormParser]

    @extend_schema(
        operation_id="issue_client_token",
        tags=["auth"],
        summary="Get a token for a service client (OAuth 2.0 client credentials)",
        description="The client proves itself by HTTP Basic or by `client_id` and `client_secret` in the form.",
        request={"application/x-www-form-urlencoded": ClientTokenInput},
        responses={200: ClientTokenOutput, **dict.fromkeys([400, 401, 405, 406, 413, 415, 503], TokenRefusal)},
    )
    @refuses(services.issue_client_token, InvalidTokenRequest, UnsupportedGrantType)
    def post(self, request: Request) -> Response:
        if request.query_params:
            raise InvalidTokenRequest(error_description="Parameters belong into the body; addresses end up in logs.")
        form = dict(request.data)
        client_id, secret = _credentials(request.headers.get("Authorization"), form)
        grant_type = form.get("grant_type")
        if grant_type is None:
            raise InvalidTokenRequest(error_description="grant_type is missing.")
        if grant_type != "client_credentials":
            raise UnsupportedGrantType
        grant = services.issue_client_token(
            client_id=client_id, secret=secret, scope=form.get("scope"), now=timezone.now()
        )
        note_actor(request, f"client:{client_id}")
        return Response(
            {
                "access_token": grant.access_token,
                "token_type": "Bearer",
                "expires_in": grant.expires_in,
                "scope": grant.scope,
            }
        )

    def handle_exception(self, exc: Exception) -> Response:
        """Say a refusal in the words of RFC 6749, with the problem's members beside them."""
        response = super().handle_exception(exc)
        unavailable = "temporarily_unavailable" if response.status_code >= 500 else "invalid_request"
        code = response.data["code"]
        response.data = {
            **response.data,
            "error": code if code in RFC_ERRORS else unavailable,
            "error_description": _NOT_IN_DESCRIPTION.sub("?", response.data["detail"]),
        }
        response.content_type = "application/json"
        return response

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Pragma"] = "no-cache"
        return response


def _credentials(header: str | None, form: dict[str, str]) -> tuple[str, str]:
    """Return the client's id and secret, from HTTP Basic or from the form.

    Raises:
        InvalidTokenRequest: they came in both, which RFC 6749 forbids (2.3).
        InvalidClient: they came in neither, or cannot be read.
    """
    if header is None:
        if "client_id" not in form or "client_secret" not in form:
            raise InvalidClient
        return form["client_id"], form["client_secret"]
    client_id, secret = _basic(header)
    if "client_secret" in form or form.get("client_id", client_id) != client_id:
        raise InvalidTokenRequest(error_description="Prove the client in the header or in the form, not in both.")
    return client_id, secret


def _basic(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise InvalidClient from None
    client_id, colon, secret = text.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise InvalidClient
    return unquote_plus(client_id), unquote_plus(secret)
