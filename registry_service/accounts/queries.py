"""Reads about people, sign-ins and service clients."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from axes.models import AccessAttempt
from django.conf import settings
from django.db import models
from django.db.models import Max

from accounts.models import RoleAssignment, ServiceClientSecret, User
from accounts.pages import opens_pages
from accounts.rules import Role
from accounts.tokens import sign_in_mark


def person_of_token(claims: dict[str, Any]) -> User | None:
    """Return whom a verified token stands for; None once that person is barred or has a new password."""
    try:
        user_id = UUID(claims["sub"])
    except ValueError:
        return None
    user = User.objects.filter(id=user_id, is_active=True).first()
    return user if user and claims.get("pwd") == sign_in_mark(user) else None


def roles_of(user: User) -> list[RoleAssignment]:
    """Return the person's roles, in the order of their names."""
    return list(user.role_assignments.order_by("role"))


def has_role(user: User, roles: tuple[Role, ...]) -> bool:
    """Say whether the person has one of these roles."""
    return user.role_assignments.filter(role__in=roles).exists()


def first_role(user: User, roles: tuple[Role, ...]) -> RoleAssignment | None:
    """Return the first of these roles that the person has, in the order given."""
    held = {assignment.role: assignment for assignment in user.role_assignments.filter(role__in=roles)}
    return next((held[role] for role in roles if role in held), None)


def regulator_of(user: User) -> str | None:
    """Return the code of the regulator whose officer this person is, or None."""
    officer = user.role_assignments.filter(role=Role.OFFICER).first()
    return officer.regulator if officer else None


def officers_of(regulator: str | models.F) -> models.QuerySet[User]:
    """Return the officers of a regulator, by its code, who can sign in."""
    return User.objects.filter(
        is_active=True, role_assignments__role=Role.OFFICER, role_assignments__regulator=regulator
    )


def national_administrators() -> models.QuerySet[User]:
    """Return the national administrators who are not barred."""
    return User.objects.filter(is_active=True, role_assignments__role=Role.NATIONAL_ADMINISTRATOR)


def role_on_pages(user: User) -> str:
    """Return the role that lets the person into the operators' pages; of several, the first; `operator` without one."""
    opening = (role for role in Role if opens_pages(role) and role in user.role_names)
    return "operator" if user.is_superuser else next(opening, "operator")


def sees_every_council(user: User) -> bool:
    """Say whether the person may look at the files of all councils."""
    return has_role(user, (Role.NATIONAL_ADMINISTRATOR,))


def names_of_actors(actors: Collection[str]) -> dict[str, str]:
    """Return what the people among these actors (`User.actor`) are called."""
    ids = [actor.removeprefix("user:") for actor in actors if actor.startswith("user:")]
    return {user.actor: user.full_name for user in User.objects.filter(pk__in=ids)} if ids else {}


def live_secrets(client_id: str) -> list[ServiceClientSecret]:
    """Return the secrets that open the door for this client, each with its client."""
    return list(ServiceClientSecret.objects.live().filter(client__client_id=client_id).select_related("client"))


def sign_in_locked_for(*, email: str, address: str | None, now: datetime) -> timedelta:
    """Return how long sign-in stays locked, at most, after too many wrong passwords from this address."""
    attempts = AccessAttempt.objects.filter(username=email, ip_address=address or None)
    last = attempts.aggregate(last=Max("attempt_time"))["last"] or now
    return max(last + settings.AXES_COOLOFF_TIME - now, timedelta(seconds=1))
