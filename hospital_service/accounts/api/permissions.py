"""Who may come in."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import User


class IsPerson(BasePermission):
    """Lets in whoever signed in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, User)
