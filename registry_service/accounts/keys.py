"""The key ring: which key signs now, which keys are published, and what a signature here is worth.

A folder holds one file per key, named for the instant (UTC) from which it signs:
`20261123T043000Z.pem`. A key is published as soon as its file is there and signs once its instant
has come, so every replica changes to the next key by the clock and whoever checks tokens has had
time to fetch it. Of a retired key `20261123T043000Z.pub.pem` remains: it signs nothing any more,
and what it signed can still be checked. The kid is the key's RFC 7638 thumbprint.
"""

import hashlib
import json
import logging
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from django.conf import settings
from django.utils import timezone
from jwt.algorithms import ECAlgorithm
from jwt.utils import base64url_encode

from accounts.rules import TokenExpired, TokenInvalid
from common.errors import ServiceUnavailable

logger = logging.getLogger("phb.keys")

ALGORITHM = "ES256"
LOOK_AGAIN_SECONDS = 2.0
NAME_FORMAT = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"(\d{8}T\d{6}Z)(\.pub)?\.pem")


class UnusableKeyFile(Exception):
    """A file in the folder is not what its name promises."""


class NoSigningKey(ServiceUnavailable):
    """No key signs at this moment; a system check says so at the start."""


@dataclass(frozen=True)
class Key:
    """One key pair, or what is left of a retired one: `private` is None."""

    kid: str
    signs_from: datetime
    public: ec.EllipticCurvePublicKey
    private: ec.EllipticCurvePrivateKey | None

    @property
    def jwk(self) -> dict[str, str]:
        """The public half as RFC 7517 writes it."""
        return {**_coordinates(self.public), "use": "sig", "alg": ALGORITHM, "kid": self.kid}


class KeyRing:
    """The keys of one folder. It looks at the folder every few seconds, so a new key needs no restart."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: tuple[Any, ...] | None = None
        self._look_again_at = 0.0
        self._looking = Lock()
        self._keys: dict[str, Key] = {}

    def signing_key(self, now: datetime) -> Key:
        """Return the newest key whose instant has come.

        Raises:
            NoSigningKey: when there is none.
        """
        able = [key for key in self._current().values() if key.private and key.signs_from <= now]
        if not able:
            raise NoSigningKey
        return max(able, key=lambda key: key.signs_from)

    def public_key(self, kid: str | None) -> ec.EllipticCurvePublicKey | None:
        """Return the key of this kid, or None when it is not one of ours."""
        key = self._current().get(kid or "")
        return key.public if key else None

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """Return every public key, those of the future included, as an RFC 7517 key set."""
        keys = sorted(self._current().values(), key=lambda key: key.signs_from)
        return {"keys": [key.jwk for key in keys]}

    def _current(self) -> dict[str, Key]:
        if time.monotonic() >= self._look_again_at:
            # Threads that come meanwhile wait: before the first look there are no keys to go by.
            with self._looking:
                if time.monotonic() >= self._look_again_at:
                    self._read_if_changed()
                    self._look_again_at = time.monotonic() + LOOK_AGAIN_SECONDS
        return self._keys

    def _read_if_changed(self) -> None:
        try:
            seen = tuple(sorted(_fingerprints(self._folder)))
            if seen != self._seen:
                self._keys = {key.kid: key for key in read_keys(self._folder)}
                self._seen = seen
        except (OSError, UnusableKeyFile) as error:
            # The keys read before are still good; a folder half written is looked at again in a moment.
            logger.error("signing_keys_unreadable", extra={"error": str(error)})


def ring() -> KeyRing:
    """Return this process's ring on SIGNING_KEYS_DIR."""
    return _ring_on(Path(settings.SIGNING_KEYS_DIR))


_ring_on = cache(KeyRing)


def sign(claims: dict[str, Any], *, typ: str) -> str:
    """Return the claims as a compact JWS, signed by the key of the moment."""
    key = ring().signing_key(timezone.now())
    assert key.private is not None
    return jwt.encode(claims, key.private, algorithm=ALGORITHM, headers={"kid": key.kid, "typ": typ})


def verified(token: str, *, typ: str, audience: str) -> dict[str, Any]:
    """Return the claims of a token that this service signed, for this use and audience.

    Raises:
        TokenExpired: the signature is ours, and its time is over.
        TokenInvalid: anything else: another service's key, another algorithm or none, another typ,
            issuer or audience, or no token at all.
    """
    try:
        header = jwt.get_unverified_header(token)
        key = ring().public_key(header.get("kid"))
        if key is None or header.get("typ") != typ:
            raise TokenInvalid
        return jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=settings.TOKEN_ISSUER,
            # Replicas' clocks differ by a second or so; a token from the near future is no attack.
            options={"require": ["exp", "iat", "sub", "jti"], "verify_iat": False},
        )
    except jwt.ExpiredSignatureError:
        raise TokenExpired from None
    except jwt.InvalidTokenError:
        raise TokenInvalid from None


def read_keys(folder: Path) -> list[Key]:
    """Read every key file of the folder.

    Raises:
        UnusableKeyFile: naming the file, when it cannot be read or is no P-256 key.
        OSError: when the folder cannot be read.
    """
    return [_read(path) for path in _key_files(folder)]


def _read(path: Path) -> Key:
    try:
        private, public = _load(path)
        signs_from = datetime.strptime(path.name.partition(".")[0], NAME_FORMAT).replace(tzinfo=UTC)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnusableKeyFile(f"{path.name}: {error}") from None
    return Key(kid=_thumbprint(public), signs_from=signs_from, public=public, private=private)


def _load(path: Path) -> tuple[ec.EllipticCurvePrivateKey | None, ec.EllipticCurvePublicKey]:
    pem = path.read_bytes()
    private = None if path.name.endswith(".pub.pem") else load_pem_private_key(pem, password=None)
    public = private.public_key() if private else load_pem_public_key(pem)
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise ValueError("not a key on the curve P-256")  # noqa: TRY004 -- the file is wrong, not our types
    assert private is None or isinstance(private, ec.EllipticCurvePrivateKey)
    return private, public


def _key_files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if _NAME.fullmatch(path.name))


def _fingerprints(folder: Path) -> Iterator[tuple[str, int, int]]:
    for path in _key_files(folder):
        stat = path.stat()
        yield path.name, stat.st_mtime_ns, stat.st_size


def _coordinates(public: ec.EllipticCurvePublicKey) -> dict[str, str]:
    jwk = ECAlgorithm.to_jwk(public, as_dict=True)
    return {name: jwk[name] for name in ("crv", "kty", "x", "y")}


def _thumbprint(public: ec.EllipticCurvePublicKey) -> str:
    # RFC 7638: the required members, in alphabetical order, without a blank.
    canonical = json.dumps(_coordinates(public), separators=(",", ":"), sort_keys=True)
    return base64url_encode(hashlib.sha256(canonical.encode()).digest()).decode()
