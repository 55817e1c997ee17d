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
from accounts.services.second_factor import (
    Enrolled,
    Enrolment,
    begin_enrolment,
    confirm_enrolment,
    enrolment_in,
    remove_second_factor,
    renew_recovery_codes,
    reset_second_factor,
    use_code,
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
    "Enrolled",
    "Enrolment",
    "TokenPair",
    "begin_enrolment",
    "change_password",
    "confirm_email",
    "confirm_enrolment",
    "create_account",
    "end_every_sign_in",
    "enrolment_in",
    "forget_expired_tokens",
    "grant_role",
    "refresh",
    "register",
    "remove_second_factor",
    "renew_recovery_codes",
    "request_password_reset",
    "resend_confirmation",
    "reset_password",
    "reset_second_factor",
    "sign_in",
    "sign_out",
    "use_code",
    "withdraw_role",
]
