"""The tables of the register.

Two clocks run in every period: `valid` says for which days it holds, `recorded` since when, and
until when, the register held it true (changes.models.Recorded).
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from changes.models import Recorded, RecordedChange
from common.grants import APPEND_ONLY
from licenses.rules import Status, Transition


class PHBProfessionalRegistry(models.Model):
    """A license: one person's entry in one part of one council's register.

    What is here never changes, but for `position`, the last change of the register that concerned it, and when a person
    was found to be entered twice: then a license goes over to the entry that counts, or it is `replaced_by` the one
    that is held there already; MergedLicense says which, and since when.
    """

    runtime_grants = ("SELECT", "INSERT", "UPDATE (position, practitioner_id, replaced_by_id)")

    number = models.CharField(max_length=17)
    practitioner = models.ForeignKey(
        "practitioners.Practitioner", on_delete=models.PROTECT, related_name="licenses", db_index=False
    )
    register_part = models.ForeignKey("reference.RegisterPart", on_delete=models.PROTECT, db_index=False)
    regulator_number = models.CharField(max_length=60, blank=True, help_text="As the council writes it.")
    regulator_number_key = models.CharField(max_length=60, blank=True, help_text="As it is compared.")
    registered_on = models.DateField()
    position = models.BigIntegerField()
    recorded_in = models.ForeignKey(RecordedChange, on_delete=models.PROTECT, related_name="+", db_index=False)
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, editable=False, db_index=False)

    class Meta:
        db_table = "phb_professional_registry"
        verbose_name = "license"
        constraints = [
            # Not `unique=True`, with which Django adds an index for LIKE that nobody uses.
            models.UniqueConstraint(fields=["number"], name="license_number_once"),
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
        indexes = [
            models.Index(fields=["register_part", "id"], name="license_by_register_part"),
            models.Index(fields=["replaced_by"], condition=Q(replaced_by__isnull=False), name="license_by_replaced_by"),
        ]

    def __str__(self) -> str:
        return self.number


class RegisterPeriod(Recorded):
    """Something that holds for a license over whole days in Lagos."""

    license = models.ForeignKey(PHBProfessionalRegistry, on_delete=models.PROTECT, related_name="%(class)ss")
    valid = DateRangeField()

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
    """Refuse two rows that are current at once and overlap."""
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


class MergedLicense(Recorded):
    """What became of a license of a person who was entered twice; closed when that was a mistake.

    It went over to the entry that counts, or is replaced by the license that was held there already.
    """

    license = models.ForeignKey(
        PHBProfessionalRegistry, on_delete=models.PROTECT, related_name="merges", db_index=False
    )
    merged = models.ForeignKey("practitioners.Practitioner", on_delete=models.PROTECT, related_name="+")
    replaced_by = models.ForeignKey(
        PHBProfessionalRegistry, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["license"], condition=Q(recorded__endswith=None), name="license_is_merged_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.license_id} of {self.merged_id}"


class LicenseTransition(models.Model):
    """One step of one license: from where to where, why, and from which day; the change says who took it and when."""

    runtime_grants = APPEND_ONLY

    license = models.ForeignKey(PHBProfessionalRegistry, on_delete=models.PROTECT, related_name="transitions")
    transition = models.CharField(max_length=20, choices=Transition)
    from_status = models.CharField(max_length=20, choices=Status)
    to_status = models.CharField(max_length=20, choices=Status)
    reason = models.ForeignKey("reference.Reason", on_delete=models.PROTECT, null=True)
    note = models.TextField(blank=True)
    effective_on = models.DateField()
    recorded_in = models.ForeignKey(RecordedChange, on_delete=models.PROTECT, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"{self.license_id}: {self.from_status} -> {self.to_status}"
