"""Roles as data, and every reason for which an account or a token is refused."""

from datetime import datetime, timedelta

from django.db.models import TextChoices

from common.errors import DomainError

# A client that sends one refresh token twice at once (two tabs, a retry after a lost answer) is
# told apart from a thief by how soon the second one comes.
DOUBLE_SUBMIT = timedelta(seconds=10)
MAILS_PER_HOUR = 3
REALM = "phb-hospital"


class Role(TextChoices):
    """What a person does: in one hospital, or, as the national administrator, in none and over all."""

    NATIONAL_ADMINISTRATOR = "national_administrator", "National administrator"
    HOSPITAL_ADMIN = "hospital_admin", "Hospital administrator"
    DOCTOR = "doctor", "Doctor"
    NURSE = "nurse", "Nurse"
    PHARMACIST = "pharmacist", "Pharmacist"
    LAB_SCIENTIST = "lab_scientist", "Laboratory scientist"
    FRONT_DESK = "front_desk", "Front desk"
    CASHIER = "cashier", "Cashier"
    RECORDS_OFFICER = "records_officer", "Records officer"
    AUDITOR = "auditor", "Auditor"


# In these roles a person decides over a hospital, or over all of them.
SECOND_FACTOR_ROLES = frozenset({Role.NATIONAL_ADMINISTRATOR, Role.HOSPITAL_ADMIN})


def normal_email(address: str) -> str:
    """Return the address as it is stored and compared: nobody tells two people apart by capitals."""
    return address.strip().lower()


def is_replay(*, spent_at: datetime, now: datetime) -> bool:
    """Say whether a refresh token that was spent at `spent_at` comes too late to be a double submit."""
    return now - spent_at > DOUBLE_SUBMIT


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


class HospitalRoleNeeded(DomainError):
    code = "hospital_role_needed"
    status = 403
    title = "You do not have the role for this at this hospital"
    detail = "This takes one of these roles at the hospital: {roles}."
