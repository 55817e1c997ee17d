"""Tables of the plumbing: when each due task runs next, and what requests did that may be repeated."""

from django.db import models


class DueTask(models.Model):
    """When a periodic task is due next. The row is what several workers compete for."""

    name = models.CharField(max_length=100, primary_key=True)
    next_run_at = models.DateTimeField()
    last_run_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class IdempotentRequest(models.Model):
    """What the first request with an Idempotency-Key made or changed: a repetition is shown that again."""

    runtime_grants = ("SELECT", "INSERT", "DELETE")

    actor = models.CharField(max_length=100)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="Keyed hash of method, path and body.")
    status = models.PositiveSmallIntegerField()
    # The column was made for whole answers, and is still called so.
    subject = models.TextField(db_column="body", blank=True, help_text="Id of what was made or changed, if anything.")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="idempotent_request_once_per_actor")]

    def __str__(self) -> str:
        return f"{self.actor} {self.key}"
