"""People, and their roles in hospitals."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.rules import Role, normal_email
from common.grants import READ_WRITE_DELETE
from common.ids import new_id


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        """Find the account by its e-mail address, in whatever capitals it was typed."""
        return self.get(email=normal_email(username or ""))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account; without a password nobody can sign in to it until one is chosen by e-mail."""
        user = self.model(email=normal_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an operator's account (`manage.py createsuperuser`); whoever may run that is believed the address."""
        now = timezone.now()
        return self.create_user(
            email, password, **{"is_staff": True, "is_superuser": True, "email_confirmed_at": now, **fields}
        )


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in, by e-mail address and password."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField("e-mail address", max_length=254, unique=True)
    full_name = models.CharField(max_length=200)
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True, help_text="Without it the person cannot sign in.")
    is_staff = models.BooleanField(default=False, help_text="May open the operators' pages.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sign_in_generation = models.PositiveIntegerField(
        default=0, db_default=0, editable=False, help_text="Raised to end every sign-in that there is."
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        constraints = [
            # With this, the plain unique index tells addresses apart without regard to capitals.
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_email_is_lower_case",
                violation_error_message="Write the e-mail address in lower case.",
            )
        ]

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        self.email = normal_email(self.email)

    @property
    def actor(self) -> str:
        """How logs and histories name this person."""
        return f"user:{self.pk}"

    def of_this_generation(self, mark: str) -> str:
        """Return the mark as it is good for today's sign-ins, until all of them are ended.

        Of the first generation it is as it was before there were any, so that those sign-ins go on.
        """
        return f"{mark}.{self.sign_in_generation}" if self.sign_in_generation else mark

    def get_session_auth_hash(self) -> str:
        """Return what a session keeps: one that keeps something else is over."""
        return self.of_this_generation(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Return the same as made with each secret key that is on its way out."""
        return map(self.of_this_generation, super().get_session_auth_fallback_hash())


class RoleAssignment(models.Model):
    """One role of one person in one hospital. Row-level security reads these rows to know who belongs where."""

    runtime_grants = READ_WRITE_DELETE

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_assignments", db_index=False)
    role = models.CharField(max_length=30, choices=Role.choices)
    hospital = models.ForeignKey(
        "hospitals.Hospital", on_delete=models.CASCADE, null=True, blank=True, related_name="role_assignments"
    )
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "hospital"],
                nulls_distinct=False,
                name="role_assignment_once",
                violation_error_message="The person has this role there.",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_assignment_known_role"),
            models.CheckConstraint(
                condition=models.Q(role=Role.NATIONAL_ADMINISTRATOR, hospital__isnull=True)
                | (~models.Q(role=Role.NATIONAL_ADMINISTRATOR) & models.Q(hospital__isnull=False)),
                name="role_assignment_is_in_a_hospital",
                violation_error_message="The national administrator belongs to no hospital, everyone else to one.",
            ),
        ]

    def __str__(self) -> str:
        return self.role
