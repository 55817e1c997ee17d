"""Tables of the plumbing: when each due task runs next, and answers already given to a repeated request."""

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
    """The answer that was given to the first request with an Idempotency-Key, to be given again."""

    runtime_grants = ("SELECT", "INSERT", "DELETE")

    actor = models.CharField(max_length=100)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="Keyed hash of method, path and body.")
    status = models.PositiveSmallIntegerField()
    body = models.TextField(help_text="JSON, byte for byte: jsonb would change the order of its members.")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="idempotent_request_once_per_actor")]

    def __str__(self) -> str:
        return f"{self.actor} {self.key}"
