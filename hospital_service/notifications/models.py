"""The outboxes: one of e-mail, one of SMS."""

from datetime import datetime
from typing import ClassVar, Self, TypeVar

from django.db import models

from common.grants import READ_WRITE_DELETE
from common.ids import new_id
from common.phones import LONGEST
from notifications.subjects import LONGEST as LONGEST_SUBJECT

M = TypeVar("M", bound="OutgoingMessage")


class OutgoingQuerySet(models.QuerySet[M]):
    def due(self, now: datetime) -> Self:
        """What should be handed over by now, the longest waiting first."""
        return self.filter(next_attempt_at__lte=now).order_by("next_attempt_at")

    def settled(self) -> Self:
        """What was sent or given up: nothing happens to it any more."""
        return self.filter(next_attempt_at=None)


class OutgoingMessage(models.Model):
    """A message that was promised to a recipient. For a month the row says, without its body, that it was sent."""

    runtime_grants = READ_WRITE_DELETE
    called: ClassVar[str]
    """What logs call such a message."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    template = models.CharField(max_length=100, help_text="Which text it was made from, as <module>/<name>.")
    body = models.TextField(blank=True, help_text="Blank once sent or given up: it may have held a token.")
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True, help_text="Empty once sent or given up.")
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    objects = OutgoingQuerySet.as_manager()

    class Meta:
        abstract = True


def _due(name: str) -> models.Index:
    return models.Index(
        fields=["next_attempt_at"], condition=models.Q(next_attempt_at__isnull=False), name=f"{name}_due"
    )


def _sent_keeps_no_body(name: str, spoken: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(sent_at__isnull=True) | models.Q(next_attempt_at__isnull=True, body=""),
        name=f"{name}_sent_keeps_no_body",
        violation_error_message=f"A sent {spoken} keeps no body and is not sent again.",
    )


class OutgoingEmail(OutgoingMessage):
    """An e-mail that was promised."""

    called = "email"

    recipient = models.EmailField(max_length=254)
    subject = models.CharField(max_length=LONGEST_SUBJECT)

    class Meta:
        indexes = [
            _due("outgoing_email"),
            models.Index(fields=["recipient", "created_at"], name="outgoing_email_to_whom_when"),
        ]
        constraints = [_sent_keeps_no_body("outgoing_email", "e-mail")]

    def __str__(self) -> str:
        return f"{self.template} to {self.recipient}"


class OutgoingSms(OutgoingMessage):
    """A text message that was promised, of one part."""

    called = "sms"

    recipient = models.CharField(max_length=LONGEST, help_text="A mobile number in E.164, as +2348031234567.")
    provider_reference = models.CharField(
        max_length=100, blank=True, help_text="What the provider calls it; quote it when you ask them."
    )

    class Meta:
        verbose_name = "outgoing SMS"
        verbose_name_plural = "outgoing SMS"
        indexes = [_due("outgoing_sms")]
        constraints = [
            _sent_keeps_no_body("outgoing_sms", "SMS"),
            models.CheckConstraint(
                condition=models.Q(recipient__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="outgoing_sms_recipient_is_e164",
                violation_error_message="Write the recipient as +2348031234567.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} to {self.recipient}"
