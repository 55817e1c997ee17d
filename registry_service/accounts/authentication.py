"""Who is asking: a person, a service client, or nobody. One header, verified once, whichever of the two it names."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.queries import person_of_token
from accounts.rules import REALM, TokenExpired, TokenInvalid
from accounts.tokens import bearer_claims
from common.declared import refuses


@dataclass(frozen=True)
class Client:
    """A service client as its token describes it; no database is asked."""

    client_id: str
    scopes: frozenset[str]
    is_authenticated: bool = True
    is_anonymous: bool = False
    is_active: bool = True
    is_staff: bool = False

    @property
    def pk(self) -> str:
        return self.client_id

    @property
    def actor(self) -> str:
        """How logs and histories name this client."""
        return f"client:{self.client_id}"


@refuses(TokenExpired, TokenInvalid)
class BearerAuthentication(BaseAuthentication, ABC):
    """Takes the tokens of one use and leaves the others to the view's next class; the last one refuses them."""

    token_use: str

    def authenticate(self, request: Request) -> tuple[Any, dict[str, Any]] | None:
        claims = _claims_of(request)
        if claims is None:
            return None
        if claims.get("token_use") != self.token_use:
            if request.authenticators and request.authenticators[-1] is self:
                raise TokenInvalid
            return None
        principal = self.principal(claims)
        note_actor(request, principal.actor)
        return principal, claims

    def authenticate_header(self, request: Request) -> str:
        return f'Bearer realm="{REALM}"'

    @abstractmethod
    def principal(self, claims: dict[str, Any]) -> Any:
        """Return who the verified claims stand for.

        Raises:
            TokenInvalid: when they stand for nobody any more.
        """


class UserAuthentication(BearerAuthentication):
    """People, by access token."""

    token_use = "access"  # noqa: S105 -- a kind, not a secret

    def principal(self, claims: dict[str, Any]) -> Any:
        user = person_of_token(claims)
        if user is None:
            raise TokenInvalid
        return user


class ServiceClientAuthentication(BearerAuthentication):
    """Service clients, by client token."""

    token_use = "client"  # noqa: S105 -- a kind, not a secret

    def principal(self, claims: dict[str, Any]) -> Any:
        return Client(client_id=str(claims["sub"]), scopes=frozenset(str(claims.get("scope", "")).split()))


def note_actor(request: Request, actor: str) -> None:
    """Tell the request's line in the log who asked."""
    request._request.actor = actor  # type: ignore[attr-defined]


def _claims_of(request: Request) -> dict[str, Any] | None:
    """Verify the bearer token at the first call, and remember it for the request's other authenticators."""
    http = request._request
    if not hasattr(http, "bearer_claims"):
        token = _bearer_token(request.headers.get("Authorization", ""))
        http.bearer_claims = None if token is None else bearer_claims(token)  # type: ignore[attr-defined]
    claims: dict[str, Any] | None = http.bearer_claims  # type: ignore[attr-defined]
    return claims


def _bearer_token(header: str) -> str | None:
    scheme, _, token = header.strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
