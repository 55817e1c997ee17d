"""The operators' view of people, roles and service clients."""

from typing import Any

from axes.admin import AccessAttemptAdmin
from axes.models import AccessAttempt
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import services
from accounts.appointing import AppointsPeople
from accounts.models import ServiceClient, ServiceClientSecret, User
from accounts.operators import ResetsSecondFactor
from common.errors import DomainError

# The library's own pages show the secrets, and would tell nobody of a change.
admin.site.unregister([StaticDevice, TOTPDevice])


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "full_name")


@admin.register(User)
class UserAdmin(AppointsPeople, ResetsSecondFactor, DjangoUserAdmin):
    add_form = NewUserForm
    list_display = ["email", "full_name", "roles", "is_active", "is_superuser", "email_confirmed_at"]
    list_filter = ["is_active", "is_superuser", "role_assignments__role"]
    search_fields = ["email", "full_name"]
    ordering = ["email"]
    readonly_fields = ["last_login", "created_at"]
    fieldsets = [
        (None, {"fields": ["email", "full_name", "password"]}),
        ("May", {"fields": ["is_active", "is_operator", "is_superuser", "groups", "user_permissions"]}),
        ("When", {"fields": ["created_at", "email_confirmed_at", "last_login"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "full_name", "usable_password", "password1", "password2"]})]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People are switched off, not deleted: what they did stays theirs."""
        return False


class SecretInline(admin.TabularInline):
    model = ServiceClientSecret
    fields = ["created_at", "revoked_at"]
    readonly_fields = ["created_at", "revoked_at"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ServiceClient)
class ServiceClientAdmin(admin.ModelAdmin):
    list_display = ["client_id", "name", "scopes", "is_active", "last_used_at"]
    readonly_fields = ["created_at", "last_used_at"]
    search_fields = ["client_id", "name"]
    inlines = [SecretInline]
    actions = ["make_secret"]

    @admin.action(description="Make a new secret (shown once)", permissions=["change"])
    def make_secret(self, request: HttpRequest, clients: QuerySet[ServiceClient]) -> HttpResponse | None:
        if clients.count() != 1:
            self.message_user(request, "Choose one client.", messages.ERROR)
            return None
        client = clients.get()
        try:
            with transaction.atomic():
                secret = services.make_secret(client)
                self.log_change(request, client, "make_secret")
        except DomainError as refusal:
            self.message_user(request, f"{refusal.title}. {refusal}", messages.ERROR)
            return None
        context = {**self.admin_site.each_context(request), "client": client, "secret": secret, "title": "New secret"}
        # The page itself shows the secret: a message would travel in a cookie.
        return TemplateResponse(request, "accounts/new_secret.html", context, headers={"Cache-Control": "no-store"})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Clients are switched off, not deleted: the ledger names them."""
        return False


@admin.register(ServiceClientSecret)
class ServiceClientSecretAdmin(admin.ModelAdmin):
    list_display = ["client", "created_at", "revoked_at"]
    list_filter = [("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["client"]
    actions = ["revoke"]

    @admin.action(description="Revoke, now and for good", permissions=["view"])
    @transaction.atomic
    def revoke(self, request: HttpRequest, secrets: QuerySet[ServiceClientSecret]) -> None:
        for secret in secrets.filter(revoked_at=None).select_related("client"):
            services.revoke_secret(secret, timezone.now())
            self.log_change(request, secret, "revoke_secret")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


admin.site.unregister(AccessAttempt)


@admin.register(AccessAttempt)
class AttemptAdmin(AccessAttemptAdmin):
    """Without django-axes' action, which leaves no record: what has run out is deleted at the next attempt anyway."""

    actions = None
