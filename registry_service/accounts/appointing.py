"""The operators' page of people, as far as it says who is appointed to what, and who is barred."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts import services
from accounts.models import RoleAssignment, User
from accounts.rules import Role
from common.errors import DomainError
from reference.queries import regulator_names

_APPOINTED = [choice for choice in Role.choices if choice[0] != Role.PROFESSIONAL]


def _regulators() -> Iterable[tuple[str, str]]:
    return [("", "none"), *regulator_names().items()]


class RoleForm(forms.ModelForm):
    regulator = forms.ChoiceField(choices=_regulators, required=False, help_text="An officer's; none for other roles.")


class RoleInline(admin.TabularInline):
    """Roles are given and withdrawn. An officer moves to another regulator by one after the other."""

    model = RoleAssignment
    form = RoleForm
    readonly_fields = ["granted_at"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoleAssignment]:
        """Leave out, but for superusers, the role that nobody is appointed to: whoever opens an account has it."""
        roles = super().get_queryset(request)
        return roles if request.user.is_superuser else roles.exclude(role=Role.PROFESSIONAL)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "role" and not request.user.is_superuser:
            kwargs["choices"] = _APPOINTED
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and obj != request.user

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and obj != request.user


class AppointsPeople(admin.ModelAdmin):
    """Mixed into the page of people: a national administrator appoints, dismisses and bars there, and does no more.

    All that opens more than a role does is a superuser's: passwords, and what makes an operator.
    """

    inlines = [RoleInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("role_assignments")

    @admin.display(description="Roles")
    def roles(self, user: User) -> str:
        return ", ".join(sorted(str(role) for role in user.role_assignments.all()))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if request.user.is_superuser:
            return super().get_fieldsets(request, obj)
        return [
            (None, {"fields": ["email", "full_name"]}),
            ("May", {"fields": ["is_active"]}),
            ("When", {"fields": ["created_at", "email_confirmed_at", "last_login"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = [*super().get_readonly_fields(request, obj)]
        if not request.user.is_superuser:
            fixed += ["email", "full_name", "email_confirmed_at"]
        if obj == request.user:
            fixed.append("is_active")
        return fixed

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Leave making an account to superusers, since it gives a password: people open theirs themselves."""
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave one's own account to others, and superusers' accounts to superusers."""
        is_allowed = super().has_change_permission(request, obj)
        if obj is None or request.user.is_superuser:
            return is_allowed
        return is_allowed and not obj.is_superuser and obj != request.user

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        if not request.user.is_superuser:
            raise PermissionDenied
        pages: Any = super()
        answer: HttpResponse = pages.user_change_password(request, id, form_url)
        return answer

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as refusal:
            # Its transaction is rolled back by now.
            self.message_user(request, f"{refusal.title}. {refusal}", messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change and "is_active" in form.changed_data:
            bar_or_not = services.unbar if obj.is_active else services.bar
            bar_or_not(obj, by=_operator(request))
        if not change:
            super().save_model(request, obj, form, change)
        else:
            # Not the row as it was read: barring has written to it since.
            written = {field.name for field in obj._meta.concrete_fields}.intersection(form.changed_data)
            obj.save(update_fields=written - {"is_active"})

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Give and withdraw roles as the services do, and log each for itself."""
        formset.save(commit=False)
        for withdrawn in formset.deleted_objects:
            self.log_change(request, withdrawn, f"withdraw_role: {withdrawn.role}")
            services.withdraw_role(withdrawn.user, withdrawn.role, by=_operator(request))
        for new in formset.new_objects:
            given = services.grant_role(new.user, new.role, regulator=new.regulator, by=_operator(request))
            self.log_change(request, given, f"grant_role: {given.role}")

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        return super().construct_change_message(request, form, [], add)


def _operator(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "the pages are open to nobody else"
    return request.user
