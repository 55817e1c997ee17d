"""The application and its history. What must never be stored is a constraint here or a trigger in the migrations."""

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from applications.rules import (
    CHECKED_AGAIN_AFTER,
    CLOSED,
    HELD,
    TO_BE_CHECKED,
    UNDECIDED,
    Decision,
    Status,
    Transition,
)
from common.clock import day_in_lagos
from common.grants import APPEND_ONLY
from common.ids import new_id
from practitioners.rules import Gender
from reference.rules import ApplicationKind

_OFFICERS = ("officer", "proposed_by", "decided_by")


class ApplicationQuerySet(models.QuerySet["ProfessionalApplication"]):
    def of_applicant(self, user_id: Any) -> "ApplicationQuerySet":
        """What this person has asked for."""
        return self.filter(applicant_id=user_id)

    def of_council(self, regulator: str | None) -> "ApplicationQuerySet":
        """What has been submitted to this council, or to any when none is given."""
        submitted = self.exclude(submitted_at=None)
        return submitted.filter(register_part__regulator__code=regulator) if regulator else submitted

    def still_open(self) -> "ApplicationQuerySet":
        """What nobody has decided, withdrawn or let lapse."""
        return self.exclude(status__in=CLOSED)

    def undecided(self) -> "ApplicationQuerySet":
        """What a council has before it, whosever turn it is."""
        return self.filter(status__in=sorted(UNDECIDED))

    def to_be_checked(self) -> "ApplicationQuerySet":
        """What was submitted, or answered, since the worker last looked at it."""
        return self.filter(checked_at=None, status__in=TO_BE_CHECKED)

    def to_be_checked_at(self, now: datetime) -> "ApplicationQuerySet":
        """The same, as far as it is due: what could not be looked at comes again after a while, and then last."""
        due = self.to_be_checked().filter(Q(check_failed_at=None) | Q(check_failed_at__lte=now - CHECKED_AGAIN_AFTER))
        return due.order_by(F("check_failed_at").asc(nulls_first=True), "submitted_at", "pk")

    def to_be_reminded_on(self, day: date) -> "ApplicationQuerySet":
        """What waits for an answer, and whose applicant is to be reminded of it by this day."""
        return self.filter(status=Status.INFORMATION_REQUESTED, reminder_due_on__lte=day)

    def unanswered_on(self, day: date) -> "ApplicationQuerySet":
        """What waits for an answer that should have come before this day."""
        return self.filter(status=Status.INFORMATION_REQUESTED, answer_due_on__lt=day)


