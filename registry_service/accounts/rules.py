"""Roles and scopes as data, and every reason for which an account or a token is refused."""

import re
from datetime import datetime, timedelta

from django.db.models import TextChoices

from common.errors import DomainError

# A client that sends one refresh token twice at once (two tabs, a retry after a lost answer) is
# told apart from a thief by how soon the second one comes.
DOUBLE_SUBMIT = timedelta(seconds=10)
MAILS_PER_HOUR = 3
LIVE_SECRETS = 2
REALM = "phb-registry"

_CLIENT_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,61}[a-z0-9]")
# RFC 6749 asks for form-encoding inside HTTP Basic, which many clients leave out. Of these
# characters both readings are the same.
_SECRET = re.compile(r"[A-Za-z0-9._~-]{43,256}")


class Role(TextChoices):
    """What a person does in the register. An officer belongs to one regulator, the others to none."""

    PROFESSIONAL = "professional", "Professional"
    OFFICER = "officer", "Officer of a regulator"
    NATIONAL_ADMINISTRATOR = "national_administrator", "National administrator"
    AUDITOR = "auditor", "Auditor"


# In these roles a person acts on other people's records, or sees who did.
SECOND_FACTOR_ROLES = frozenset({Role.OFFICER, Role.NATIONAL_ADMINISTRATOR, Role.AUDITOR})


class Scope(TextChoices):
    """What a service client may do with its token."""

    VERIFY = "verify", "Ask whether someone may practise"
    ROSTER = "roster", "Keep a roster of licenses"
    CHANGES = "changes", "Read the feed of changes"
    SEARCH = "search", "Search the register without a cap, and by place"


def normal_email(address: str) -> str:
    """Return the address as it is stored and compared: nobody tells two people apart by capitals."""
    return address.strip().lower()


def is_client_id(text: str) -> bool:
    """Say whether a service client could be called so."""
    return _CLIENT_ID.fullmatch(text) is not None


def is_usable_secret(text: str) -> bool:
    """Say whether a secret made elsewhere is long enough, and the same in every encoding of HTTP Basic."""
    return _SECRET.fullmatch(text) is not None


def is_replay(*, spent_at: datetime, now: datetime) -> bool:
    """Say whether a refresh token that was spent at `spent_at` comes too late to be a double submit."""
    return now - spent_at > DOUBLE_SUBMIT


def granted_scopes(asked: str | None, allowed: list[str]) -> list[str]:
    """Return the scopes of a token: those asked for, or all that the client has when it asks for none.

    Raises:
        InvalidScope: when one is asked for that the client does not have.
    """
    if asked is None:
        return sorted(allowed)
    wanted = set(asked.split(" ")) - {""}
    if not wanted or not wanted <= set(allowed):
        raise InvalidScope
    return sorted(wanted)


# --- Signing in ----------------------------------------------------------------------------------


class LoginFailed(DomainError):
    code = "login_failed"
    status = 401
    title = "E-mail address or password is wrong"
    detail = "No account has this e-mail address and this password."
    headers = {"WWW-Authenticate": f'Bearer realm="{REALM}"'}


class LoginLocked(DomainError):
    code = "login_locked"
    status = 429
    title = "Too many wrong passwords"
    detail = "Sign-in to this account is locked for this address. Try again in {retry_after} seconds."
    headers = {"Retry-After": "{retry_after}"}


class EmailNotConfirmed(DomainError):
    code = "email_not_confirmed"
    status = 403
    title = "The e-mail address is not confirmed"
    detail = "Follow the link in the e-mail that was sent at registration, or ask for another one."


class MailLinkInvalid(DomainError):
    code = "mail_link_invalid"
    status = 422
    title = "This link does not work"
    detail = "The link is mistyped, was used before, or is too old. Ask for another one."


# --- Appointing and barring -----------------------------------------------------------------------


class OwnAccount(DomainError):
    code = "own_account"
    status = 403
    title = "This is your own account"
    detail = "Nobody changes their own roles, or bars themselves: ask another administrator."


class LastNationalAdministrator(DomainError):
    code = "last_national_administrator"
    title = "Nobody else is a national administrator"
    detail = "Appoint another one first, who is not barred."


# --- Tokens (RFC 6750) ---------------------------------------------------------------------------


class TokenInvalid(DomainError):
    code = "token_invalid"
    status = 401
    title = "The token was not accepted"
    detail = "The token is not one that this service issued for this use, or it has been revoked."
    headers = {"WWW-Authenticate": f'Bearer realm="{REALM}", error="invalid_token", error_description="invalid"'}


class TokenExpired(DomainError):
    code = "token_expired"
    status = 401
    title = "The token has expired"
    detail = "Get a new token and send the request again."
    headers = {"WWW-Authenticate": f'Bearer realm="{REALM}", error="invalid_token", error_description="expired"'}


class TokenReused(DomainError):
    code = "token_reused"
    status = 401
    title = "The refresh token was used before"
    detail = "A refresh token works once. Use the one from the last answer, or sign in again."
    headers = {"WWW-Authenticate": f'Bearer realm="{REALM}", error="invalid_token", error_description="used before"'}


class InsufficientScope(DomainError):
    code = "insufficient_scope"
    status = 403
    title = "The token does not cover this"
    detail = "This address asks for a service client's token with the scope {scope}."
    headers = {"WWW-Authenticate": f'Bearer realm="{REALM}", error="insufficient_scope", scope="{{scope}}"'}


# --- The client token endpoint: the codes are the errors of RFC 6749, section 5.2 -------------------


class InvalidTokenRequest(DomainError):
    code = "invalid_request"
    status = 400
    title = "The token request is malformed"
    detail = "{error_description}"


class InvalidClient(DomainError):
    code = "invalid_client"
    status = 401
    title = "The client was not recognised"
    detail = "The client id is not known, or its secret is not one of the live ones."
    headers = {"WWW-Authenticate": f'Basic realm="{REALM}", charset="UTF-8"'}


class UnsupportedGrantType(DomainError):
    code = "unsupported_grant_type"
    status = 400
    title = "This grant type is not offered"
    detail = "The only grant type here is client_credentials."


class InvalidScope(DomainError):
    code = "invalid_scope"
    status = 400
    title = "The scope is not one that this client has"
    detail = "Ask for scopes that were given to the client, or leave the parameter out to get them all."


class TooManySecrets(DomainError):
    code = "too_many_secrets"
    title = "The client has two live secrets"
    detail = "Revoke one first; two are enough to change from one to the next."


class UnusableSecret(DomainError):
    code = "unusable_secret"
    status = 422
    title = "The secret cannot be used"
    detail = "Write 43 to 256 letters, digits, dots, hyphens, underscores or tildes, made of 256 random bits or more."
