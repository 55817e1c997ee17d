"""What has been imported, and how far: a run that was killed goes on from here."""

from django.db import models
from django.db.models import Q


class ImportRun(models.Model):
    """One list being read, or read; written in the transaction of each batch, together with what the batch did."""

    regulator = models.ForeignKey("reference.Regulator", on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=80, help_text="What the mapping calls the list.")
    file_name = models.CharField(max_length=255)
    file_digest = models.CharField(max_length=64, help_text="SHA-256.")
    mapping_digest = models.CharField(max_length=64, help_text="SHA-256.")
    list_date = models.DateField(help_text="The day on which the council drew the list.")
    row_count = models.PositiveIntegerField()
    rows_done = models.PositiveIntegerField(default=0)
    report_sizes = models.JSONField(default=dict, help_text="How many bytes of each report belong to the rows done.")
    counts = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["file_digest", "mapping_digest"],
                condition=Q(finished_at=None),
                name="import_run_once_at_a_time",
                violation_error_message="This file is being imported already.",
            )
        ]
        indexes = [models.Index(fields=["file_digest", "mapping_digest"], name="import_run_by_file")]

    def __str__(self) -> str:
        return f"{self.source}, {self.list_date}"
