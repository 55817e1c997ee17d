"""What can happen to accounts: one function each."""

from accounts.services.clients import (
    TokenGrant,
    issue_client_token,
    make_secret,
    make_secret_live,
    put_service_client,
    revoke_secret,
)
from accounts.services.people import (
    change_password,
    confirm_email,
    create_account,
    register,
    request_password_reset,
    resend_confirmation,
    reset_password,
)
from accounts.services.roles import bar, grant_role, unbar, withdraw_role
from accounts.services.sessions import (
    TokenPair,
    end_every_sign_in,
    forget_expired_tokens,
    refresh,
    sign_in,
    sign_out,
)

__all__ = [
    "TokenGrant",
    "TokenPair",
    "bar",
    "change_password",
    "confirm_email",
    "create_account",
    "end_every_sign_in",
    "forget_expired_tokens",
    "grant_role",
    "issue_client_token",
    "make_secret",
    "make_secret_live",
    "put_service_client",
    "refresh",
    "register",
    "request_password_reset",
    "resend_confirmation",
    "reset_password",
    "revoke_secret",
    "sign_in",
    "sign_out",
    "unbar",
    "withdraw_role",
]
