"""The operators' view of people and roles."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import services
from accounts.models import RoleAssignment, User
from accounts.operators import ResetsSecondFactor

# The library's own pages show the secrets, and would tell nobody of a change.
admin.site.unregister([StaticDevice, TOTPDevice])


class RoleInline(admin.TabularInline):
    model = RoleAssignment
    extra = 0


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "full_name")


@admin.register(User)
class UserAdmin(ResetsSecondFactor, DjangoUserAdmin):
    add_form = NewUserForm
    list_display = ["email", "full_name", "is_active", "is_staff", "email_confirmed_at"]
    list_filter = ["is_active", "is_staff", "role_assignments__role"]
    search_fields = ["email", "full_name"]
    ordering = ["email"]
    readonly_fields = ["last_login", "created_at"]
    fieldsets = [
        (None, {"fields": ["email", "full_name", "password"]}),
        ("May", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("When", {"fields": ["created_at", "email_confirmed_at", "last_login"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "full_name", "usable_password", "password1", "password2"]})]
    inlines = [RoleInline]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Write what was changed and nothing else, and let whoever is barred go on nowhere, now or later."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        written = {field.name for field in obj._meta.concrete_fields}.intersection(form.changed_data)
        obj.save(update_fields=written)
        if "is_active" in written and not obj.is_active:
            services.end_every_sign_in(User.objects.select_for_update(no_key=True).get(pk=obj.pk))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People are switched off, not deleted: what they did stays theirs."""
        return False
