"""The table of hospitals: a public directory, so every asker may read it."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper

from common.ids import new_id
from hospitals.rules import Level, Ownership


class Hospital(models.Model):
    """A health facility of any level."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    facility_type = models.CharField(max_length=100)
    level = models.CharField(max_length=10, choices=Level)
    ownership = models.CharField(max_length=20, choices=Ownership, blank=True)
    state = models.ForeignKey("reference.State", on_delete=models.PROTECT, db_index=False)
    lga = models.ForeignKey("reference.Lga", on_delete=models.PROTECT, null=True, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    hfr_code = models.CharField(
        max_length=30, null=True, blank=True, unique=True, help_text="Code in the Health Facility Registry."
    )
    source = models.CharField(max_length=60, blank=True, help_text="The list that it was imported from.")
    # NULL where there is no list: several such hospitals are no duplicates of each other.
    source_id = models.CharField(max_length=60, null=True, blank=True, help_text="Its number in that list.")  # noqa: DJ001
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"],
                name="hospital_once_per_source",
                violation_error_message="This list's row was imported already.",
            )
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="hospital_by_name"),
            models.Index(fields=["state", "name", "id"], name="hospital_by_state"),
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="hospital_name_trigrams"),
        ]

    def __str__(self) -> str:
        return self.name
