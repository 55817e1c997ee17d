"""Payment references: what a payer quotes, a provider carries, and nobody can guess.

`PAY-7K3M-9QTX-2VB4`: eleven random symbols and an ISO 7064 hybrid check character (MOD 33,32), over the 32 symbols
that people do not confuse. 32**11 is 2**55, so that a reference is known only to whom it was given.
"""

import re
import secrets

from stdnum.iso7064 import mod_37_36

from fees.rules import PaymentReferenceInvalid

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BODY_LENGTH = 11
MAX_LENGTH = 40
"""Longer than anybody writes one, with blanks and all."""

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_IGNORED = re.compile(r"[\s\-\u2010-\u2015]+")


def make_reference() -> str:
    """Return a new reference; the table's unique constraint has the last word."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(BODY_LENGTH))
    return _format(body + mod_37_36.calc_check_digit(body, ALPHABET))


def read_reference(text: str) -> str:
    """Return a reference as it is stored; case, blanks and hyphens are forgiven.

    Raises:
        PaymentReferenceInvalid: it has the wrong length, a foreign symbol, or a check character that does not fit.
    """
    compact = _IGNORED.sub("", text[:MAX_LENGTH]).upper().removeprefix("PAY").translate(_READ_AS)
    fits = len(text) <= MAX_LENGTH and len(compact) == BODY_LENGTH + 1 and set(compact) <= set(ALPHABET)
    if not fits or mod_37_36.calc_check_digit(compact[:-1], ALPHABET) != compact[-1]:
        raise PaymentReferenceInvalid(payment_reference=text[:MAX_LENGTH])
    return _format(compact)


def _format(symbols: str) -> str:
    return f"PAY-{symbols[:4]}-{symbols[4:8]}-{symbols[8:]}"
