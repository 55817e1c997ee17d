"""The tables of the register.

Two clocks run in every period: `valid` says for which days it holds, `recorded` since when, and
until when, the register believed so. A row is never rewritten: a correction closes `recorded` and
adds another row, so what the register said on any past day can still be asked.
"""

from datetime import datetime
from typing import Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Now

from common.grants import APPEND_ONLY
from licenses.rules import Status, Transition


class PHBProfessionalRegistry(models.Model):
    """A license: one person's entry in one part of one council's register.

    What is here never changes, but for `position`: the last change of the register that concerned it.
    """

    runtime_grants = ("SELECT", "INSERT", "UPDATE (position)")

    number = models.CharField(max_length=17, unique=True)
    practitioner = models.ForeignKey(
        "practitioners.Practitioner", on_delete=models.PROTECT, related_name="licenses", db_index=False
    )
    register_part = models.ForeignKey("reference.RegisterPart", on_delete=models.PROTECT, db_index=False)
    regulator_number = models.CharField(max_length=60, blank=True, help_text="As the council writes it.")
    regulator_number_key = models.CharField(max_length=60, blank=True, help_text="As it is compared.")
    registered_on = models.DateField()
    position = models.BigIntegerField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "phb_professional_registry"
        verbose_name = "license"
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "register_part"],
                name="license_once_per_person_and_register_part",
                violation_error_message="This person already has a license in this part of the register.",
            ),
            models.UniqueConstraint(
                fields=["regulator_number_key", "register_part"],
                condition=~Q(regulator_number_key=""),
                name="license_regulator_number_once_per_register_part",
                violation_error_message="This part of the council's register already holds this number.",
            ),
        ]
        indexes = [models.Index(fields=["register_part", "id"], name="license_by_register_part")]

    def __str__(self) -> str:
        return self.number


class UntilNow(Func):
    """The given range, closed at this transaction's time.

    Never at or before its start: that would be the range of no time at all, whose end is as null as
    one that is still open. It happens to a row of the same transaction, and to one that was written
    by a transaction which began later and took the license's lock first.
    """

    template = "tstzrange(lower(%(expressions)s), greatest(now(), lower(%(expressions)s) + interval '1 microsecond'))"
    output_field = DateTimeRangeField()


P_co = TypeVar("P_co", bound="RegisterPeriod", covariant=True)


class PeriodQuerySet(models.QuerySet[P_co]):
    def believed(self) -> Self:
        """What the register holds true now."""
        return self.filter(recorded__endswith=None)

    def believed_at(self, instant: datetime) -> Self:
        """What the register held true at that instant."""
        return self.filter(recorded__contains=instant)

    def forget(self) -> int:
        """Close the recorded time of these rows now; they stay. Returns how many."""
        return self.believed().update(recorded=UntilNow("recorded"))


class RegisterPeriod(models.Model):
    """Something that holds for a license over whole days in Lagos."""

    runtime_grants = ("SELECT", "INSERT", "UPDATE (recorded)")

    license = models.ForeignKey(PHBProfessionalRegistry, on_delete=models.PROTECT, related_name="%(class)ss")
    valid = DateRangeField()
    recorded = DateTimeRangeField(
        db_default=Func(TransactionNow(), Value(None), function="tstzrange", output_field=DateTimeRangeField())
    )

    objects = PeriodQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            # Neither empty nor without a beginning.
            models.CheckConstraint(
                condition=Q(valid__startswith__isnull=False),
                name="%(class)s_has_a_first_day",
                violation_error_message="Give the first day.",
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.valid}"


def _one_at_a_time(name: str, message: str) -> ExclusionConstraint:
    """Refuse two rows that the register believes at once and that overlap."""
    return ExclusionConstraint(
        name=name,
        expressions=[("license", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
        condition=Q(recorded__endswith=None),
        violation_error_message=message,
    )


class PractisingCertificate(RegisterPeriod):
    """The right to practise for one licence period: fee paid, CPD done."""

    number = models.CharField(max_length=40, blank=True)

    class Meta(RegisterPeriod.Meta):
        constraints = [
            *RegisterPeriod.Meta.constraints,
            _one_at_a_time("certificate_one_at_a_time", "Another certificate covers some of these days."),
        ]


class Suspension(RegisterPeriod):
    """Days on which the holder may not practise, by order; an end that has come ends it without any act."""

    reason = models.ForeignKey("reference.Reason", on_delete=models.PROTECT)

    class Meta(RegisterPeriod.Meta):
        constraints = [
            *RegisterPeriod.Meta.constraints,
            _one_at_a_time("suspension_one_at_a_time", "The license is already suspended on these days."),
        ]


class Removal(RegisterPeriod):
    """Days on which the license is off the register; a restoration gives it an end."""

    reason = models.ForeignKey("reference.Reason", on_delete=models.PROTECT)

    class Meta(RegisterPeriod.Meta):
        constraints = [
            *RegisterPeriod.Meta.constraints,
            _one_at_a_time("removal_one_at_a_time", "The license is already removed on these days."),
        ]


class Condition(RegisterPeriod):
    """A limit on what the holder may do."""

    reason = models.ForeignKey("reference.Reason", on_delete=models.PROTECT)
    text = models.TextField(blank=True, help_text="The public words of the condition.")


class RenewalGrace(RegisterPeriod):
    """Days after a certificate on which the holder may go on: renewed in time, and still being processed."""

    class Meta(RegisterPeriod.Meta):
        constraints = [
            *RegisterPeriod.Meta.constraints,
            _one_at_a_time("renewal_grace_one_at_a_time", "Grace is already given on these days."),
        ]


class LicenseSpecialty(RegisterPeriod):
    """A field in which the council recognises the holder as a specialist."""

    specialty = models.ForeignKey("reference.Specialty", on_delete=models.PROTECT)


class LicenseTransition(models.Model):
    """One step of one license: who, why, from when, and the position it has in the register's history."""

    runtime_grants = APPEND_ONLY

    license = models.ForeignKey(PHBProfessionalRegistry, on_delete=models.PROTECT, related_name="transitions")
    transition = models.CharField(max_length=20, choices=Transition)
    from_status = models.CharField(max_length=20, choices=Status)
    to_status = models.CharField(max_length=20, choices=Status)
    reason = models.ForeignKey("reference.Reason", on_delete=models.PROTECT, null=True)
    words = models.TextField(blank=True)
    actor = models.CharField(max_length=100)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())
    position = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.license_id}: {self.from_status} -> {self.to_status}"


class RegisterPosition(models.Model):
    """The one row that counts the register's changes, in the order in which they are committed."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    value = models.BigIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="register_position_is_one_row")]

    def __str__(self) -> str:
        return str(self.value)
