"""The outbox of e-mail."""

from datetime import datetime

from django.db import models

from common.grants import READ_WRITE_DELETE
from common.ids import new_id


class OutgoingEmailQuerySet(models.QuerySet["OutgoingEmail"]):
    def due(self, now: datetime) -> "OutgoingEmailQuerySet":
        """What should be handed to the mail server by now, the longest waiting first."""
        return self.filter(next_attempt_at__lte=now).order_by("next_attempt_at")

    def settled(self) -> "OutgoingEmailQuerySet":
        """What was sent or given up: nothing happens to it any more."""
        return self.filter(next_attempt_at=None)


class OutgoingEmail(models.Model):
    """An e-mail that was promised. For a month the row says, without its body, that it was sent."""

    runtime_grants = READ_WRITE_DELETE

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    recipient = models.EmailField(max_length=254)
    template = models.CharField(max_length=100, help_text="Which text it was made from, as <module>/<name>.")
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True, help_text="Blank once sent or given up: it may have held a token.")
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True, help_text="Empty once sent or given up.")
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(next_attempt_at__isnull=False),
                name="outgoing_email_due",
            ),
            models.Index(fields=["recipient", "created_at"], name="outgoing_email_to_whom_when"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True) | models.Q(next_attempt_at__isnull=True, body=""),
                name="outgoing_email_sent_keeps_no_body",
                violation_error_message="A sent e-mail keeps no body and is not sent again.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.template} to {self.recipient}"
