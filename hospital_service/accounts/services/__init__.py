"""What can happen to accounts: one function each."""

from accounts.services.people import (
    change_password,
    confirm_email,
    create_account,
    grant_role,
    register,
    request_password_reset,
    resend_confirmation,
    reset_password,
    withdraw_role,
)
from accounts.services.sessions import (
    TokenPair,
    end_every_sign_in,
    forget_expired_tokens,
    refresh,
    sign_in,
    sign_out,
)

__all__ = [
    "TokenPair",
    "change_password",
    "confirm_email",
    "create_account",
    "end_every_sign_in",
    "forget_expired_tokens",
    "grant_role",
    "refresh",
    "register",
    "request_password_reset",
    "resend_confirmation",
    "reset_password",
    "sign_in",
    "sign_out",
    "withdraw_role",
]
