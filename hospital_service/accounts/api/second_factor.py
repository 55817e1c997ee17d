"""A person's second factor: setting it up, new recovery codes, taking it away."""

from dataclasses import asdict

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.api.serializers import PasswordField, SecondFactorCodeField, TokenPairOutput
from accounts.api.views import PersonalView, pair_response, prove_current_password, read_input, signed_in
from accounts.devices import has_second_factor, must_have_second_factor, recovery_codes_left
from accounts.factors import (
    PASSWORD_AND_CODE,
    RECOVERY_CODES,
    SecondFactorCodeWrong,
    SecondFactorIsRequired,
    SecondFactorMissing,
)
from accounts.lockout import prove_code
from accounts.models import User
from common.errors import InvalidInput

NO_STORE = {"Cache-Control": "no-store"}


class SecondFactorOutput(serializers.Serializer):
    enrolled = serializers.BooleanField(help_text="Signing in takes a code beside the password.")
    required = serializers.BooleanField(  # type: ignore[assignment]  # an attribute of fields, too
        help_text="The person must have one for a role of theirs."
    )
    recovery_codes_left = serializers.IntegerField()


class BeginSecondFactorInput(serializers.Serializer):
    current_password = PasswordField()


class EnrolmentOutput(serializers.Serializer):
    secret = serializers.CharField(help_text="In base32, for whoever types it into the authenticator app.")
    address = serializers.CharField(help_text="otpauth://…, for a QR code.")


class SecondFactorCodeInput(serializers.Serializer):
    code = SecondFactorCodeField()


class RecoveryCodesOutput(serializers.Serializer):
    recovery_codes = serializers.ListField(
        child=serializers.CharField(), help_text="Each is good once, in place of a code. They are not shown again."
    )


class SecondFactorConfirmedOutput(RecoveryCodesOutput, TokenPairOutput):
    """Recovery codes, and the tokens with which this sign-in goes on."""


class RemoveSecondFactorInput(BeginSecondFactorInput, SecondFactorCodeInput):
    pass


class SecondFactorView(PersonalView):
    @extend_schema(
        operation_id="read_second_factor",
        tags=["auth"],
        summary="Whether there is a second factor, and must be",
        responses={200: SecondFactorOutput},
    )
    def get(self, request: Request) -> Response:
        user = signed_in(request)
        state = {
            "enrolled": has_second_factor(user),
            "required": must_have_second_factor(user),
            "recovery_codes_left": recovery_codes_left(user),
        }
        return Response(SecondFactorOutput(state).data)

    @extend_schema(
        operation_id="begin_second_factor",
        tags=["auth"],
        summary="Begin to set up a second factor",
        description="The secret proves nothing until a code confirms it. Beginning anew forgets an earlier secret.",
        request=BeginSecondFactorInput,
        responses={200: EnrolmentOutput},
    )
    def post(self, request: Request) -> Response:
        user = prove_current_password(request, read_input(BeginSecondFactorInput, request)["current_password"])
        return Response(EnrolmentOutput(services.begin_enrolment(user.id)).data, headers=NO_STORE)


class ConfirmView(PersonalView):
    @extend_schema(
        operation_id="confirm_second_factor",
        tags=["auth"],
        summary="Confirm the second factor with a code of the app",
        description="Ends every sign-in of the account; this one goes on with the pair in the answer.",
        request=SecondFactorCodeInput,
        responses={200: SecondFactorConfirmedOutput},
    )
    def post(self, request: Request) -> Response:
        user, code = signed_in(request), read_input(SecondFactorCodeInput, request)["code"]
        try:
            enrolled = services.confirm_enrolment(user.id, code, timezone.now())
        except SecondFactorCodeWrong as refusal:
            raise _wrong_code(refusal) from None
        pair = services.sign_in(enrolled.user, PASSWORD_AND_CODE)
        confirmed = {"recovery_codes": enrolled.recovery_codes, **asdict(pair)}
        return Response(SecondFactorConfirmedOutput(confirmed).data, headers=NO_STORE)


class RecoveryCodesView(PersonalView):
    @extend_schema(
        operation_id="renew_recovery_codes",
        tags=["auth"],
        summary="Make new recovery codes",
        description=f"{RECOVERY_CODES} new ones; those from before end.",
        request=SecondFactorCodeInput,
        responses={200: RecoveryCodesOutput},
    )
    def post(self, request: Request) -> Response:
        user = signed_in(request)
        _prove(request, user, read_input(SecondFactorCodeInput, request)["code"])
        codes = services.renew_recovery_codes(user.id, timezone.now())
        return Response(RecoveryCodesOutput({"recovery_codes": codes}).data, headers=NO_STORE)


class RemoveView(PersonalView):
    @extend_schema(
        operation_id="remove_second_factor",
        tags=["auth"],
        summary="Remove the second factor",
        description="Ends every sign-in of the account; this one goes on with the pair in the answer.",
        request=RemoveSecondFactorInput,
        responses={200: TokenPairOutput},
    )
    def post(self, request: Request) -> Response:
        given = read_input(RemoveSecondFactorInput, request)
        user = prove_current_password(request, given["current_password"])
        if not has_second_factor(user):
            raise SecondFactorMissing
        # Before the code is proved, since that uses it up.
        if must_have_second_factor(user):
            raise SecondFactorIsRequired
        _prove(request, user, given["code"])
        return pair_response(services.sign_in(services.remove_second_factor(user.id, timezone.now())))


def _prove(request: Request, user: User, code: str) -> None:
    try:
        prove_code(request._request, user, code)
    except SecondFactorCodeWrong as refusal:
        raise _wrong_code(refusal) from None


def _wrong_code(refusal: SecondFactorCodeWrong) -> InvalidInput:
    # Not a 401: the caller is signed in, and must not be taken for signed out.
    return InvalidInput(errors=[{"pointer": "/code", "code": "wrong", "detail": str(refusal)}])
