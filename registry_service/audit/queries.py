"""What an auditor looks through."""

from django.db.models import QuerySet

from audit.models import AuditRecord


def newest_first() -> QuerySet[AuditRecord]:
    """Return all records in the order in which they are read."""
    return AuditRecord.objects.order_by("-at", "-id")
