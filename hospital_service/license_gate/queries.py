"""What other modules may know of the gate: its terms, and the evidence that an asker may see."""

from uuid import UUID

from django.db.models import QuerySet

from license_gate.answers import Cause, Outcome, Question
from license_gate.models import LicenseVerification
from license_gate.numbers import is_phb_number, key
from license_gate.sentences import not_asked_yet

__all__ = [
    "Cause",
    "LicenseVerification",
    "Outcome",
    "Question",
    "evidence",
    "evidence_for",
    "license_key",
    "names_its_register",
    "not_asked_yet",
]


def license_key(number: str) -> str:
    """Return a license number as it is compared, however it was typed; empty when there is nothing to compare."""
    return key(number)


def names_its_register(number: str) -> bool:
    """Say whether the number is one of the national register's own, which alone says where it stands."""
    return is_phb_number(number)


def evidence() -> "QuerySet[LicenseVerification]":
    """Return what was asked and understood, without what came back to the last byte, which is long."""
    return LicenseVerification.objects.defer("body")


def evidence_for(
    hospital_id: UUID, license_number: str, regulator: str, register: str
) -> "QuerySet[LicenseVerification]":
    """Return what this hospital asked about a license, the latest first; row-level security hides it from others.

    What was asked before anyone said in which register the number stands belongs to it too.
    """
    found = evidence().filter(
        hospital_id=hospital_id,
        license_number=license_number,
        regulator__in=["", regulator],
        register__in=["", register],
    )
    return found.order_by("-asked_at", "-id")
