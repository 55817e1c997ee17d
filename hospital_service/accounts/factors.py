"""The second factor, without a database: what proves a person, what codes look like, and every refusal.

Alike in both services. Which roles must be proved by a code stands in `rules`, where they differ.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Any

from accounts.rules import REALM, SECOND_FACTOR_ROLES
from common.errors import DomainError

# What a token says in `amr` of how its person was proved (RFC 8176).
PASSWORD, CODE = "pwd", "otp"
PASSWORD_ALONE = (PASSWORD,)
PASSWORD_AND_CODE = (PASSWORD, CODE)

RECOVERY_CODES = 10
_RECOVERY_CODE_BYTES = 10
_DIGEST_LENGTH = 16
_OF_AN_APP = re.compile(r"[0-9]{6}")
_BETWEEN = re.compile(r"[\s-]+")


def ways_of(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """Return how the person of a token was proved; tokens from before there was a second factor do not say."""
    return tuple(claims.get("amr", PASSWORD_ALONE))


def may_act_as(role: str, claims: Mapping[str, Any], *, is_required: bool) -> bool:
    """Say whether a token of these claims lets its person act in a role of theirs.

    `is_required` says whether this service asks for a second factor in the roles that must have one.
    """
    return not is_required or role not in SECOND_FACTOR_ROLES or CODE in ways_of(claims)


def normal_code(typed: str) -> str:
    """Return the code without what people put between its groups, and without capitals."""
    return _BETWEEN.sub("", typed).lower()


def is_of_an_app(code: str) -> bool:
    """Say whether an authenticator app could show this; whatever else is typed can only be a recovery code."""
    return _OF_AN_APP.fullmatch(code) is not None


def new_recovery_code() -> str:
    """Return a code of 80 random bits, in groups that can be read out."""
    code = base64.b32encode(secrets.token_bytes(_RECOVERY_CODE_BYTES)).decode().lower()
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def recovery_digest(code: str) -> str:
    """Return what is stored of a recovery code: nobody who reads the table can sign in with it.

    A fast hash is enough, since nobody guesses through 80 random bits; its 96 bits fill the library's column.
    """
    digest = hashlib.sha256(normal_code(code).encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:_DIGEST_LENGTH]


# --- Signing in ----------------------------------------------------------------------------------


class SecondFactorCodeNeeded(DomainError):
    code = "second_factor_code_needed"
    status = 401
    title = "A code is needed beside the password"
    detail = "Send the same again with a code from the authenticator app, or with a recovery code."
    headers = {"WWW-Authenticate": f'Bearer realm="{REALM}"'}


class SecondFactorCodeWrong(DomainError):
    code = "second_factor_code_wrong"
    status = 401
    title = "The code is wrong"
    detail = "The code is mistyped, too old, or was used before. The app shows a new one every 30 seconds."
    headers = {"WWW-Authenticate": f'Bearer realm="{REALM}"'}


class SecondFactorLocked(DomainError):
    code = "second_factor_locked"
    status = 429
    title = "Too many wrong codes"
    detail = "The next code is judged in {retry_after} seconds; this one was not looked at."
    headers = {"Retry-After": "{retry_after}"}


class SecondFactorRequired(DomainError):
    code = "second_factor_required"
    status = 403
    title = "This role needs a second factor"
    detail = "Set up a second factor, or sign in again with a code of it; the password alone is not enough here."


# --- Setting it up and taking it away --------------------------------------------------------------


class SecondFactorExists(DomainError):
    code = "second_factor_exists"
    title = "There is a second factor already"
    detail = "Remove it first; a person has one."


class SecondFactorMissing(DomainError):
    code = "second_factor_missing"
    title = "There is no second factor yet"
    detail = "Begin to set one up, and confirm it with a code from the authenticator app."


class SecondFactorIsRequired(DomainError):
    code = "second_factor_is_required"
    title = "The second factor is required"
    detail = "A role of yours needs it. An operator can reset it, so that you set up another one."
