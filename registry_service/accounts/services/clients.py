"""Service clients: who they are, their secrets, and the tokens they get for them."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

from django.db import transaction
from django.db.models import Q

from accounts.models import ServiceClient, ServiceClientSecret
from accounts.queries import live_secrets
from accounts.rules import (
    LIVE_SECRETS,
    InvalidClient,
    Scope,
    TooManySecrets,
    UnusableSecret,
    granted_scopes,
    is_client_id,
    is_usable_secret,
)
from accounts.tokens import client_token

logger = logging.getLogger("phb.accounts")


@dataclass(frozen=True)
class TokenGrant:
    """An access token for a machine, with what it is good for and how many seconds."""

    access_token: str
    expires_in: int
    scope: str


def issue_client_token(*, client_id: str, secret: str, scope: str | None, now: datetime) -> TokenGrant:
    """Exchange a client's secret for a token with the scopes asked for, or with all it has.

    Raises:
        InvalidClient: no such client, or not one of its live secrets.
        InvalidScope: a scope that the client does not have.
    """
    client = _proven(client_id, secret)
    scopes = granted_scopes(scope, client.scopes)
    _note_use(client, now)
    token = client_token(client.client_id, scopes)
    return TokenGrant(str(token), int(token.lifetime.total_seconds()), " ".join(scopes))


@transaction.atomic
def put_service_client(*, client_id: str, name: str, scopes: list[Scope]) -> ServiceClient:
    """Make the client, or give the one of this id this name and these scopes."""
    client, _ = ServiceClient.objects.update_or_create(
        client_id=client_id, defaults={"name": name, "scopes": sorted(scopes)}
    )
    return client


def make_secret(client: ServiceClient) -> str:
    """Make a secret of 256 random bits and return it. It is not kept: nobody can show it a second time.

    Raises:
        TooManySecrets: when two are live.
    """
    # The prefix lets scanners find a secret that slipped into a repository.
    secret = f"phb_{token_urlsafe(32)}"
    _add(client, secret)
    return secret


def make_secret_live(client: ServiceClient, secret: str) -> bool:
    """Make a secret that was made elsewhere one of the client's live ones; False when it is one already.

    Raises:
        UnusableSecret: when it is too short to be random, or cannot travel in HTTP Basic.
        TooManySecrets: when two others are live.
    """
    if not is_usable_secret(secret):
        raise UnusableSecret
    return _add(client, secret)


@transaction.atomic
def revoke_secret(secret: ServiceClientSecret, now: datetime) -> None:
    """Close the door to a secret, now and for good."""
    ServiceClientSecret.objects.filter(id=secret.id, revoked_at__isnull=True).update(revoked_at=now)
    logger.info("client_secret_revoked", extra={"client_id": secret.client.client_id})


@transaction.atomic
def _add(client: ServiceClient, secret: str) -> bool:
    # One after another; the constraint on slots holds even without this lock.
    ServiceClient.objects.select_for_update(no_key=True).get(id=client.id)
    live = list(ServiceClientSecret.objects.filter(client=client, revoked_at__isnull=True))
    if any(other.sha256 == _hash(secret) for other in live):
        return False
    free = sorted(set(range(1, LIVE_SECRETS + 1)) - {other.slot for other in live})
    if not free:
        raise TooManySecrets
    ServiceClientSecret.objects.create(client=client, sha256=_hash(secret), slot=free[0])
    logger.info("client_secret_made", extra={"client_id": client.client_id})
    return True


def _proven(client_id: str, secret: str) -> ServiceClient:
    known = is_client_id(client_id)
    for live in live_secrets(client_id) if known else []:
        if compare_digest(live.sha256, _hash(secret)):
            return live.client
    # Guessing a secret is hopeless, but whoever tries should be seen.
    logger.warning("client_token_refused", extra={"client_id": client_id if known else "malformed"})
    raise InvalidClient


def _note_use(client: ServiceClient, now: datetime) -> None:
    """Write down when the client was last seen, at most once a minute however many tokens it asks for."""
    minute_ago = now - timedelta(minutes=1)
    if client.last_used_at is None or client.last_used_at < minute_ago:
        is_old = Q(last_used_at__isnull=True) | Q(last_used_at__lt=minute_ago)
        ServiceClient.objects.filter(is_old, id=client.id).update(last_used_at=now)


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
