"""People and service clients for tests, also those of other modules."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from rest_framework.test import APIClient

from accounts.models import RoleAssignment, ServiceClient, User
from accounts.rules import Role
from accounts.services import make_secret, sign_in
from accounts.tokens import client_token

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSWORD = "Zuma-Rock-at-dawn"
_numbers = count(1)


def make_user(*roles: Role, regulator: str = "", **fields: Any) -> User:
    """A confirmed person with these roles; `regulator` is an officer's."""
    defaults = {"email": f"person{next(_numbers)}@example.ng", "full_name": "Adaeze Okafor", "email_confirmed_at": NOW}
    user = User.objects.create_user(password=PASSWORD, **{**defaults, **fields})
    for role in roles:
        RoleAssignment.objects.create(user=user, role=role, regulator=regulator if role == Role.OFFICER else "")
    return user


def make_client(*scopes: str, **fields: Any) -> tuple[ServiceClient, str]:
    """A service client and its one live secret."""
    defaults = {"client_id": f"client-{next(_numbers)}", "name": "A hospital"}
    client = ServiceClient.objects.create(scopes=list(scopes or ["verify"]), **{**defaults, **fields})
    return client, make_secret(client)


def as_user(user: User) -> APIClient:
    """A caller with the person's access token."""
    return as_bearer(sign_in(user).access)


def as_client(*scopes: str, client_id: str = "hospital-service") -> APIClient:
    """A caller with a service client's token; the client need not exist, the token is the proof."""
    return as_bearer(str(client_token(client_id, list(scopes))))


def as_bearer(token: str) -> APIClient:
    """A caller with this token."""
    return APIClient(headers={"Authorization": f"Bearer {token}"})
