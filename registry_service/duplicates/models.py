"""Merges of two entries of one person: proposed by one officer, decided by another, and perhaps undone."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from common.ids import new_id
from duplicates.rules import Status

# As plain text, so that migrations import nothing of ours.
_PROPOSED, _MERGED, _UNDONE = Status.PROPOSED.value, Status.MERGED.value, Status.UNDONE.value


def _officer() -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)


class MergeQuerySet(models.QuerySet["Merge"]):
    def of_council(self, regulator: str | None) -> "MergeQuerySet":
        """Merges that concern somebody whom this council has registered, or anybody when none is given."""
        return self.filter(councils__contains=[regulator]) if regulator else self.all()


class Merge(models.Model):
    """That two entries are one person's, as one officer proposed and another decided.

    What it changes in the register is recorded there (practitioners.PractitionerMerge, licenses.MergedLicense).
    """

    runtime_grants = (
        "SELECT",
        "INSERT",
        "UPDATE (decided_at, decided_by_id, decision_note, status, undo_note, undone_at, undone_by_id)",
    )

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    merged = models.ForeignKey("practitioners.Practitioner", on_delete=models.PROTECT, related_name="+", db_index=False)
    kept = models.ForeignKey("practitioners.Practitioner", on_delete=models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    councils = ArrayField(models.CharField(max_length=60), help_text="Codes of those that have registered either.")
    merged_councils = ArrayField(
        models.CharField(max_length=60), help_text="Of those, the ones that have registered the entry that goes."
    )
    score = models.FloatField(help_text="How likely the two are one person, when it was proposed.")
    reasons = models.JSONField()
    reason = models.ForeignKey("reference.Reason", on_delete=models.PROTECT, db_index=False)
    note = models.TextField(blank=True)
    proposed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()
    decided_by = _officer()
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)
    undone_by = _officer()
    undone_at = models.DateTimeField(null=True)
    undo_note = models.TextField(blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(merged=F("kept")),
                name="merge_is_of_two_entries",
                violation_error_message="Choose two entries.",
            ),
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(status__in=[_PROPOSED, _MERGED]),
                name="merge_of_one_entry_once",
                violation_error_message="A merge of this entry is proposed or done already.",
            ),
            models.CheckConstraint(
                condition=Q(status=_PROPOSED, decided_by=None, decided_at=None)
                | (~Q(status=_PROPOSED) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="merge_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[_MERGED, _UNDONE]) | ~Q(decided_by=F("proposed_by")),
                name="merge_second_officer_is_another",
                violation_error_message="The second officer is another one than the first.",
            ),
            models.CheckConstraint(
                condition=Q(status=_UNDONE, undone_by__isnull=False, undone_at__isnull=False)
                | (~Q(status=_UNDONE) & Q(undone_by=None, undone_at=None)),
                name="merge_undone_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "proposed_at"], name="merge_by_status"),
            GinIndex(fields=["councils"], name="merge_by_council"),
        ]

    def __str__(self) -> str:
        return str(self.uid)
