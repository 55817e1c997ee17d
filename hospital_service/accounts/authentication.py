"""Who is asking: a person, or nobody. The database is told too, and shows no more than that person's rows."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.models import User
from accounts.queries import person_of_token
from accounts.rules import REALM, TokenExpired, TokenInvalid
from accounts.tokens import bearer_claims
from common.asker import ask_as
from common.declared import refuses


@refuses(TokenExpired, TokenInvalid)
class UserAuthentication(BaseAuthentication):
    """People, by access token (RFC 6750)."""

    def authenticate(self, request: Request) -> tuple[User, dict[str, Any]] | None:
        token = _bearer_token(request.headers.get("Authorization", ""))
        if token is None:
            return None
        claims = bearer_claims(token)
        user = person_of_token(claims) if claims.get("token_use") == "access" else None
        if user is None:
            raise TokenInvalid
        note_actor(request, user.actor)
        ask_as(user.id)
        return user, claims

    def authenticate_header(self, request: Request) -> str:
        return f'Bearer realm="{REALM}"'


class OperatorMiddleware:
    """Operators, by their session, in their pages alone: no session opens the API."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        """Tell the log and the database who is signed in (a hook that Django calls once it knows the view)."""
        match, user = request.resolver_match, request.user
        if match and match.app_name == "admin" and isinstance(user, User):
            request.actor = user.actor  # type: ignore[attr-defined]
            ask_as(user.id)


def note_actor(request: Request, actor: str) -> None:
    """Tell the request's line in the log who asked."""
    request._request.actor = actor  # type: ignore[attr-defined]


def _bearer_token(header: str) -> str | None:
    scheme, _, token = header.strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
