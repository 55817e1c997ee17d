"""What django-otp keeps of a person's second factor: the app that shows codes, and the recovery codes."""

from django.conf import settings
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User
from accounts.rules import SECOND_FACTOR_ROLES


def app_of(user: User) -> TOTPDevice | None:
    """Return the app whose codes prove this person."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def app_to_confirm(user: User) -> TOTPDevice | None:
    """Return the app that the person has begun to set up; it proves nothing yet."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).first()


def recovery_codes_of(user: User) -> StaticDevice | None:
    """Return what holds the person's recovery codes."""
    return StaticDevice.objects.filter(user=user).first()


def has_second_factor(user: User) -> bool:
    """Say whether this person signs in with a code beside the password."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def recovery_codes_left(user: User) -> int:
    """Return how many recovery codes the person has not used."""
    return int(StaticToken.objects.filter(device__user=user).count())


def must_have_second_factor(user: User) -> bool:
    """Say whether this service asks for a second factor, and of this person: an operator, or one in such a role."""
    if not settings.SECOND_FACTOR_REQUIRED:
        return False
    return user.is_staff or user.role_assignments.filter(role__in=SECOND_FACTOR_ROLES).exists()
