"""The second factor: setting it up, proving oneself with it, taking it away.

Everything here locks the person first, so that of many who come with one code at once one is let in.
"""

import logging
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.devices import app_of, app_to_confirm, has_second_factor, recovery_codes_left, recovery_codes_of
from accounts.factors import (
    RECOVERY_CODES,
    SecondFactorCodeWrong,
    SecondFactorExists,
    SecondFactorLocked,
    SecondFactorMissing,
    is_of_an_app,
    new_recovery_code,
    normal_code,
    recovery_digest,
)
from accounts.models import User
from accounts.services.sessions import end_every_sign_in
from notifications.services import queue_email

logger = logging.getLogger("phb.accounts")

ENROLLED, REMOVED = "accounts/second_factor_enrolled", "accounts/second_factor_removed"
RESET, RECOVERY_USED = "accounts/second_factor_reset", "accounts/recovery_code_used"
RENEWED = "accounts/recovery_codes_renewed"


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator app is told: the secret in base32, or the address that a QR code holds."""

    secret: str
    address: str


@dataclass(frozen=True)
class Enrolled:
    """A person whose second factor is set up, and their recovery codes, which nothing shows again."""

    user: User
    recovery_codes: list[str]


@transaction.atomic
def begin_enrolment(user_id: UUID) -> Enrolment:
    """Make a secret for an authenticator app. It proves nothing until a code of the app confirms it.

    An enrolment that was begun before and never confirmed is forgotten.

    Raises:
        SecondFactorExists: the person has one.
    """
    user = _locked(user_id)
    if has_second_factor(user):
        raise SecondFactorExists
    TOTPDevice.objects.filter(user=user).delete()
    return enrolment_in(TOTPDevice.objects.create(user=user, name="authenticator app", confirmed=False))


def enrolment_in(app: TOTPDevice) -> Enrolment:
    """Return what the authenticator app is told of an enrolment that waits for its code."""
    return Enrolment(secret=b32encode(app.bin_key).decode(), address=app.config_url)


def confirm_enrolment(user_id: UUID, code: str, now: datetime) -> Enrolled:
    """Make the app that shows this code the person's second factor, and end every sign-in.

    Whoever confirmed it goes on as the person that is returned.

    Raises:
        SecondFactorExists: the person has one.
        SecondFactorMissing: no enrolment was begun.
        SecondFactorCodeWrong, SecondFactorLocked: see `use_code`.
    """
    with transaction.atomic():
        user = _locked(user_id)
        if has_second_factor(user):
            raise SecondFactorExists
        app = app_to_confirm(user)
        if app is None:
            raise SecondFactorMissing
        if _accepts(app, normal_code(code), now):
            app.confirmed = True
            app.save(update_fields=["confirmed"])
            codes = _new_recovery_codes(user)
            end_every_sign_in(user)
            _tell(user, ENROLLED, now)
            logger.info("second_factor_enrolled", extra={"user": str(user.id)})
            return Enrolled(user, codes)
    # Outside, so that the library's count of wrong codes is kept.
    raise SecondFactorCodeWrong


def use_code(user_id: UUID, code: str, now: datetime) -> None:
    """Accept a code of the person's app, or one of their recovery codes; each is good once.

    Raises:
        SecondFactorMissing: the person has no second factor.
        SecondFactorCodeWrong: it is neither, or was used before.
        SecondFactorLocked: it was not looked at, since wrong ones came just before; each makes the wait longer.
    """
    with transaction.atomic():
        user = _locked(user_id)
        app = app_of(user)
        if app is None:
            raise SecondFactorMissing
        if _is_good(user, app, normal_code(code), now):
            return
    # Outside, so that the library's count of wrong codes is kept.
    raise SecondFactorCodeWrong


@transaction.atomic
def renew_recovery_codes(user_id: UUID, now: datetime) -> list[str]:
    """Make new recovery codes for a person who just proved their second factor; the old ones end.

    Raises:
        SecondFactorMissing: the person has none.
    """
    user = _locked(user_id)
    if not has_second_factor(user):
        raise SecondFactorMissing
    codes = _new_recovery_codes(user)
    _tell(user, RENEWED, now)
    logger.info("recovery_codes_renewed", extra={"user": str(user.id)})
    return codes


@transaction.atomic
def remove_second_factor(user_id: UUID, now: datetime) -> User:
    """Take away the second factor of a person who just proved password and code, and end every sign-in.

    Whoever proved it goes on as the person that is returned.

    Raises:
        SecondFactorMissing: the person has none.
    """
    user = _locked(user_id)
    if not _forget(user):
        raise SecondFactorMissing
    _tell(user, REMOVED, now)
    logger.info("second_factor_removed", extra={"user": str(user.id)})
    return user


@transaction.atomic
def reset_second_factor(user_id: UUID, *, by: str, now: datetime) -> bool:
    """Take away the second factor of a person who lost it, and end every sign-in; False when there was none.

    `by` is the operator's name in logs, who has made sure that it is the person who asks.
    """
    user = _locked(user_id)
    if not _forget(user):
        return False
    _tell(user, RESET, now)
    logger.warning("second_factor_reset", extra={"user": str(user.id), "by": by})
    return True


def _locked(user_id: UUID) -> User:
    return User.objects.select_for_update(no_key=True).get(id=user_id)


def _is_good(user: User, app: TOTPDevice, code: str, now: datetime) -> bool:
    if is_of_an_app(code):
        return _accepts(app, code, now)
    recovery = recovery_codes_of(user)
    if recovery is None or not _accepts(recovery, recovery_digest(code), now):
        return False
    _tell(user, RECOVERY_USED, now, left=recovery_codes_left(user))
    logger.warning("recovery_code_used", extra={"user": str(user.id)})
    return True


def _accepts(device: Any, token: str, now: datetime) -> bool:
    """Let the library judge, unless it would not look: then say for how long."""
    is_allowed, why_not = device.verify_is_allowed()
    if not is_allowed:
        wait = (why_not["locked_until"] - now).total_seconds()
        raise SecondFactorLocked(retry_after=max(1, ceil(wait)))
    return bool(device.verify_token(token))


def _new_recovery_codes(user: User) -> list[str]:
    device, _ = StaticDevice.objects.get_or_create(user=user, defaults={"name": "recovery codes"})
    device.token_set.all().delete()
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=device, token=recovery_digest(code)) for code in codes])
    return codes


def _forget(user: User) -> bool:
    """Delete the second factor, and say whether there was one. Sign-ins that it proved go with it."""
    had_one = has_second_factor(user)
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    if had_one:
        end_every_sign_in(user)
    return had_one


def _tell(user: User, template: str, now: datetime, **figures: int) -> None:
    link = f"{settings.FRONTEND_URL}/forgot-password"
    context = {"service": settings.OTP_TOTP_ISSUER, "link": link, **figures}
    queue_email(recipient=user.email, template=template, context=context, now=now)
