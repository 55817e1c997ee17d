"""The tokens in the links that we send by e-mail. They are signed, not stored."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import signing

from accounts.models import User

CONFIRMATION_LIVES_SECONDS = 3 * 24 * 3600
_CONFIRMATION = "accounts.confirm-email"


def confirmation_link(user: User) -> str:
    """Return the link that proves that the address is read by whoever registered it, for three days."""
    return _link("confirm-email", user.id, signing.dumps([str(user.id), user.email], salt=_CONFIRMATION))


def is_confirmation(user: User, token: str) -> bool:
    """Say whether the token came to this person's address. It may be shown twice: people click twice."""
    try:
        proven = signing.loads(token, salt=_CONFIRMATION, max_age=CONFIRMATION_LIVES_SECONDS)
    except signing.BadSignature:
        return False
    return bool(proven == [str(user.id), user.email])


def reset_link(user: User) -> str:
    """Return the link that lets its reader choose a new password, once, within PASSWORD_RESET_TIMEOUT."""
    return _link("reset-password", user.id, default_token_generator.make_token(user))


def is_reset(user: User, token: str) -> bool:
    """Say whether the token lets its bearer choose a new password now."""
    return default_token_generator.check_token(user, token)


def _link(page: str, uid: UUID, token: str) -> str:
    # Behind the #, so that the token reaches the page and no server's log.
    return f"{settings.FRONTEND_URL}/{page}#uid={uid}&token={token}"