class ProfessionalApplication(models.Model):
    """One thing that one person asks of one council.

    `version` grows with every change, so that nobody overwrites what they have not seen.
    """

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    applicant = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="applications")
    kind = models.CharField(max_length=30, choices=ApplicationKind)
    register_part = models.ForeignKey("reference.RegisterPart", on_delete=models.PROTECT, db_index=False)
    status = models.CharField(max_length=30, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    # What the applicant says; which of it a kind of application needs, rules.REQUIRED_FIELDS says.
    surname = models.CharField(max_length=150, blank=True)
    given_names = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=40, blank=True)
    name_change_reason = models.CharField(max_length=60, blank=True)
    birth_date = models.DateField(null=True)
    gender = models.CharField(max_length=10, choices=Gender, blank=True)
    state = models.ForeignKey("reference.State", on_delete=models.PROTECT, null=True, db_index=False)
    lga = models.ForeignKey("reference.Lga", on_delete=models.PROTECT, null=True, db_index=False)
    telephone = models.CharField(max_length=20, blank=True)
    school = models.CharField(max_length=200, blank=True)
    qualification = models.CharField(max_length=200, blank=True)
    qualified_on = models.DateField(null=True)
    trained_abroad = models.BooleanField(default=False)
    regulator_number = models.CharField(
        max_length=60, blank=True, help_text="The council's own number, if any; in a claim, that or ours."
    )
    internship_hospital = models.CharField(max_length=200, blank=True)
    internship_ended_on = models.DateField(null=True)
    specialty = models.ForeignKey("reference.Specialty", on_delete=models.PROTECT, null=True, db_index=False)

    # Who has it, and what was decided.
    officer = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="files")
    answer_due_on = models.DateField(null=True)
    reminder_due_on = models.DateField(null=True, help_text="When the applicant is reminded of open questions.")
    checked_at = models.DateTimeField(null=True, help_text="Empty: the worker has yet to look for what is odd.")
    check_failed_at = models.DateTimeField(null=True, help_text="When the worker last could not look at it.")
    second_officer = models.BooleanField(default=False, help_text="The decision needs a second officer.")
    proposed_decision = models.CharField(max_length=10, choices=Decision, blank=True)
    proposed_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decision_reason = models.ForeignKey("reference.Reason", on_delete=models.PROTECT, null=True, db_index=False)
    decision_note = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    license = models.ForeignKey(
        "licenses.PHBProfessionalRegistry", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        db_table = "professional_applications"
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "kind", "register_part"],
                condition=~Q(status__in=sorted(CLOSED)),
                name="application_once_open",
                violation_error_message="The same is being asked for already.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[Status.DRAFT, Status.WITHDRAWN]) | Q(submitted_at__isnull=False),
                name="application_submitted_when",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.UNDER_REVIEW, Status.INFORMATION_REQUESTED, Status.DECISION_PROPOSED])
                | Q(officer__isnull=False),
                name="application_in_review_has_officer",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.INFORMATION_REQUESTED) | Q(answer_due_on__isnull=False),
                name="application_question_has_due_day",
            ),
            models.CheckConstraint(
                condition=Q(proposed_decision="", proposed_by__isnull=True)
                | (~Q(proposed_decision="") & Q(proposed_by__isnull=False)),
                name="application_proposal_has_proposer",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.DECISION_PROPOSED) | Q(proposed_by__isnull=False),
                name="application_proposed_has_proposal",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status__in=[Status.APPROVED, Status.REJECTED], decided_by__isnull=False, decided_at__isnull=False)
                    | (
                        ~Q(status__in=[Status.APPROVED, Status.REJECTED])
                        & Q(decided_by__isnull=True, decided_at__isnull=True)
                    )
                ),
                name="application_decided_by_somebody",
                violation_error_message="A decision is taken by somebody at some time.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(proposed_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="application_second_officer_is_another",
                violation_error_message="The second officer is another one than the first.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.APPROVED, Status.REJECTED])
                | Q(status=Status.APPROVED, second_officer=False)
                | Q(proposed_by__isnull=False),
                name="application_second_officer_where_needed",
                violation_error_message="Rejections, and approvals that need it, are decided by two officers.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[Status.APPROVED, Status.REJECTED]) | Q(decision_reason__isnull=False),
                name="application_decided_with_reason",
                violation_error_message="Give the reason for the decision.",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.REJECTED) | ~Q(decision_note=""),
                name="application_rejected_in_words",
                violation_error_message="Say in words why it is rejected.",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.APPROVED, license__isnull=False)
                | (~Q(status=Status.APPROVED) & Q(license__isnull=True)),
                name="application_approved_has_license",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{officer}__isnull": True}) | ~Q(**{officer: F("applicant")}),
                    name=f"application_{officer}_is_not_applicant",
                    violation_error_message="Nobody decides about themselves.",
                )
                for officer in _OFFICERS
            ),
        ]
        indexes = [
            models.Index(fields=["register_part", "status", "submitted_at"], name="application_queue"),
            # Lists of files are in this order; what is to be done is little beside what was decided over the years.
            models.Index(
                fields=["submitted_at", "id"], condition=Q(status__in=sorted(UNDECIDED)), name="application_undecided"
            ),
            models.Index(
                fields=["submitted_at", "id"], condition=Q(submitted_at__isnull=False), name="application_submitted"
            ),
            models.Index(
                fields=["officer", "submitted_at"], condition=Q(status__in=sorted(HELD)), name="application_held"
            ),
            models.Index(
                fields=["submitted_at"],
                condition=Q(checked_at=None, status__in=sorted(TO_BE_CHECKED)),
                name="application_to_be_checked",
            ),
            models.Index(fields=["decided_at"], condition=Q(decided_at__isnull=False), name="application_by_decision"),
            models.Index(fields=["birth_date"], name="application_by_birth_date"),
            models.Index(fields=["telephone"], condition=~Q(telephone=""), name="application_by_telephone"),
            models.Index(
                fields=["reminder_due_on"],
                condition=Q(status=Status.INFORMATION_REQUESTED, reminder_due_on__isnull=False),
                name="application_to_be_reminded",
            ),
            models.Index(
                fields=["answer_due_on"], condition=Q(status=Status.INFORMATION_REQUESTED), name="application_due"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)

    def rules_day(self, today: date) -> date:
        """The day whose rules it goes by: that on which it was submitted, or today while it is a draft."""
        return day_in_lagos(self.submitted_at) if self.submitted_at else today

    @property
    def applicants_name(self) -> str:
        """The name that the application is about, given names first; its account may say another."""
        return f"{self.given_names} {self.surname}".strip()


class ApplicationTransition(models.Model):
    """One step of one application: who took it, when, and why."""

    runtime_grants = APPEND_ONLY

    application = models.ForeignKey(ProfessionalApplication, on_delete=models.PROTECT, related_name="transitions")
    transition = models.CharField(max_length=30, choices=Transition)
    from_status = models.CharField(max_length=30, choices=Status)
    to_status = models.CharField(max_length=30, choices=Status)
    actor = models.CharField(max_length=100)
    officer = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="Who has the file after the step.",
    )
    reason = models.ForeignKey("reference.Reason", on_delete=models.PROTECT, null=True, db_index=False)
    note = models.TextField(blank=True)
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0, db_default=0, help_text="Of the application, after the step.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(to_status__in=sorted(CLOSED)),
                name="application_closed_once",
                violation_error_message="The application is closed already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_status} -> {self.to_status}"
