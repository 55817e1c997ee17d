"""License numbers: made for people to write and read out, and useless to count or guess.

`PHB-MED-7K3M-9QTX`: the profession's prefix, seven random symbols, and an ISO 7064 hybrid check
character (MOD 33,32) over prefix and body. The 32 symbols leave out I, L, O and U, which people
confuse with 1, 1, 0 and V. A number that nobody was given is hit by one well-formed guess in
32**7 / (numbers issued): 1 in 3,400 at ten million.
"""

import re
import secrets
from dataclasses import dataclass

from stdnum.iso7064 import mod_37_36

from common.errors import DomainError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BODY_LENGTH = 7
# Longer than any council writes, and what the column for their numbers holds.
MAX_LENGTH = 60

# How a letter outside the alphabet counts: in the body it is a slip of the pen, in a prefix
# (matched first, and letter by letter) it only needs some value for the check character.
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_PREFIX_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
# Soft hyphens and blanks without width, which copying from a PDF or a page brings along.
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]+")
_IGNORED = re.compile(r"[\s\-\u2010-\u2015]+")
_COUNCIL_IGNORED = re.compile(r"[\s\-\u2010-\u2015/\\.]+")


class LicenseNumberInvalid(DomainError):
    """It starts like a number of ours and was mistyped, or it cannot be anyone's number."""

    code = "license_number_invalid"
    status = 422
    title = "This is not a license number"
    detail = "{license_number} was mistyped: {problem}. Compare it with the license, symbol by symbol."
    carries = {"problem": {"type": "string", "description": "What is wrong with it, in words."}}


@dataclass(frozen=True)
class PHBNumber:
    """A well-formed number of this register, in the form in which it is stored and printed."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class CouncilNumber:
    """A council's own number, reduced to what is compared: upper case, no blanks, slashes, hyphens or dots."""

    key: str

    def __str__(self) -> str:
        return self.key


def make_number(prefix: str) -> str:
    """Return a new number for the profession with this prefix; the caller's unique constraint has the last word."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(BODY_LENGTH))
    return _format(prefix, body + check_character(prefix, body))


def check_character(prefix: str, body: str) -> str:
    """Return the check character over prefix and body."""
    return mod_37_36.calc_check_digit(prefix.translate(_PREFIX_READ_AS) + body, ALPHABET)


def council_key(number: str) -> str:
    """Return a council's number as it is compared."""
    return _COUNCIL_IGNORED.sub("", number).upper()


def read_number(text: str, prefixes: frozenset[str]) -> PHBNumber | CouncilNumber:
    """Read a number as people write it: case, blanks and hyphens are forgiven.

    What starts with PHB and one of `prefixes` (the professions' own) is a number of this register;
    anything else is a council's.

    Raises:
        LicenseNumberInvalid: it starts like ours and has the wrong length, a foreign symbol, or a
            check character that does not fit; or it is too long for any number, or has no letter or digit.
    """
    if len(text) > MAX_LENGTH:
        raise LicenseNumberInvalid(license_number=text[:MAX_LENGTH], problem="no number is as long as this")
    if not any(symbol.isalnum() for symbol in text):
        raise LicenseNumberInvalid(license_number=text, problem="it has no letter and no digit")
    seen = _INVISIBLE.sub("", text)
    compact = _IGNORED.sub("", seen).upper()
    if not compact.startswith("PHB"):
        return CouncilNumber(council_key(seen))
    prefix, rest = compact[3:6], compact[6:].translate(_READ_AS)
    if prefix not in prefixes:
        raise LicenseNumberInvalid(license_number=text, problem="no profession has this prefix")
    if len(rest) != BODY_LENGTH + 1:
        raise LicenseNumberInvalid(license_number=text, problem=f"{BODY_LENGTH + 1} symbols follow the prefix")
    if any(symbol not in ALPHABET for symbol in rest):
        raise LicenseNumberInvalid(license_number=text, problem="it holds a symbol that no number has")
    if check_character(prefix, rest[:-1]) != rest[-1]:
        raise LicenseNumberInvalid(license_number=text, problem="its check character does not fit")
    return PHBNumber(_format(prefix, rest))


def _format(prefix: str, rest: str) -> str:
    return f"PHB-{prefix}-{rest[:4]}-{rest[4:]}"
