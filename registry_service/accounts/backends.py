"""Permissions on the operators' pages that follow from a person's roles."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from accounts.models import User
from accounts.pages import permissions_of


class RoleBackend(BaseBackend):
    """Gives each role what accounts.pages says, at every request anew. It signs nobody in."""

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not isinstance(user_obj, User) or not user_obj.is_active or obj is not None:
            return set()
        return permissions_of(user_obj.role_names)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Say whether anything of this module is open to the person: Django asks before it shows the module's name."""
        return any(permission.startswith(f"{app_label}.") for permission in self.get_group_permissions(user_obj))
