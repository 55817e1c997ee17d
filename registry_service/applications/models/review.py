"""What officers write about a file: notes for colleagues, questions to the applicant, interests of their own."""

from django.db import models

from applications.models.application import ProfessionalApplication
from common.grants import APPEND_ONLY
from common.ids import new_id


class FileNote(models.Model):
    """What an officer writes down for colleagues; the applicant never sees it."""

    runtime_grants = APPEND_ONLY

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    application = models.ForeignKey(ProfessionalApplication, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.application_id} at {self.at}"


class DeclaredInterest(models.Model):
    """An officer who must have nothing to do with one applicant's files, and why."""

    runtime_grants = APPEND_ONLY

    officer = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    applicant = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(help_text="Such as: my cousin, my former employer.")
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "applicant"],
                name="interest_declared_once",
                violation_error_message="It is declared already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} about {self.applicant_id}"


class Question(models.Model):
    """What an officer asks about one answer or document: what is wrong with it, and how to mend it."""

    runtime_grants = ("SELECT", "INSERT", "UPDATE (answer, answered_at)")

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    application = models.ForeignKey(ProfessionalApplication, on_delete=models.PROTECT, related_name="questions")
    pointer = models.CharField(max_length=100, help_text="JSON pointer to what is asked about.")
    reason = models.ForeignKey("reference.Reason", on_delete=models.PROTECT, db_index=False)
    fix = models.TextField(help_text="What the applicant should do, in plain words.")
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.pointer}: {self.reason_id}"
