"""The operators' pages: signing in with a code, the password, the second factor, and resetting somebody else's."""

from collections.abc import Callable
from enum import Enum, auto
from functools import wraps
from typing import Any

import django_otp
import segno
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.safestring import mark_safe

from accounts import services
from accounts.devices import (
    app_of,
    app_to_confirm,
    has_second_factor,
    must_have_second_factor,
    recovery_codes_left,
)
from accounts.lockout import OperatorSignInForm, prove_password
from accounts.models import User
from accounts.rules import LoginFailed
from common.errors import DomainError

View = Callable[..., Any]


class Standing(Enum):
    """How far the sign-in of an operator carries."""

    FULL = auto()
    MUST_ENROL = auto()
    OWES_CODE = auto()


class BeginForm(forms.Form):
    current_password = forms.CharField(
        max_length=128, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class ConfirmForm(forms.Form):
    code = forms.CharField(max_length=40, widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}))


class NewPasswordForm(SetPasswordForm):
    """Whether the old one is right is judged by whoever handles the form, since that is counted."""

    old_password = forms.CharField(
        max_length=128, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class OperatorSite(admin.AdminSite):
    """Django's admin for those who have proved a second factor, where they have one or must.

    Whoever must have one and has none reaches one page, where it is set up.
    """

    site_header = site_title = str(settings.SPECTACULAR_SETTINGS["TITLE"])
    index_title = "Operators' pages"
    site_url = None
    login_form = OperatorSignInForm
    login_template = "accounts/operators/sign_in.html"

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and _standing(request) is not Standing.OWES_CODE

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # type: ignore[override]  # any view
        page = super().admin_view(view, cacheable)

        @wraps(page)
        def page_or_enrolment(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if self.has_permission(request) and _standing(request) is Standing.MUST_ENROL:
                return redirect("admin:second_factor")
            return page(request, *args, **kwargs)

        return page_or_enrolment

    def get_urls(self) -> list[Any]:
        # These two, which come first, are open to whoever must still enrol.
        open_pages = [
            path("second-factor/", super().admin_view(self.second_factor), name="second_factor"),
            path("logout/", super().admin_view(self.logout), name="logout"),
        ]
        return [*open_pages, *super().get_urls()]

    def second_factor(self, request: HttpRequest) -> HttpResponse:
        """Show where the operator's second factor stands; begin to set one up, or confirm it."""
        if request.method != "POST":
            return self._page(request, form=BeginForm())
        return self._confirm(request) if "code" in request.POST else self._begin(request)

    def password_change(  # type: ignore[override]  # or a redirect
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Let operators choose a new password as people do by the API. This browser goes on, and no other."""
        form = NewPasswordForm(_operator(request), request.POST if request.method == "POST" else None)
        if form.is_valid() and (user := self._changed_password(request, form)):
            update_session_auth_hash(request, user)
            return redirect("admin:password_change_done")
        context = {**self.each_context(request), **(extra_context or {}), "title": "Password change", "form": form}
        return TemplateResponse(request, "registration/password_change_form.html", context)

    def _changed_password(self, request: HttpRequest, form: "NewPasswordForm") -> User | None:
        """Change the password and return the person; or say in the form why not, and return nobody."""
        user, given = _operator(request), form.cleaned_data
        try:
            prove_password(request, email=user.email, password=given["old_password"])
            with transaction.atomic():
                user = services.change_password(user_id=user.id, password=given["new_password1"], now=timezone.now())
                self.get_model_admin(User).log_change(request, user, "change_password")
        except LoginFailed:
            form.add_error("old_password", "This is not the current password.")
        except DomainError as refusal:
            form.add_error("old_password", f"{refusal.title}. {refusal}")
        else:
            return user
        return None

    def _begin(self, request: HttpRequest) -> HttpResponse:
        form, user = BeginForm(request.POST), _operator(request)
        if not form.is_valid():
            return self._page(request, form=form)
        try:
            prove_password(request, email=user.email, password=form.cleaned_data["current_password"])
            enrolment = services.begin_enrolment(user.id)
        except DomainError as refusal:
            return self._page(request, form=_refused(form, refusal))
        return self._page(request, form=ConfirmForm(), enrolment=enrolment)

    def _confirm(self, request: HttpRequest) -> HttpResponse:
        form, user = ConfirmForm(request.POST), _operator(request)
        app = app_to_confirm(user)
        if app is None:
            return self._page(request, form=BeginForm())
        if not form.is_valid():
            return self._page(request, form=form, enrolment=services.enrolment_in(app))
        try:
            enrolled = services.confirm_enrolment(user.id, form.cleaned_data["code"], timezone.now())
        except DomainError as refusal:
            return self._page(request, form=_refused(form, refusal), enrolment=services.enrolment_in(app))
        # This browser goes on, as one that proved the code; others of the operator's have to sign in again.
        update_session_auth_hash(request, enrolled.user)
        django_otp.login(request, app_of(user))
        return self._page(request, codes=enrolled.recovery_codes)

    def _page(
        self,
        request: HttpRequest,
        *,
        form: forms.Form | None = None,
        enrolment: services.Enrolment | None = None,
        codes: list[str] | None = None,
    ) -> HttpResponse:
        user = _operator(request)
        context = {
            **self.each_context(request),
            "title": "Second factor",
            "is_nav_sidebar_enabled": False,
            "enrolled": has_second_factor(user),
            "required": must_have_second_factor(user),
            "left": recovery_codes_left(user),
            "form": form,
            "enrolment": enrolment,
            "picture": enrolment and _picture(enrolment.address),
            "codes": codes,
        }
        return TemplateResponse(request, "accounts/operators/second_factor.html", context)


class ResetsSecondFactor(admin.ModelAdmin):
    """Mixed into the operators' page of people: taking away the second factor of somebody who lost it."""

    actions = ["reset_second_factor"]

    @admin.action(description="Reset the second factor (the person is told)", permissions=["change"])
    @transaction.atomic
    def reset_second_factor(self, request: HttpRequest, users: QuerySet[User]) -> None:
        by, now, done = _operator(request).actor, timezone.now(), 0
        for user in users:
            may = self.has_change_permission(request, user)
            if may and services.reset_second_factor(user.id, by=by, now=now):
                self.log_change(request, user, "reset_second_factor")
                done += 1
        self.message_user(request, f"Second factors that were reset: {done}.")


def _operator(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "the pages are open to nobody else"
    return request.user


def _standing(request: HttpRequest) -> Standing:
    """Return how far the sign-in carries; asked several times for a page, and found out once."""
    if not hasattr(request, "operator_standing"):
        request.operator_standing = _find_standing(request)  # type: ignore[attr-defined]
    standing: Standing = request.operator_standing  # type: ignore[attr-defined]
    return standing


def _find_standing(request: HttpRequest) -> Standing:
    user = _operator(request)
    if user.is_verified():  # type: ignore[attr-defined]  # put there by django-otp's middleware
        return Standing.FULL
    if has_second_factor(user):
        return Standing.OWES_CODE
    return Standing.MUST_ENROL if must_have_second_factor(user) else Standing.FULL


def _refused(form: forms.Form, refusal: DomainError) -> forms.Form:
    form.add_error(None, f"{refusal.title}. {refusal}")
    return form


def _picture(address: str) -> str:
    """Return the QR code as SVG, dark on white in every theme."""
    return mark_safe(segno.make(address, micro=False).svg_inline(scale=5, light="#fff"))  # noqa: S308 -- segno's own
