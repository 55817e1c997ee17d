"""Evidence: every question that a hospital asked the registry, and what came back. Append-only."""

from django.conf import settings
from django.db import models

from common.grants import APPEND_ONLY
from common.ids import new_id
from license_gate.answers import Cause, Outcome


class LicenseVerification(models.Model):
    """One question to the registry, by whom and when, and the answer to the last byte that was kept."""

    runtime_grants = APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hospital = models.ForeignKey("hospitals.Hospital", on_delete=models.PROTECT, related_name="+", db_index=False)
    license_number = models.CharField(max_length=60, help_text="As it was asked.")
    regulator = models.CharField(max_length=60, blank=True)
    register = models.CharField(max_length=60, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, help_text="Empty when the worker asked."
    )
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField()
    request_id = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=20, choices=[(outcome.value, outcome.value) for outcome in Outcome])
    cause = models.CharField(max_length=30, blank=True, choices=[(cause.value, cause.value) for cause in Cause])
    code = models.CharField(max_length=60, blank=True, help_text="The registry's refusal code.")
    detail = models.TextField(help_text="The sentence that the asker read.")
    http_status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True, help_text="What came back, as far as it was read.")
    facts = models.JSONField(null=True, help_text="What was understood of it.")

    class Meta:
        indexes = [models.Index(fields=["hospital", "license_number", "-asked_at"], name="verification_of_license")]

    def __str__(self) -> str:
        return f"{self.license_number}: {self.outcome}"

    @property
    def is_kept(self) -> bool:
        """False for a question that was never sent: it is shown to whoever asked, and is no evidence."""
        return self.id is not None

    @property
    def holder_name(self) -> str:
        """Whose license it is, as the register said; empty when no record came back."""
        record = (self.facts or {}).get("facts", {})
        return str(record.get("full_name", ""))
