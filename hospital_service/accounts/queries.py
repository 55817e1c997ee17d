"""Reads about people, their roles and sign-ins."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Exists, Max, Q

from accounts.factors import SecondFactorRequired, may_act_as
from accounts.models import RoleAssignment, User
from accounts.rules import HospitalRoleNeeded, Role
from accounts.tokens import sign_in_mark

__all__ = ["Role", "in_hospitals_of", "person_of_token", "require_role_in", "roles_of", "sign_in_locked_for"]


def person_of_token(claims: dict[str, Any]) -> User | None:
    """Return whom a verified token stands for; None once that person is barred or has a new password."""
    try:
        user_id = UUID(claims["sub"])
    except ValueError:
        return None
    user = User.objects.filter(id=user_id, is_active=True).first()
    return user if user and claims.get("pwd") == sign_in_mark(user) else None


def roles_of(user: User) -> list[RoleAssignment]:
    """Return the person's roles in every hospital."""
    return list(user.role_assignments.order_by("hospital", "role"))


def require_role_in(user_id: UUID, hospital_id: UUID, *roles: Role, claims: Mapping[str, Any]) -> None:
    """Let the person pass who has one of the roles in the hospital; the national administrator has all of them.

    `claims` are those of the person's token, which say whether they were proved by a code.

    Raises:
        HospitalRoleNeeded: naming the roles.
        SecondFactorRequired: each of them that the person has must be proved by a code.
    """
    there = Q(hospital_id=hospital_id, role__in=roles) | Q(role=Role.NATIONAL_ADMINISTRATOR)
    held = RoleAssignment.objects.filter(there, user_id=user_id).values_list("role", flat=True)
    usable = [may_act_as(role, claims, is_required=settings.SECOND_FACTOR_REQUIRED) for role in held]
    if not usable:
        raise HospitalRoleNeeded(roles=", ".join(role.label for role in roles))
    if not any(usable):
        raise SecondFactorRequired


def in_hospitals_of(user_id: UUID) -> Q:
    """Return the condition on a table's `hospital` for what the person's roles let them see.

    Row-level security says the same once more; neither relies on the other.
    """
    roles = RoleAssignment.objects.filter(user_id=user_id)
    of_hospitals = roles.filter(hospital__isnull=False).values("hospital")
    return Q(hospital__in=of_hospitals) | Q(Exists(roles.filter(role=Role.NATIONAL_ADMINISTRATOR)))


def sign_in_locked_for(*, email: str, address: str | None, now: datetime) -> timedelta:
    """Return how long sign-in stays locked, at most, after too many wrong passwords from this address."""
    attempts = AccessAttempt.objects.filter(username=email, ip_address=address or None)
    last = attempts.aggregate(last=Max("attempt_time"))["last"] or now
    return max(last + settings.AXES_COOLOFF_TIME - now, timedelta(seconds=1))
