"""Who may come in: `permission_classes = [HasScope("verify")]`, `[HasRole(Role.OFFICER)]`."""

from typing import Any, ClassVar

from django.conf import settings
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.authentication import Client
from accounts.factors import SecondFactorRequired, may_act_as
from accounts.models import RoleAssignment, User
from accounts.queries import first_role
from accounts.rules import InsufficientScope, Role
from common.declared import refuses

# Which of the ways in `accounts.api.schema` a permission ever lets in, and the scopes that it asks for.
BY_USER_TOKEN: dict[str, list[str]] = {"userToken": []}


def HasScope(scope: str) -> type[BasePermission]:  # noqa: N802 -- reads as the class that it returns
    """Return a permission that lets in service clients whose token has the scope.

    Nobody signed in gets 401; a person, or a client without the scope, `insufficient_scope`.
    """

    @refuses(InsufficientScope)
    class HasThisScope(BasePermission):
        lets_in: ClassVar[dict[str, list[str]]] = {"clientToken": [scope]}

        def has_permission(self, request: Request, view: APIView) -> bool:
            caller: Any = request.user
            if not caller.is_authenticated:
                return False
            if not (isinstance(caller, Client) and scope in caller.scopes):
                raise InsufficientScope(scope=scope)
            return True

    return HasThisScope


def has_scope(request: Request, scope: str) -> bool:
    """Say whether the caller is a service client whose token has the scope."""
    caller: Any = request.user
    return isinstance(caller, Client) and scope in caller.scopes


def require_scope(request: Request, scope: str) -> None:
    """Let the caller pass who has the scope.

    Raises:
        NotAuthenticated: nobody is signed in.
        InsufficientScope: a person, or a client without the scope.
    """
    if not has_scope(request, scope):
        raise InsufficientScope(scope=scope) if request.auth else NotAuthenticated


def HasRole(*roles: Role) -> type[BasePermission]:  # noqa: N802 -- reads as the class that it returns
    """Return a permission that lets in people who have one of the roles.

    Where the role must be proved by a code, and this sign-in was not, they get `second_factor_required`.
    """

    @refuses(SecondFactorRequired)
    class HasOneOfTheRoles(BasePermission):
        lets_in = BY_USER_TOKEN
        message = f"This address is for: {', '.join(role.label for role in roles)}."

        def has_permission(self, request: Request, view: APIView) -> bool:
            role = first_role(request.user, roles) if isinstance(request.user, User) else None
            request.acting = role  # type: ignore[attr-defined]
            if role is None:
                return False
            claims: Any = request.auth
            if not may_act_as(role.role, claims, is_required=settings.SECOND_FACTOR_REQUIRED):
                raise SecondFactorRequired
            return True

    return HasOneOfTheRoles


IsOfficer = HasRole(Role.OFFICER)
SeesFiles = HasRole(Role.OFFICER, Role.NATIONAL_ADMINISTRATOR)
ReadsAudit = HasRole(Role.AUDITOR, Role.NATIONAL_ADMINISTRATOR)


class IsPerson(BasePermission):
    """Lets in whoever signed in with a password, and no service client."""

    lets_in = BY_USER_TOKEN
    message = "This address is for people who sign in, not for service clients."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, User)


def person(request: Request) -> User:
    """Return who is signed in, behind a permission that lets in people only."""
    assert isinstance(request.user, User), "the view's permission lets in nobody else"
    return request.user


def acting(request: Request) -> RoleAssignment:
    """Return the role that let the person in, behind `HasRole`; of several, the one that it names first."""
    role: RoleAssignment = request.acting  # type: ignore[attr-defined]
    return role
