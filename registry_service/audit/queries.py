"""What an auditor looks through, and who acts."""

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.queries import regulator_of
from audit.models import AuditRecord
from audit.rules import Action, Actor

if TYPE_CHECKING:
    from accounts.models import User


# The acts of a re-audit, and the purpose of whoever reads a file for one, end so.
_REAUDIT = "_reaudit"


def newest_first(reader: "User") -> QuerySet[AuditRecord]:
    """Return the records in the order in which they are read.

    What somebody did themselves with a file keeps them from its re-audit: nobody learns from the audit that a decision
    on their own application, or one that they took part in, is looked at again (decision 0013).
    """
    took_part = AuditRecord.objects.filter(subject=OuterRef("subject"), actor=reader.actor, action=Action.CHANGE)
    kept_back = Q(reason__contains=_REAUDIT) & Exists(took_part)
    return AuditRecord.objects.exclude(kept_back).order_by("-at", "-id")


def as_officer(user: "User") -> Actor:
    """Return the person as the officer of a council that they are."""
    return Actor(user.actor, role="officer", regulator=regulator_of(user) or "")
