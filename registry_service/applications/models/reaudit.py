"""The draw of decisions for a re-audit, and what became of those that were drawn."""

from uuid import UUID

from django.db import models
from django.db.models import F, Func, Q, Value

from applications.models.application import ProfessionalApplication
from applications.rules import LOTS, REAUDIT_CLOSED, ReauditAct, ReauditStatus
from common.grants import APPEND_ONLY
from common.ids import new_id

_NOT_DRAWN, _DRAWN, _DOUBTED = ReauditStatus.NOT_DRAWN, ReauditStatus.DRAWN, ReauditStatus.DOUBTED
_CLOSED = sorted(REAUDIT_CLOSED)


class _IsImpartial(Func):
    """Whether a person took no part in an application: the one definition is the database's own (migration 0010)."""

    function = "applications_is_impartial"
    arity = 2
    output_field = models.BooleanField()

    def __init__(self, application: str, person: UUID) -> None:
        super().__init__(F(application), Value(person, output_field=models.UUIDField()))


class ReauditQuerySet(models.QuerySet["Reaudit"]):
    def drawn(self) -> "ReauditQuerySet":
        """Decisions that are looked at again, or were."""
        return self.exclude(status=_NOT_DRAWN)

    def of_council(self, regulator: str | None) -> "ReauditQuerySet":
        """Those of this council's decisions, or of any when none is given."""
        return self.filter(application__register_part__regulator__code=regulator) if regulator else self.all()

    def impartial_to(self, user_id: UUID) -> "ReauditQuerySet":
        """Those that this person may know of: somebody else's application, in which they took no part and interest."""
        return self.filter(_IsImpartial("application", user_id))


class Reaudit(models.Model):
    """One decision as it went into the draw, and, where it was drawn, what another officer found.

    There is a row for every decision, drawn or not: to decide takes as long either way, and how many were drawn can be
    held against how many should have been. Migration 0010 keeps to the steps of rules.REAUDIT_TRANSITIONS in the
    database, and lets nobody look again at what they took part in.
    """

    runtime_grants = ("SELECT", "INSERT", "UPDATE (closed_at, note, officer_id, reason_id, status, version)")

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    application = models.OneToOneField(ProfessionalApplication, on_delete=models.PROTECT, related_name="reaudit")
    status = models.CharField(max_length=10, choices=ReauditStatus)
    version = models.PositiveIntegerField(default=1)
    percent = models.PositiveSmallIntegerField(help_text="How many in a hundred were drawn, by the rule of the day.")
    drawn_at = models.DateTimeField(help_text="When it was decided.")
    officer = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="Who has taken it.",
    )
    reason = models.ForeignKey(
        "reference.Reason", on_delete=models.PROTECT, null=True, db_index=False, help_text="Of a doubt."
    )
    note = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)

    objects = ReauditQuerySet.as_manager()

    class Meta:
        verbose_name = "re-audit"
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__lte=LOTS)
                & (Q(percent__gt=0) | Q(status=_NOT_DRAWN))
                & (Q(percent__lt=LOTS) | ~Q(status=_NOT_DRAWN)),
                name="reaudit_drawn_by_its_share",
                violation_error_message="Of none in a hundred none is drawn, of all every one.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[_NOT_DRAWN, _DRAWN], officer=None)
                | (~Q(status__in=[_NOT_DRAWN, _DRAWN]) & Q(officer__isnull=False)),
                name="reaudit_taken_by_somebody",
                violation_error_message="An officer has what is taken, upheld or doubted, and nothing else.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=_CLOSED, closed_at__isnull=False)
                | (~Q(status__in=_CLOSED) & Q(closed_at=None, note="")),
                name="reaudit_closed_when",
                violation_error_message="What is upheld or doubted says when; before that nothing is said of it.",
            ),
            models.CheckConstraint(
                condition=Q(status=_DOUBTED, reason__isnull=False) & ~Q(note="")
                | (~Q(status=_DOUBTED) & Q(reason=None)),
                name="reaudit_doubt_has_reason_and_words",
                violation_error_message="Give the reason for a doubt, and say it in words.",
            ),
        ]
        indexes = [
            models.Index(fields=["drawn_at"], name="reaudit_by_time"),
            models.Index(fields=["status", "drawn_at"], condition=~Q(status=_NOT_DRAWN), name="reaudit_by_status"),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class ReauditTransition(models.Model):
    """One step of one re-audit after the draw: who took it, when, and why."""

    runtime_grants = APPEND_ONLY

    reaudit = models.ForeignKey(Reaudit, on_delete=models.PROTECT, related_name="transitions")
    transition = models.CharField(max_length=10, choices=ReauditAct)
    from_status = models.CharField(max_length=10, choices=ReauditStatus)
    to_status = models.CharField(max_length=10, choices=ReauditStatus)
    actor = models.CharField(max_length=100)
    reason = models.ForeignKey("reference.Reason", on_delete=models.PROTECT, null=True, db_index=False)
    note = models.TextField(blank=True)
    at = models.DateTimeField()
    version = models.PositiveIntegerField(help_text="Of the re-audit, after the step.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reaudit"],
                condition=Q(to_status__in=_CLOSED),
                name="reaudit_closed_once",
                violation_error_message="The re-audit is closed already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_status} -> {self.to_status}"
