"""Proving a password and a code, and django-axes' part in it: too many wrong ones lock the account for that address."""

from math import ceil
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.devices import app_of
from accounts.factors import SecondFactorCodeNeeded, SecondFactorCodeWrong
from accounts.models import User
from accounts.queries import sign_in_locked_for
from accounts.rules import LoginFailed, LoginLocked, normal_email
from accounts.services import use_code
from common.client_address import client_address
from common.errors import DomainError
from common.locks import lock_until_commit
from common.problems import problem_response


def prove_password(request: HttpRequest, *, email: str, password: str) -> User:
    """Return the person whose address and password these are.

    Raises:
        LoginFailed: there is no such account, or the password is wrong.
        LoginLocked: too many wrong passwords, this one included.
    """
    user = _judge(request, email, password)
    if user is not None:
        return user
    if getattr(request, "axes_locked_out", False):
        raise _locked(request, normal_email(email))
    raise LoginFailed


def prove_code(request: HttpRequest, user: User, code: str) -> None:
    """Let the person pass whose code this is, of the app or for recovery.

    Raises:
        SecondFactorMissing, SecondFactorLocked: see `services.use_code`.
        SecondFactorCodeWrong: it is wrong, which is counted like a wrong password.
        LoginLocked: too many wrong codes and passwords, this one included.
    """
    credentials = {"email": user.email}
    if not AxesProxyHandler.is_allowed(request, credentials):
        raise _locked(request, user.email)
    try:
        use_code(user.id, code, timezone.now())
    except SecondFactorCodeWrong:
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
        if getattr(request, "axes_locked_out", False):
            raise _locked(request, user.email) from None
        raise


class OperatorSignInForm(AdminAuthenticationForm):
    """Signing in to the operators' pages, where password and code are judged as in the API."""

    code = forms.CharField(
        required=False,
        max_length=40,
        label="Code",
        help_text="From your authenticator app, or a recovery code, once you have set up a second factor.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )

    def clean(self) -> dict[str, Any]:
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password:
            assert self.request is not None, "the sign-in view passes it on"
            self.user_cache = _judge(self.request, email, password)
            if self.user_cache is None:
                raise self.get_invalid_login_error()
            self.confirm_login_allowed(self.user_cache)
            self._prove_code(self.request, self.user_cache, self.cleaned_data.get("code", ""))
        return self.cleaned_data

    def _prove_code(self, request: HttpRequest, user: User, code: str) -> None:
        app = app_of(user)
        if app is None:
            return
        try:
            if not code:
                raise SecondFactorCodeNeeded
            prove_code(request, user, code)
        except DomainError as refusal:
            raise forms.ValidationError(f"{refusal.title}. {refusal}", code=refusal.code) from None
        # django-otp writes into the session that it was proved.
        user.otp_device = app  # type: ignore[attr-defined]


def note_sign_in(request: HttpRequest, user: User) -> None:
    """Forget the wrong passwords before this sign-in, and write down when it was."""
    user_logged_in.send(sender=User, request=request, user=user)


def attempted_email(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Return the address under which django-axes counts an attempt; the admin calls it a username."""
    given = credentials or {}
    return normal_email(str(given.get("email") or given.get("username") or ""))[:254]


def lockout_response(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Return what a locked-out caller sees, where the view did not say it already."""
    if response is not None and response.status_code == LoginLocked.status:
        return response
    refusal = _locked(request, attempted_email(request, credentials))
    answer = problem_response(refusal.status, refusal.code, refusal.title, str(refusal), **refusal.members)
    answer["Retry-After"] = str(refusal.members["retry_after"])
    return answer


def _judge(request: HttpRequest, email: str, password: str) -> User | None:
    """Return the person, or None when the password is wrong or the account locked; a wrong password is counted.

    Guesses for one account from one address are judged one after another: otherwise many that
    arrive together would all be counted after all were tried.
    """
    email = normal_email(email)
    with transaction.atomic():
        lock_until_commit(f"sign-in {email} {client_address(request)}")
        user = authenticate(request=request, email=email, password=password)
    return user if isinstance(user, User) else None


def _locked(request: HttpRequest, email: str) -> LoginLocked:
    wait = sign_in_locked_for(email=email, address=client_address(request), now=timezone.now())
    return LoginLocked(retry_after=ceil(wait.total_seconds()))
