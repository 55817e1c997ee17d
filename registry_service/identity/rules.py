"""The number that a person shows, what may be said of it, and why it is refused. No database, no clock."""

import hashlib
import hmac
import re
from datetime import timedelta

from django.db.models import TextChoices

from common.errors import DomainError

# Two letters, twelve digits, two letters; made for one verifier, good for 72 hours, and not the NIN itself (NIMC,
# tokenisation of the NIN).
_VIRTUAL_NIN = re.compile(r"[A-Z]{2}[0-9]{12}[A-Z]{2}")
_NIN = re.compile(r"[0-9]{11}")
_LEFT_OUT = re.compile(r"[\s\-.]+")

# Each question to the provider costs money, and whoever guesses numbers asks often.
MOST_CHECKS = 5
COUNTED_FOR = timedelta(days=1)
# What the provider did not answer costs nothing and is nobody's fault; an end to it keeps one person from taking the
# places in which others wait for an answer.
MOST_UNANSWERED = 20
UNANSWERED_COUNTED_FOR = timedelta(hours=1)
LAST_DIGITS = 4


class Outcome(TextChoices):
    ASKED = "asked", "Asked; no answer yet"
    UNANSWERED = "unanswered", "The provider did not answer"
    PROVEN = "proven", "The number is a person's"
    UNKNOWN = "unknown", "The number is nobody's, or too old"


class IdentityNumberInvalid(DomainError):
    """It cannot be a virtual NIN."""

    code = "identity_number_invalid"
    status = 422
    title = "This is not a virtual NIN"
    detail = "A virtual NIN has two letters, twelve digits and two letters. Compare it with the message that you got."


class IdentityNumberIsSecret(DomainError):
    """A raw NIN was given, which nobody should."""

    code = "identity_number_is_nin"
    status = 422
    title = "This is your NIN; keep it to yourself"
    detail = "Make a virtual NIN in the NIMC app, or dial *346*3*, your NIN, *{enterprise_code}#, and give that."


class IdentityNumberUnknown(DomainError):
    """The identity provider does not know the number, or it is more than 72 hours old."""

    code = "identity_number_unknown"
    status = 422
    title = "This virtual NIN is not known"
    detail = "It was mistyped, made for somebody else, or is older than 72 hours. Make another one."


class IdentityChecksExhausted(DomainError):
    """Too many numbers of one person were checked."""

    code = "identity_checks_exhausted"
    status = 429
    title = "Too many numbers were checked"
    detail = "Five numbers a day are checked. Try again in {retry_after} seconds."
    headers = {"Retry-After": "{retry_after}"}


class IdentityAskedInVain(DomainError):
    """The provider has not answered one person for a while, who goes on asking."""

    code = "identity_asked_in_vain"
    status = 429
    title = "The identity provider has not been answering"
    detail = "It was asked many times about your numbers and did not answer. Try again in {retry_after} seconds."
    headers = {"Retry-After": "{retry_after}"}


class IdentityProviderUnavailable(DomainError):
    """The provider did not answer; nothing is known of the number."""

    code = "identity_provider_unavailable"
    status = 503
    title = "The identity provider does not answer"
    detail = "Nothing was found out about your number, and nothing is lost. Try again in a few minutes."
    headers = {"Retry-After": "60"}


class IdentityNotOffered(DomainError):
    """This register asks no identity provider."""

    code = "identity_not_offered"
    status = 409
    title = "Identity is not checked here"
    detail = "This register is not connected to an identity provider. You can apply without."


def normal_virtual_nin(text: str, *, enterprise_code: str) -> str:
    """Return a virtual NIN as the provider writes it, however it was typed.

    Raises:
        IdentityNumberIsSecret: it is the NIN itself.
        IdentityNumberInvalid: it is neither.
    """
    number = _LEFT_OUT.sub("", text).upper()
    if _NIN.fullmatch(number):
        raise IdentityNumberIsSecret(enterprise_code=enterprise_code)
    if not _VIRTUAL_NIN.fullmatch(number):
        raise IdentityNumberInvalid
    return number


def keyed_hash(subject: str, key: str) -> str:
    """Return what is kept of the name under which a provider knows a person: the same for the same person, in hex.

    There are few enough NINs to try them all, so a hash without a key would hide nothing.
    """
    return hmac.new(key.encode(), subject.strip().upper().encode(), hashlib.sha256).hexdigest()
