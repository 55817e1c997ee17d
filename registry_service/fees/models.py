"""The tables of payments. What must never be stored is a constraint here or a trigger in migration 0002."""

from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import Q

from common.grants import APPEND_ONLY
from common.ids import new_id
from common.money import money
from fees.rules import OPEN, Status, Transition

_OPEN = Q(status__in=sorted(OPEN))


class FeePaymentQuerySet(models.QuerySet["FeePayment"]):
    def of_application(self, application: UUID) -> "FeePaymentQuerySet":
        """Every attempt to pay for an application."""
        return self.filter(application=application)

    def paid(self) -> "FeePaymentQuerySet":
        """What the money came for."""
        return self.filter(status=Status.PAID)

    def due_to_be_asked_about(self, now: datetime) -> "FeePaymentQuerySet":
        """Open payments whose provider should be asked by now, the longest waiting first."""
        return self.filter(next_ask_at__lte=now).order_by("next_ask_at")


class FeePayment(models.Model):
    """One attempt of one person to pay for one application; an amount is in kobo.

    Of what it costs, whose it is and how it is called, nothing is ever changed.
    """

    runtime_grants = (
        "SELECT",
        "INSERT",
        "UPDATE (asks, instructions, next_ask_at, paid_at, pay_at, provider_reference, status)",
    )

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    application = models.UUIDField(help_text="The application's id; what it is, the module above knows.")
    payer = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    description = models.CharField(max_length=200, help_text="What is paid for, in words for the payer.")
    amount_kobo = models.BigIntegerField(help_text="In kobo: 100 to the naira.")
    currency = models.CharField(max_length=3)
    payment_reference = models.CharField(max_length=20, unique=True, help_text="Ours; the provider carries it.")
    provider = models.CharField(max_length=20)
    provider_reference = models.CharField(
        max_length=100, blank=True, help_text="What the provider calls the payment, such as Remita's RRR."
    )
    status = models.CharField(max_length=20, choices=Status, default=Status.INITIATED)
    pay_at = models.CharField(max_length=500, blank=True, help_text="The page on which to pay, where there is one.")
    instructions = models.TextField(blank=True, help_text="How to pay elsewhere, in words for the payer.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="When we stop waiting, after asking once more.")
    paid_at = models.DateTimeField(null=True)
    asks = models.PositiveSmallIntegerField(default=0, help_text="How often the provider was asked about it.")
    next_ask_at = models.DateTimeField(null=True, help_text="Empty once nothing is waited for.")

    objects = FeePaymentQuerySet.as_manager()

    class Meta:
        db_table = "fee_payments"
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=_OPEN,
                name="fee_payment_once_open",
                violation_error_message="A payment for this application is open already.",
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_reference"],
                condition=~Q(provider_reference=""),
                name="fee_payment_provider_reference_once",
                violation_error_message="The provider's payment stands for another one of ours already.",
            ),
            models.CheckConstraint(
                condition=Q(amount_kobo__gt=0),
                name="fee_payment_is_of_something",
                violation_error_message="A payment is of one kobo or more.",
            ),
            models.CheckConstraint(
                condition=(Q(status=Status.PAID, paid_at__isnull=False) & ~Q(provider_reference=""))
                | (~Q(status=Status.PAID) & Q(paid_at__isnull=True)),
                name="fee_payment_paid_has_proof",
                violation_error_message="What is paid says when, and how the provider calls it.",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PENDING) | ~Q(pay_at="") | ~Q(instructions=""),
                name="fee_payment_pending_says_how_to_pay",
            ),
            models.CheckConstraint(
                condition=(_OPEN & Q(next_ask_at__isnull=False)) | (~_OPEN & Q(next_ask_at__isnull=True)),
                name="fee_payment_open_is_asked_about",
            ),
        ]
        indexes = [
            models.Index(fields=["application"], name="fee_payment_of_application"),
            models.Index(fields=["next_ask_at"], condition=Q(next_ask_at__isnull=False), name="fee_payment_due"),
        ]

    def __str__(self) -> str:
        return f"{self.payment_reference}: {self.amount}"

    @property
    def amount(self) -> str:
        """The amount as people read it."""
        return money(self.amount_kobo, self.currency)


class FeePaymentStep(models.Model):
    """One step of one payment: who told us, when, and what."""

    runtime_grants = APPEND_ONLY

    payment = models.ForeignKey(FeePayment, on_delete=models.PROTECT, related_name="steps")
    transition = models.CharField(max_length=20, choices=Transition)
    from_status = models.CharField(max_length=20, choices=Status)
    to_status = models.CharField(max_length=20, choices=Status)
    actor = models.CharField(max_length=100)
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "fee_payment_steps"
        constraints = [
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(to_status=Status.PAID),
                name="fee_payment_paid_once",
                violation_error_message="The payment is paid already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_status} -> {self.to_status}"
