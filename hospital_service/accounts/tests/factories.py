"""People for tests, also those of other modules."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from rest_framework.test import APIClient

from accounts.models import RoleAssignment, User
from accounts.rules import Role
from accounts.services import sign_in
from common.asker import asking_as_worker
from hospitals.models import Hospital
from hospitals.tests.factories import make_hospital

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSWORD = "Zuma-Rock-at-dawn"
_numbers = count(1)


def make_user(*roles: Role, hospital: Hospital | None = None, **fields: Any) -> User:
    """A confirmed person with these roles, in this hospital or in one of their own."""
    defaults = {"email": f"person{next(_numbers)}@example.ng", "full_name": "Adaeze Okafor", "email_confirmed_at": NOW}
    user = User.objects.create_user(password=PASSWORD, **{**defaults, **fields})
    everywhere = Role.NATIONAL_ADMINISTRATOR
    if set(roles) - {everywhere}:
        hospital = hospital or make_hospital()
    with asking_as_worker():
        for role in roles:
            RoleAssignment.objects.create(user=user, role=role, hospital=None if role == everywhere else hospital)
    return user


def as_user(user: User) -> APIClient:
    """A caller with the person's access token."""
    return as_bearer(sign_in(user).access)


def as_bearer(token: str) -> APIClient:
    """A caller with this token."""
    return APIClient(headers={"Authorization": f"Bearer {token}"})
