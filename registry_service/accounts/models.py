"""People, their roles, and the machines that call us."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.pages import opens_pages
from accounts.rules import LIVE_SECRETS, Role, Scope, normal_email
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
    is_operator = models.BooleanField(
        default=False,
        db_column="is_staff",
        help_text="May open the operators' pages in no role; what is open there, Django's permissions say.",
    )
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

    @cached_property
    def role_names(self) -> frozenset[str]:
        """The person's roles, read once: each request has a `User` of its own."""
        return frozenset(self.role_assignments.values_list("role", flat=True))

    @property
    def is_staff(self) -> bool:
        """Whether the operators' pages open, as Django asks it; a role opens them once the address is proven."""
        if self.is_superuser or self.is_operator:
            return True
        return self.email_confirmed_at is not None and any(opens_pages(role) for role in self.role_names)

    @is_staff.setter
    def is_staff(self, value: bool) -> None:
        self.is_operator = value


class RoleAssignment(models.Model):
    """One role of one person."""

    runtime_grants = READ_WRITE_DELETE

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_assignments")
    role = models.CharField(max_length=30, choices=Role.choices)
    regulator = models.CharField(
        max_length=20, blank=True, default="", help_text="The code of an officer's regulator; empty for other roles."
    )
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                name="role_assignment_once",
                violation_error_message="The person has this role; an officer belongs to one regulator.",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_assignment_known_role"),
            models.CheckConstraint(
                condition=(models.Q(role=Role.OFFICER) & ~models.Q(regulator=""))
                | (~models.Q(role=Role.OFFICER) & models.Q(regulator="")),
                name="role_assignment_officer_has_regulator",
                violation_error_message="An officer belongs to a regulator, and nobody else does.",
            ),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.role, self.regulator]))


class ServiceClient(models.Model):
    """A machine that may ask for tokens: a hospital's service, a pharmacy's, an employer's."""

    client_id = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=200)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices))
    is_active = models.BooleanField(
        default=True, help_text="Without it no new token is given; tokens already given run out within minutes."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the minute.")

    def __str__(self) -> str:
        return self.client_id


class ServiceClientSecretQuerySet(models.QuerySet["ServiceClientSecret"]):
    def live(self) -> "ServiceClientSecretQuerySet":
        """Secrets that open the door: neither revoked, nor of a client that was switched off."""
        return self.filter(revoked_at__isnull=True, client__is_active=True)


class ServiceClientSecret(models.Model):
    """One secret of a service client. Two may be live, so that a client changes from one to the next at leisure."""

    client = models.ForeignKey(ServiceClient, on_delete=models.CASCADE, related_name="secrets")
    # A slow hash defends what people choose. This hides 256 random bits, which no machine can guess
    # through however fast the hash; a slow one would only make every token request slow.
    sha256 = models.CharField(max_length=64, editable=False)
    slot = models.PositiveSmallIntegerField(editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ServiceClientSecretQuerySet.as_manager()

    class Meta:
        constraints = [
            # Two slots, each held by one live secret: so a third cannot come to be, whoever tries at once.
            models.UniqueConstraint(
                fields=["client", "slot"],
                condition=models.Q(revoked_at__isnull=True),
                name="service_client_secret_one_per_slot",
            ),
            models.CheckConstraint(
                condition=models.Q(slot__range=(1, LIVE_SECRETS)), name="service_client_secret_two_slots"
            ),
        ]

    def __str__(self) -> str:
        return f"secret of {self.client_id} made {self.created_at:%Y-%m-%d %H:%M}"
