"""The record itself. It can be added to and read, by nobody changed."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from audit.rules import Action, SubjectKind
from common.grants import APPEND_ONLY
from common.ids import new_id


class AuditRecord(models.Model):
    """One look at restricted fields, or one change, by one actor. It names fields and never holds what is in them.

    It refers to no other table, and each search goes by an index that ends with the time: so the
    table can be cut into partitions by time once it is large.
    """

    runtime_grants = APPEND_ONLY

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    actor_role = models.CharField(max_length=30, blank=True, help_text="The role in which it was done.")
    actor_regulator = models.CharField(max_length=20, blank=True, help_text="The code of an officer's council.")
    action = models.CharField(max_length=10, choices=Action)
    subject_kind = models.CharField(max_length=20, choices=SubjectKind)
    subject = models.CharField(max_length=100, blank=True, help_text="Its id or number; empty for a list.")
    regulator = models.CharField(max_length=20, blank=True, help_text="The code of the council that it concerns.")
    fields = ArrayField(models.CharField(max_length=60), help_text="What was shown, or what changed, by name.")
    reason = models.TextField(
        help_text="For a look, its purpose; for a change, the act and its coded reason, and why the register changed."
    )
    request_id = models.CharField(max_length=64, blank=True, help_text="Empty for what no request asked for.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(actor="") & ~Q(reason=""),
                name="audit_record_says_who_and_why",
                violation_error_message="Say who it was, and why.",
            ),
            models.CheckConstraint(
                condition=~Q(action=Action.READ) | ~Q(fields=[]),
                name="audit_record_of_a_look_says_at_what",
                violation_error_message="Name the fields that were shown.",
            ),
        ]
        indexes = [
            models.Index(fields=["at"], name="audit_by_time"),
            models.Index(fields=["actor", "at"], name="audit_by_actor"),
            models.Index(fields=["subject", "at"], name="audit_by_subject"),
            models.Index(fields=["subject_kind", "at"], name="audit_by_kind"),
            models.Index(fields=["regulator", "at"], name="audit_by_regulator"),
            GinIndex(fields=["fields"], name="audit_by_field"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.subject_kind} {self.subject}"
