"""What was uploaded: one row for each file that is kept."""

from datetime import datetime
from pathlib import PurePath

from django.db import models
from django.db.models import F, Func, Q, Value

from common.ids import new_id
from documents.rules import Purpose, ScanResult

# As plain text, so that migrations import nothing of ours.
_WAITS = ScanResult.NOT_SCANNED.value
_SCANNED = [ScanResult.CLEAN.value, ScanResult.INFECTED.value]

MOST_ALIKE = 50


class Distance(Func):
    """In how many of their 64 bits two perceptual hashes differ."""

    template = "bit_count((%(expressions)s)::bit(64))"
    arg_joiner = " # "
    output_field = models.BigIntegerField()


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def looking_like(self, perceptual_hash: int, max_distance: int, at_most: int) -> "StoredFileQuerySet":
        """Pictures whose hash differs in at most so many bits, the most alike first, each with its `distance`.

        They are found in the index alone, before whole rows are read: among a
        million in 60 ms instead of 200.
        """
        distance = Distance(F("perceptual_hash"), Value(perceptual_hash, output_field=models.BigIntegerField()))
        alike = self.filter(perceptual_hash__isnull=False).alias(bits=distance).filter(bits__lte=max_distance)
        nearest = alike.order_by("bits", "id").values("id")[:at_most]
        return StoredFile.objects.filter(id__in=nearest).annotate(distance=distance).order_by("distance", "id")

    def forgotten(self, instant: datetime) -> "StoredFileQuerySet":
        """Files that nobody had kept by then, and that nobody can keep any more; the oldest first."""
        return self.filter(kept_until__lte=instant).order_by("kept_until", "id")

    def waiting_for_scan(self, now: datetime) -> "StoredFileQuerySet":
        """Files that the virus scanner should be asked about by now, the longest waiting first."""
        return self.filter(scan_result=ScanResult.NOT_SCANNED, next_scan_at__lte=now).order_by("next_scan_at", "id")


class StoredFile(models.Model):
    """A file that was accepted: what it is, where it lies, and what was found about it.

    A row is never rewritten; only what the virus scanner says may come later, and that the file is kept for good.
    One that nobody keeps in time is deleted; of another, migration 0002 lets nobody delete the row.
    """

    runtime_grants = ("SELECT", "INSERT", "UPDATE (kept_until, next_scan_at, scan_result, scanned_at)", "DELETE")

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=20, choices=[(each.value, each.value) for each in Purpose])
    original_name = models.CharField(max_length=120, help_text="As the uploader called it; only to be shown.")
    storage_name = models.CharField(max_length=60, unique=True, help_text="Where the storage keeps it.")
    content_type = models.CharField(max_length=40)
    byte_size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, help_text="Digest of the bytes that were uploaded.")
    stored_sha256 = models.CharField(max_length=64, help_text="Digest of the bytes that are kept.")
    perceptual_hash = models.BigIntegerField(null=True, blank=True)
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True, help_text="In pixels, upright.")
    height = models.PositiveIntegerField(null=True, blank=True)
    findings = models.JSONField(default=list, blank=True, help_text="Warnings, each as {code, sentence}.")
    uploaded_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        help_text="Empty: somebody without an account.",
    )
    created_at = models.DateTimeField()
    kept_until = models.DateTimeField(null=True, blank=True, help_text="Empty once somebody keeps it for good.")
    scan_result = models.CharField(max_length=20, choices=[(each.value, each.value) for each in ScanResult])
    scanned_at = models.DateTimeField(null=True, blank=True)
    next_scan_at = models.DateTimeField(null=True, blank=True, help_text="Empty once scanned.")

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["sha256"], name="stored_file_digest"),
            # No index finds what is near; this one is a tenth of the table, and all that is read of it for that.
            models.Index(
                fields=["perceptual_hash"],
                include=["id"],
                condition=Q(perceptual_hash__isnull=False),
                name="stored_file_likeness",
            ),
            models.Index(fields=["uploaded_by", "created_at"], name="stored_file_of_uploader"),
            models.Index(fields=["next_scan_at"], condition=Q(scan_result=_WAITS), name="stored_file_unscanned"),
            models.Index(fields=["kept_until"], condition=Q(kept_until__isnull=False), name="stored_file_kept_for_now"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(scan_result=_WAITS, scanned_at=None, next_scan_at__isnull=False)
                    | Q(scan_result__in=_SCANNED, scanned_at__isnull=False, next_scan_at=None)
                ),
                name="stored_file_is_scanned_or_waits",
                violation_error_message="A file has been scanned, or it waits for that.",
            )
        ]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def is_quarantined(self) -> bool:
        """Whether a virus was found in it, so that nobody is given it."""
        return self.scan_result == ScanResult.INFECTED

    @property
    def download_name(self) -> str:
        """The uploader's name for it, with the ending of what it is."""
        return PurePath(self.original_name).stem + PurePath(self.storage_name).suffix
