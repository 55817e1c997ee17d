"""What was noticed about an application, by the worker or by an officer, and what officers said of it."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from applications.models.application import ProfessionalApplication
from applications.rules import FlagKind, Verdict
from common.grants import APPEND_ONLY
from common.ids import new_id

# As plain text, so that migrations import nothing of ours.
_RAISED = FlagKind.RAISED.value


class FlagQuerySet(models.QuerySet["ApplicationFlag"]):
    def open(self) -> "FlagQuerySet":
        """Flags that tell something of which nobody has said anything yet."""
        spoken_of = FlagVerdict.objects.filter(flag=OuterRef("pk"), flag_version=OuterRef("version"))
        return self.filter(~Exists(spoken_of))


class ApplicationFlag(models.Model):
    """Something about an application that an officer must look at before it is approved, and that takes a second one.

    What it points at is one of: somebody on the register, another application, or nothing beside the application
    itself. A trigger (migration 0007) lets no application be approved while one of its flags is open.
    """

    runtime_grants = ("SELECT", "INSERT", "UPDATE (reasons, score, version)")

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    application = models.ForeignKey(
        ProfessionalApplication, on_delete=models.PROTECT, related_name="flags", db_index=False
    )
    kind = models.CharField(max_length=20, choices=FlagKind)
    practitioner = models.ForeignKey(
        "practitioners.Practitioner", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    other = models.ForeignKey(
        ProfessionalApplication, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    document = models.ForeignKey(
        "ApplicationDocument", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    score = models.FloatField(null=True, help_text="How likely the two are one person, from 0 to 1.")
    reasons = models.JSONField(default=list, help_text="What agrees or differs: duplicates.likeness.Reason.")
    words = models.TextField(blank=True, help_text="What an officer noticed.")
    version = models.PositiveIntegerField(default=1, db_default=1, help_text="One more when it tells more.")
    raised_by = models.CharField(max_length=100)
    raised_at = models.DateTimeField()

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind", "practitioner", "other", "document"],
                condition=~Q(kind=_RAISED),
                nulls_distinct=False,
                name="flag_raised_once",
            ),
            models.CheckConstraint(
                condition=Q(kind=_RAISED, practitioner=None, other=None, document=None) & ~Q(words="")
                | (~Q(kind=_RAISED) & Q(words="")),
                name="flag_of_an_officer_has_words",
                violation_error_message="Say what you have noticed.",
            ),
            models.CheckConstraint(condition=Q(practitioner=None) | Q(other=None), name="flag_points_at_one_thing"),
        ]
        indexes = [
            models.Index(fields=["application"], name="flag_by_application"),
            models.Index(fields=["other"], condition=Q(other__isnull=False), name="flag_by_other_application"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.application_id}"


class FlagVerdict(models.Model):
    """What an officer says of a flag in one of its versions, and why; the newest counts."""

    runtime_grants = APPEND_ONLY

    flag = models.ForeignKey(ApplicationFlag, on_delete=models.PROTECT, related_name="verdicts")
    flag_version = models.PositiveIntegerField(default=1, db_default=1)
    verdict = models.CharField(max_length=20, choices=Verdict)
    note = models.TextField()
    given_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.verdict
