"""What stands in each kind of token. simplejwt makes them, the key ring signs them.

All have issuer and audience TOKEN_ISSUER; the header's `typ` and the claim `token_use` tell them
apart, so that none is taken for another:

    access   at+jwt   a person, for some minutes
    client   at+jwt   a service client, for some minutes (RFC 9068: client_id, scope)
    refresh  rt+jwt   a person's way to the next pair, once
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.conf import settings
from rest_framework_simplejwt import tokens as simplejwt
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.utils import get_md5_hash_password

from accounts import keys
from accounts.rules import TokenInvalid

if TYPE_CHECKING:
    from accounts.models import User

ACCESS_TYP = "at+jwt"
REFRESH_TYP = "rt+jwt"


class RingBackend(TokenBackend):
    """Lets simplejwt sign with the ring's key of the moment, under a `typ` of its own."""

    def __init__(self, typ: str) -> None:
        super().__init__(keys.ALGORITHM, audience=settings.TOKEN_ISSUER, issuer=settings.TOKEN_ISSUER)
        self.typ = typ

    def encode(self, payload: dict[str, Any]) -> str:
        return keys.sign({**payload, "iss": self.issuer, "aud": self.audience}, typ=self.typ)

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        return keys.verified(token, typ=self.typ, audience=settings.TOKEN_ISSUER)


class AccessToken(simplejwt.AccessToken):
    _token_backend = RingBackend(ACCESS_TYP)


class RefreshToken(simplejwt.RefreshToken):
    """A refresh token. Its jti is `<sign-in>.<this token>`: what grew out of one sign-in can be ended together."""

    _token_backend = RingBackend(REFRESH_TYP)
    access_token_class = AccessToken

    @classmethod
    def continuing(cls, user: "User", ways: Sequence[str], sign_in: str | None = None) -> "RefreshToken":
        """Make the next token of a sign-in, or the first of a new one; storing it is the caller's part.

        `ways` are those in which the person was proved when the sign-in began; access tokens say them too.
        """
        token = super(simplejwt.BlacklistMixin, cls).for_user(user)
        token["jti"] = f"{sign_in or uuid4().hex}.{uuid4().hex}"
        token["amr"] = list(ways)
        token["pwd"] = sign_in_mark(user)
        return token

    @classmethod
    def read(cls, raw: str) -> "RefreshToken":
        """Return the token that this text is.

        Raises:
            TokenExpired, TokenInvalid: see `keys.verified`.
        """
        return cls(raw)  # type: ignore[arg-type]  # simplejwt declares a Token and wants its text

    @property
    def sign_in(self) -> str:
        return str(self["jti"]).partition(".")[0]

    def verify(self) -> None:
        """Check the claims only. Whether the token was spent is decided under a lock, by `services.sessions`."""
        if self.get("token_use") != self.token_type:
            raise TokenInvalid


class ClientToken(simplejwt.Token):
    token_type = "client"  # noqa: S105 -- a kind, not a secret
    lifetime = settings.CLIENT_TOKEN_LIFETIME
    _token_backend = RingBackend(ACCESS_TYP)


def client_token(client_id: str, scopes: list[str]) -> ClientToken:
    """Return a service client's token; it is the whole proof, no database is asked about it later."""
    token = ClientToken()
    token["sub"] = token["client_id"] = client_id
    token["scope"] = " ".join(scopes)
    return token


def bearer_claims(token: str) -> dict[str, Any]:
    """Return the claims of a person's or a service client's token.

    Raises:
        TokenExpired, TokenInvalid: see `keys.verified`.
    """
    return keys.verified(token, typ=ACCESS_TYP, audience=settings.TOKEN_ISSUER)


def sign_in_mark(user: "User") -> str:
    """Return what a person's tokens carry in `pwd`: whatever changes it makes every older token worthless."""
    return user.of_this_generation(get_md5_hash_password(user.password))
