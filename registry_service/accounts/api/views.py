"""Accounts of people: registration, signing in and out, passwords."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts import services
from accounts.api import serializers
from accounts.api.permissions import IsPerson
from accounts.authentication import UserAuthentication, note_actor
from accounts.devices import has_second_factor
from accounts.factors import PASSWORD_ALONE, PASSWORD_AND_CODE, ways_of
from accounts.lockout import note_sign_in, prove_code, prove_password
from accounts.models import User
from accounts.queries import roles_of
from accounts.rules import LoginFailed
from common.declared import refuses
from common.errors import InvalidInput

MAIL_IS_UNDER_WAY = "If this address can be used, an e-mail is on its way to it."
NO_CONTENT = OpenApiResponse(description="Done; there is nothing to say.")


class OpenView(APIView):
    """For callers who have no token yet; one that comes with the request is not looked at."""

    authentication_classes = []
    permission_classes = [AllowAny]


class PersonalView(APIView):
    """For a signed-in person."""

    authentication_classes = [UserAuthentication]
    permission_classes = [IsPerson]


def read_input(serializer_class: type[Serializer], request: Request) -> dict[str, Any]:
    """Return what the body says, checked by this serializer."""
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    given: dict[str, Any] = serializer.validated_data
    return given


def signed_in(request: Request) -> User:
    """Return who is signed in, behind `PersonalView`."""
    assert isinstance(request.user, User), "IsPerson lets in nobody else"
    return request.user


def _accepted() -> Response:
    return Response({"detail": MAIL_IS_UNDER_WAY}, status=202)


def prove_current_password(request: Request, password: str) -> User:
    """Return the person who is signed in, once their password is proved.

    Raises:
        InvalidInput: it is wrong, which is counted as at signing in.
        LoginLocked: too many wrong ones.
    """
    try:
        return prove_password(request._request, email=signed_in(request).email, password=password)
    except LoginFailed:
        # Not a 401: the caller is signed in, and must not be taken for signed out.
        wrong = {"pointer": "/current_password", "code": "wrong", "detail": "This is not the current password."}
        raise InvalidInput(errors=[wrong]) from None


def pair_response(pair: services.TokenPair) -> Response:
    """Return tokens, which nobody on the way may keep."""
    return Response(serializers.TokenPairOutput(pair).data, headers={"Cache-Control": "no-store"})


class RegisterView(OpenView):
    @extend_schema(
        operation_id="register",
        tags=["auth"],
        summary="Open an account",
        description="The answer is the same whether or not the address is known; what follows comes by e-mail.",
        request=serializers.RegisterInput,
        examples=[
            OpenApiExample(
                "A person",
                {"email": "adaeze@example.ng", "password": "Olumo-Rock-at-noon", "full_name": "Adaeze Okafor"},
                request_only=True,
            )
        ],
        responses={202: serializers.AcceptedOutput},
    )
    @refuses(services.register)
    def post(self, request: Request) -> Response:
        services.register(**read_input(serializers.RegisterInput, request), now=timezone.now())
        return _accepted()


class ConfirmEmailView(OpenView):
    @extend_schema(
        operation_id="confirm_email",
        tags=["auth"],
        summary="Prove that the address is read by whoever registered it",
        description="With what stands in the link of the e-mail. Nobody signs in before.",
        request=serializers.ConfirmEmailInput,
        responses={204: NO_CONTENT},
    )
    @refuses(services.confirm_email)
    def post(self, request: Request) -> Response:
        services.confirm_email(**read_input(serializers.ConfirmEmailInput, request), now=timezone.now())
        return Response(status=204)


class ResendConfirmationView(OpenView):
    @extend_schema(
        operation_id="resend_confirmation",
        tags=["auth"],
        summary="Ask for another confirmation e-mail",
        description="At most three e-mails an hour go to one address, whatever is asked for it.",
        request=serializers.EmailInput,
        responses={202: serializers.AcceptedOutput},
    )
    def post(self, request: Request) -> Response:
        services.resend_confirmation(**read_input(serializers.EmailInput, request), now=timezone.now())
        return _accepted()


class SignInView(OpenView):
    @extend_schema(
        operation_id="sign_in",
        tags=["auth"],
        summary="Sign in",
        description=(
            "Too many wrong passwords lock the account for the caller's address (429 `login_locked`). Whoever has a "
            "second factor gets 401 `second_factor_code_needed` without `code`, and 401 `second_factor_code_wrong` "
            "with one that is not good (any more), which counts like a wrong password. After wrong codes from "
            "anywhere, the next is judged only after a while (429 `second_factor_locked`)."
        ),
        request=serializers.SignInInput,
        responses={200: serializers.TokenPairOutput},
    )
    @refuses(prove_password, prove_code, services.sign_in)
    def post(self, request: Request) -> Response:
        given = read_input(serializers.SignInInput, request)
        code = given.pop("code", None)
        user = prove_password(request._request, **given)
        is_with_code = code is not None and has_second_factor(user)
        if is_with_code:
            prove_code(request._request, user, code)
        pair = services.sign_in(user, PASSWORD_AND_CODE if is_with_code else PASSWORD_ALONE)
        note_sign_in(request._request, user)
        note_actor(request, user.actor)
        return pair_response(pair)


class RefreshView(OpenView):
    @extend_schema(
        operation_id="refresh_tokens",
        tags=["auth"],
        summary="Exchange a refresh token for the next pair",
        description="A refresh token works once. A second use, later than a double click, ends the sign-in.",
        request=serializers.RefreshInput,
        responses={200: serializers.TokenPairOutput},
    )
    @refuses(services.refresh)
    def post(self, request: Request) -> Response:
        raw = read_input(serializers.RefreshInput, request)["refresh"]
        return pair_response(services.refresh(raw, timezone.now()))


class SignOutView(OpenView):
    @extend_schema(
        operation_id="sign_out",
        tags=["auth"],
        summary="End a sign-in",
        description="A token that means nothing needs no ending: the answer is the same.",
        request=serializers.RefreshInput,
        responses={204: NO_CONTENT},
    )
    def post(self, request: Request) -> Response:
        services.sign_out(read_input(serializers.RefreshInput, request)["refresh"])
        return Response(status=204)


class RequestPasswordResetView(OpenView):
    @extend_schema(
        operation_id="request_password_reset",
        tags=["auth"],
        summary="Ask for a link to choose a new password",
        description="The answer is the same whether or not there is such an account; the link comes by e-mail.",
        request=serializers.EmailInput,
        responses={202: serializers.AcceptedOutput},
    )
    def post(self, request: Request) -> Response:
        services.request_password_reset(**read_input(serializers.EmailInput, request), now=timezone.now())
        return _accepted()


class ResetPasswordView(OpenView):
    @extend_schema(
        operation_id="reset_password",
        tags=["auth"],
        summary="Choose a new password with the link",
        description="Ends every sign-in of the account, and proves its address.",
        request=serializers.ResetPasswordInput,
        responses={204: NO_CONTENT},
    )
    @refuses(services.reset_password)
    def post(self, request: Request) -> Response:
        services.reset_password(**read_input(serializers.ResetPasswordInput, request), now=timezone.now())
        return Response(status=204)


class ChangePasswordView(PersonalView):
    @extend_schema(
        operation_id="change_password",
        tags=["auth"],
        summary="Change the password",
        description="Ends every sign-in of the account; this one goes on with the pair in the answer.",
        request=serializers.ChangePasswordInput,
        responses={200: serializers.TokenPairOutput},
    )
    @refuses(prove_current_password, services.change_password, services.sign_in)
    def post(self, request: Request) -> Response:
        given = read_input(serializers.ChangePasswordInput, request)
        user = prove_current_password(request, given["current_password"])
        claims: Any = request.auth
        # Both or neither: a sign-in from before there was a second factor changes nothing.
        with transaction.atomic():
            user = services.change_password(user_id=user.id, password=given["new_password"], now=timezone.now())
            pair = services.sign_in(user, ways_of(claims))
        return pair_response(pair)


class MeView(PersonalView):
    @extend_schema(
        operation_id="read_me",
        tags=["auth"],
        summary="Who is signed in",
        description="And in which roles, by which a front-end decides what it shows.",
        responses={200: serializers.PersonOutput},
    )
    def get(self, request: Request) -> Response:
        user = signed_in(request)
        me = {
            "id": user.id,
            "email": user.email,
            "full_name": user.full_name,
            "email_confirmed_at": user.email_confirmed_at,
            "roles": roles_of(user),
        }
        return Response(serializers.PersonOutput(me).data)
