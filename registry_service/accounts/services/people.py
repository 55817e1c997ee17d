"""Registration, proof of the e-mail address, and passwords.

Whoever asks from outside never learns whether an address is registered: the answer and the work
done for it are the same, and only the mailbox sees a difference.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.mail_links import confirmation_link, is_confirmation, is_reset, reset_link
from accounts.models import RoleAssignment, User
from accounts.rules import MAILS_PER_HOUR, MailLinkInvalid, Role, normal_email
from accounts.services.roles import grant_role
from accounts.services.sessions import end_every_sign_in
from common.errors import InvalidInput
from common.locks import lock_until_commit
from notifications.queries import emails_since
from notifications.services import queue_email

logger = logging.getLogger("phb.accounts")

CONFIRM, RESET, KNOWN = "accounts/confirm_email", "accounts/reset_password", "accounts/already_registered"
CHANGED = "accounts/password_changed"


def register(*, email: str, password: str, full_name: str, now: datetime) -> None:
    """Open an account that waits for the proof of its address; the owner of a known address is told by e-mail.

    Raises:
        InvalidInput: when the password is too easily guessed.
    """
    email = normal_email(email)
    _check_password(password, User(email=email, full_name=full_name), pointer="/password")
    # Hashing takes most of the time, so it is done for a known address too.
    hashed = make_password(password)
    with transaction.atomic():
        may_mail = _may_mail(email, now)
        known = User.objects.filter(email=email).first()
        if known is None:
            _open_account(email, hashed, full_name, now, may_mail=may_mail)
        elif may_mail and known.is_active:
            _tell_known(known, now)


def _open_account(email: str, hashed: str, full_name: str, now: datetime, *, may_mail: bool) -> None:
    user = User.objects.create(email=email, password=hashed, full_name=full_name, created_at=now)
    RoleAssignment.objects.create(user=user, role=Role.PROFESSIONAL)
    if may_mail:
        queue_email(recipient=email, template=CONFIRM, context={"link": confirmation_link(user)}, now=now)
    logger.info("account_registered", extra={"user": str(user.id)})


def _tell_known(user: User, now: datetime) -> None:
    if user.email_confirmed_at is None:
        # Somebody may have registered a foreign address and wait for its owner to confirm it. Now that
        # two registered it, neither password counts: the mailbox's reader chooses one.
        user.set_unusable_password()
        user.save(update_fields=["password"])
    queue_email(recipient=user.email, template=KNOWN, context={"link": reset_link(user)}, now=now)


def resend_confirmation(*, email: str, now: datetime) -> None:
    """Send another confirmation link, if there is an account that waits for one."""
    email = normal_email(email)
    with transaction.atomic():
        may_mail = _may_mail(email, now)
        user = User.objects.filter(email=email, is_active=True, email_confirmed_at__isnull=True).first()
        if user and may_mail:
            queue_email(recipient=email, template=CONFIRM, context={"link": confirmation_link(user)}, now=now)


@transaction.atomic
def confirm_email(*, uid: UUID, token: str, now: datetime) -> None:
    """Accept the proof of an address. The same proof may come twice.

    Raises:
        MailLinkInvalid: it proves nothing, or is more than three days old.
    """
    user = _locked(uid)
    if user is None or not is_confirmation(user, token):
        raise MailLinkInvalid
    _confirm(user, now)


def request_password_reset(*, email: str, now: datetime) -> None:
    """Send a link for choosing a new password, if there is such an account."""
    email = normal_email(email)
    with transaction.atomic():
        may_mail = _may_mail(email, now)
        user = User.objects.filter(email=email, is_active=True).first()
        if user and may_mail:
            queue_email(recipient=email, template=RESET, context={"link": reset_link(user)}, now=now)


@transaction.atomic
def reset_password(*, uid: UUID, token: str, password: str, now: datetime) -> None:
    """Set the password that the reader of the link chose, and end every sign-in. The link proves the address too.

    Raises:
        MailLinkInvalid: the link was used, is too old, or never was.
        InvalidInput: when the password is too easily guessed.
    """
    user = _locked(uid)
    if user is None or not is_reset(user, token):
        raise MailLinkInvalid
    _check_password(password, user, pointer="/password")
    _set_password(user, password, now)
    _confirm(user, now)


@transaction.atomic
def change_password(*, user_id: UUID, password: str, now: datetime) -> User:
    """Set the new password of a person who just proved the old one, end every sign-in, and return the person.

    Raises:
        InvalidInput: when the password is too easily guessed.
    """
    user = User.objects.select_for_update(no_key=True).get(id=user_id)
    _check_password(password, user, pointer="/new_password")
    _set_password(user, password, now)
    return user


@transaction.atomic
def create_account(
    *, email: str, password: str, full_name: str, roles: dict[Role, str], now: datetime
) -> tuple[User, bool]:
    """Return the account of this address and whether it was made now: confirmed, with these roles.

    For operators and demonstration data, where the address needs no proof; `roles` maps each role to
    the regulator's code, which is empty but for an officer. An account that exists is left as it is.
    """
    email = normal_email(email)
    lock_until_commit(f"address {email}")
    if known := User.objects.filter(email=email).first():
        return known, False
    user = User.objects.create_user(email, password, full_name=full_name, email_confirmed_at=now, created_at=now)
    for role, regulator in roles.items():
        grant_role(user, role, regulator=regulator)
    return user, True


def _may_mail(email: str, now: datetime) -> bool:
    """Say whether another e-mail may go to this address; requests for one address are decided one by one.

    The address is counted whether or not it is registered, so that asking takes equally long.
    """
    lock_until_commit(f"address {email}")
    sent = emails_since(now - timedelta(hours=1), recipient=email, templates=[CONFIRM, RESET, KNOWN])
    return sent < MAILS_PER_HOUR


def _locked(user_id: UUID) -> User | None:
    return User.objects.select_for_update(no_key=True).filter(id=user_id, is_active=True).first()


def _confirm(user: User, now: datetime) -> None:
    if user.email_confirmed_at is None:
        user.email_confirmed_at = now
        user.save(update_fields=["email_confirmed_at"])


def _set_password(user: User, password: str, now: datetime) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    end_every_sign_in(user)
    context = {"link": f"{settings.FRONTEND_URL}/forgot-password"}
    queue_email(recipient=user.email, template=CHANGED, context=context, now=now)
    logger.info("password_set", extra={"user": str(user.id)})


def _check_password(password: str, user: User, *, pointer: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        errors = [
            {"pointer": pointer, "code": reason.code or "invalid", "detail": " ".join(reason.messages)}
            for reason in error.error_list
        ]
        raise InvalidInput(errors=errors) from None
