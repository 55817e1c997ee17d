"""Signing in, staying signed in by refresh tokens that work once, and signing out."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from accounts.devices import has_second_factor
from accounts.factors import CODE, PASSWORD_ALONE, SecondFactorCodeNeeded, ways_of
from accounts.models import User
from accounts.rules import EmailNotConfirmed, TokenExpired, TokenInvalid, TokenReused, is_replay
from accounts.tokens import RefreshToken, sign_in_mark

logger = logging.getLogger("phb.accounts")

FORGET_AT_ONCE = 1000


@dataclass(frozen=True)
class TokenPair:
    """What a client keeps: `access` for some minutes, `refresh` for the next pair."""

    access: str
    refresh: str
    expires_in: int


@transaction.atomic
def sign_in(user: User, ways: Sequence[str] = PASSWORD_ALONE) -> TokenPair:
    """Begin a new sign-in of a person who was just proved in these ways.

    It is worth nothing where every sign-in was ended since `user` was read.

    Raises:
        EmailNotConfirmed: when the address was never proven.
        SecondFactorCodeNeeded: the person has a second factor, and it was not among the ways.
    """
    if user.email_confirmed_at is None:
        raise EmailNotConfirmed
    # One after another with setting up a second factor, which ends every sign-in that there is.
    User.objects.select_for_update(no_key=True).get(id=user.id)
    if CODE not in ways and has_second_factor(user):
        raise SecondFactorCodeNeeded
    return _issue(user, ways)


def refresh(raw: str, now: datetime) -> TokenPair:
    """Exchange a refresh token for the next pair; of many who try with one token, one succeeds.

    A token that was spent before may be a copy in foreign hands, so what grew out of its sign-in is
    ended (RFC 9700, 4.14.2), unless the second use came at once, which is how double clicks look.
    Other sign-ins of the person go on: whoever holds an old token cannot lock them out for good.

    Raises:
        TokenExpired, TokenInvalid: no token of ours, or one from before every sign-in of its person was ended,
            or of a person who is barred.
        TokenReused: it was spent before, or its sign-in ended.
    """
    token = RefreshToken.read(raw)
    with transaction.atomic():
        user = _locked_owner(token)
        spent_at = _spend(user, token)
        if spent_at is None:
            return _issue(user, ways_of(token.payload), token.sign_in)
        if is_replay(spent_at=spent_at, now=now) and _end(_of_sign_in(user, token.sign_in)):
            logger.warning("refresh_token_replayed", extra={"user": str(user.id)})
    raise TokenReused


@transaction.atomic
def sign_out(raw: str) -> None:
    """End the sign-in that this refresh token belongs to. One that means nothing needs no ending (RFC 7009)."""
    try:
        token = RefreshToken.read(raw)
        user = _locked_owner(token)
    except (TokenExpired, TokenInvalid):
        return
    _end(_of_sign_in(user, token.sign_in))


def end_every_sign_in(user: User) -> None:
    """End whatever the person is signed in to: tokens of every kind, and sessions of the operators' pages.

    The caller has read the person under a lock on their row. What begins with `user` from here on is good.
    """
    user.sign_in_generation += 1
    user.save(update_fields=["sign_in_generation"])
    _end(OutstandingToken.objects.filter(user=user))


def forget_expired_tokens(now: datetime) -> int:
    """Delete refresh tokens past their time, some at once, and return how many."""
    expired = OutstandingToken.objects.filter(expires_at__lte=now).order_by("id")
    some = list(expired.values_list("id", flat=True)[:FORGET_AT_ONCE])
    OutstandingToken.objects.filter(id__in=some).delete()
    return len(some)


def _issue(user: User, ways: Sequence[str], sign_in: str | None = None) -> TokenPair:
    token = RefreshToken.continuing(user, ways, sign_in)
    # The row knows the token by its id. The text itself is the secret, and stays out of the database.
    OutstandingToken.objects.create(
        user=user,
        jti=token["jti"],
        token="",
        created_at=token.current_time,
        expires_at=token.current_time + token.lifetime,
    )
    access = token.access_token
    return TokenPair(access=str(access), refresh=str(token), expires_in=int(access.lifetime.total_seconds()))


def _locked_owner(token: RefreshToken) -> User:
    """Lock the person, so that refreshing, signing out and changing the password happen one after another."""
    user = User.objects.select_for_update(no_key=True).filter(id=UUID(token["sub"]), is_active=True).first()
    if user is None or token.get("pwd") != sign_in_mark(user):
        raise TokenInvalid
    return user


def _spend(user: User, token: RefreshToken) -> datetime | None:
    """Write the token down as spent; the unique row decides. Return when it was spent before, or None."""
    outstanding = OutstandingToken.objects.filter(user=user, jti=token["jti"]).first()
    if outstanding is None:
        raise TokenInvalid
    spent, is_first = BlacklistedToken.objects.get_or_create(token=outstanding)
    return None if is_first else spent.blacklisted_at


def _of_sign_in(user: User, sign_in: str) -> QuerySet[OutstandingToken]:
    return OutstandingToken.objects.filter(user=user, jti__startswith=f"{sign_in}.")


def _end(tokens: QuerySet[OutstandingToken]) -> int:
    """Put the tokens that are still good on the list of those that are not, and return how many they were."""
    good = [BlacklistedToken(token=token) for token in tokens.filter(blacklistedtoken__isnull=True)]
    BlacklistedToken.objects.bulk_create(good, ignore_conflicts=True)
    return len(good)
