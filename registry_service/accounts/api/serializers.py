"""What goes in and what comes out."""

from typing import Any

from rest_framework import serializers

from accounts.rules import Role, normal_email
from common.fields import IdField, TextField


class AddressField(serializers.EmailField):
    """An e-mail address in ASCII (a domain in other letters has an xn-- form), as it is stored."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or not data.isascii():
            self.fail("invalid")
        return normal_email(super().to_internal_value(data))


class PasswordField(TextField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=128, trim_whitespace=False, style={"input_type": "password"}, **kwargs)


class TokenField(TextField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=4096, **kwargs)


class SecondFactorCodeField(TextField):
    def __init__(self, **kwargs: Any) -> None:
        help_text = "Six digits from the authenticator app, or a recovery code; blanks and hyphens do not count."
        super().__init__(max_length=40, help_text=help_text, **kwargs)


class RegisterInput(serializers.Serializer):
    email = AddressField()
    password = PasswordField(help_text="At least 10 characters, and not easily guessed.")
    full_name = TextField(max_length=200)


class EmailInput(serializers.Serializer):
    email = AddressField()


class ConfirmEmailInput(serializers.Serializer):
    uid = IdField(help_text="From the link in the e-mail.")
    token = TokenField(help_text="From the link in the e-mail.")


class ResetPasswordInput(ConfirmEmailInput):
    password = PasswordField(help_text="The new password.")


class SignInInput(serializers.Serializer):
    email = AddressField()
    password = PasswordField()
    code = SecondFactorCodeField(required=False)


class ChangePasswordInput(serializers.Serializer):
    current_password = PasswordField()
    new_password = PasswordField()


class RefreshInput(serializers.Serializer):
    refresh = TokenField()


class TokenPairOutput(serializers.Serializer):
    access = serializers.CharField(help_text="Send it as `Authorization: Bearer …`.")
    refresh = serializers.CharField(help_text="Works once, for the next pair.")
    expires_in = serializers.IntegerField(help_text="Seconds until the access token ends.")


class AcceptedOutput(serializers.Serializer):
    detail = serializers.CharField()


class RoleOutput(serializers.Serializer):
    role = serializers.ChoiceField(choices=Role.choices)
    regulator = serializers.CharField(allow_blank=True, help_text="An officer's regulator; empty for other roles.")


class PersonOutput(serializers.Serializer):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    full_name = serializers.CharField()
    email_confirmed_at = serializers.DateTimeField(allow_null=True)
    roles = RoleOutput(many=True)


class ClientTokenInput(serializers.Serializer):
    """The form of RFC 6749, section 4.4; the client's id and secret may travel in HTTP Basic instead."""

    grant_type = serializers.ChoiceField(choices=["client_credentials"])
    scope = serializers.CharField(required=False, help_text="Scopes with blanks between; all, when left out.")
    client_id = serializers.CharField(required=False)
    client_secret = serializers.CharField(required=False)


class ClientTokenOutput(serializers.Serializer):
    access_token = serializers.CharField()
    token_type = serializers.ChoiceField(choices=["Bearer"])
    expires_in = serializers.IntegerField()
    scope = serializers.CharField()


class TokenRefusal(serializers.Serializer):
    """RFC 6749, section 5.2, with the members of a problem beside it."""

    error = serializers.CharField()
    error_description = serializers.CharField()
    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    request_id = serializers.CharField()


class KeyOutput(serializers.Serializer):
    kty = serializers.CharField()
    crv = serializers.CharField()
    x = serializers.CharField()
    y = serializers.CharField()
    use = serializers.CharField()
    alg = serializers.CharField()
    kid = serializers.CharField()


class KeySetOutput(serializers.Serializer):
    keys = KeyOutput(many=True)
