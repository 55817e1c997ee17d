"""Proven people for tests."""

from typing import Any

from accounts.models import User
from accounts.tests.factories import make_user
from changes.tests.factories import NOW
from identity.models import IdentityCheck
from identity.services import prove_identity

# The fake provider knows this one as Adaeze Ngozi Okafor, born on 17 April 1996.
ADAEZE = "AB 0001 19960417 CD"


def make_proof(account: User | None = None, virtual_nin: str = ADAEZE, now: Any = NOW) -> IdentityCheck:
    """What the fake provider says of a number, kept for an account."""
    return prove_identity(account=account or make_user(), virtual_nin=virtual_nin, now=now)
