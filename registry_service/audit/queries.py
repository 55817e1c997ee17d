"""What an auditor looks through, and who acts."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from accounts.queries import regulator_of
from audit.models import AuditRecord
from audit.rules import Actor

if TYPE_CHECKING:
    from accounts.models import User


def newest_first() -> QuerySet[AuditRecord]:
    """Return all records in the order in which they are read."""
    return AuditRecord.objects.order_by("-at", "-id")


def as_officer(user: "User") -> Actor:
    """Return the person as the officer of a council that they are."""
    return Actor(user.actor, role="officer", regulator=regulator_of(user) or "")
