"""An authenticator app for tests: RFC 6238 by the standard library alone."""

import base64
import hmac
import struct
import time

from django.conf import settings
from django.utils import timezone

from accounts import services
from accounts.models import User

AUTH = settings.SPECTACULAR_SETTINGS["SCHEMA_PATH_PREFIX"] + "/auth/"
STEP = 30


class Authenticator:
    """An app into which a secret was typed."""

    def __init__(self, secret: str) -> None:
        self.key = base64.b32decode(secret)

    def code(self, steps: int = 0) -> str:
        """The code that it shows now, or so many steps later; a service, whose clock may differ, takes the next too."""
        digest = hmac.digest(self.key, struct.pack(">Q", int(time.time()) // STEP + steps), "sha1")
        start = digest[-1] & 15
        return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"

    def wrong_code(self) -> str:
        """A code that it does not show around now."""
        near = {self.code(steps) for steps in range(-3, 4)}
        return next(code for code in ("000000", "111111", "222222", "333333", "444444") if code not in near)


def enrol(user: User) -> tuple[Authenticator, list[str]]:
    """Give the person a second factor, and return the app and the recovery codes; this step's code is used up."""
    app = Authenticator(services.begin_enrolment(user.id).secret)
    enrolled = services.confirm_enrolment(user.id, app.code(), timezone.now())
    user.refresh_from_db()
    return app, enrolled.recovery_codes
