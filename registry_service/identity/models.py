"""What was asked about somebody's identity, and what came of it."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from common.ids import new_id
from identity.rules import Outcome

# As plain text, so that migrations import nothing of ours.
_PROVEN = Outcome.PROVEN.value


class IdentityCheckQuerySet(models.QuerySet["IdentityCheck"]):
    def of_account(self, account_id: Any) -> "IdentityCheckQuerySet":
        """What was asked about the holder of this account."""
        return self.filter(account_id=account_id)

    def since(self, instant: datetime) -> "IdentityCheckQuerySet":
        """What was asked after an instant."""
        return self.filter(asked_at__gt=instant)

    def counted(self) -> "IdentityCheckQuerySet":
        """What was answered, or may have been: a check that was never completed is one of these."""
        return self.exclude(outcome=Outcome.UNANSWERED)

    def proven(self) -> "IdentityCheckQuerySet":
        """What proved who somebody is."""
        return self.filter(outcome=Outcome.PROVEN)


class IdentityCheck(models.Model):
    """One question to the identity provider about the holder of one account; the number asked about is not here.

    It is written before the question leaves, so that nobody asks more often than they may, and completed once.
    """

    runtime_grants = (
        "SELECT",
        "INSERT",
        "UPDATE (answered_at, birth_date, gender, given_names, last_digits, outcome, subject_hash, surname)",
    )

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    account = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="identity_checks")
    provider = models.CharField(max_length=20)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.ASKED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    subject_hash = models.CharField(
        max_length=64, blank=True, help_text="Keyed hash of what the provider calls the person."
    )
    last_digits = models.CharField(max_length=4, blank=True, help_text="Of the same, for people to compare.")
    surname = models.CharField(max_length=150, blank=True)
    given_names = models.CharField(max_length=200, blank=True)
    birth_date = models.DateField(null=True)
    gender = models.CharField(max_length=10, blank=True)

    objects = IdentityCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    (
                        Q(outcome=_PROVEN, answered_at__isnull=False, birth_date__isnull=False)
                        & ~Q(subject_hash="")
                        & ~Q(surname="")
                    )
                    | (~Q(outcome=_PROVEN) & Q(subject_hash="", last_digits="", surname="", birth_date=None))
                ),
                name="identity_check_holds_what_was_proven",
                violation_error_message="What a check proved is kept whole, and nothing of one that proved nothing.",
            )
        ]
        indexes = [
            models.Index(fields=["subject_hash"], condition=Q(outcome=_PROVEN), name="identity_check_of_one_person")
        ]

    def __str__(self) -> str:
        return str(self.uid)
