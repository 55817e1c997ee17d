"""Reference tables. Each row says from when to when it holds, and where the fact comes from.

That a rule's register part, or profession, is one of its regulator's is a foreign key of two columns: migration 0006.
"""

from datetime import date
from typing import Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce

from common.money import money
from reference.rules import (
    AppealCourt,
    ApplicationKind,
    Category,
    Currency,
    DocumentForm,
    Necessity,
    ReasonKind,
    RegulatorStatus,
    Supplier,
    TermKind,
)

ENDS_AFTER_IT_STARTS = "It must end after it starts."

R_co = TypeVar("R_co", bound="DatedRow", covariant=True)


class DatedQuerySet(models.QuerySet[R_co]):
    def in_force_on(self, day: date) -> Self:
        """Rows whose validity includes the day; an empty bound is open."""
        started = Q(valid_from=None) | Q(valid_from__lte=day)
        not_ended = Q(valid_until=None) | Q(valid_until__gt=day)
        return self.filter(started & not_ended)


class DatedRow(models.Model):
    """A fact with its validity and its source."""

    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True, help_text="The first day on which it no longer holds.")
    source = models.TextField(blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from")),
                name="%(class)s_ends_after_it_starts",
                violation_error_message=ENDS_AFTER_IT_STARTS,
            )
        ]


class ReferenceRow(DatedRow):
    """A dated fact with a code for machines and a name for people."""

    id = models.SmallAutoField(primary_key=True)
    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)

    class Meta(DatedRow.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name

    def holds_on(self, day: date) -> bool:
        """Whether its validity includes the day; an empty bound is open."""
        return (self.valid_from or day) <= day and (self.valid_until is None or day < self.valid_until)


def _or_all(column: str) -> Coalesce:
    """The part of a rule's key that may be left open: open is a value like others, and no id is 0."""
    return Coalesce(column, 0, output_field=models.IntegerField())


def _one_at_a_time(name: str, *key: str | Coalesce) -> ExclusionConstraint:
    """Refuse two rules of one key that hold on the same day."""
    days = Func("valid_from", "valid_until", function="daterange", output_field=DateRangeField())
    return ExclusionConstraint(
        name=name,
        expressions=[*((column, RangeOperators.EQUAL) for column in key), (days, RangeOperators.OVERLAPS)],
        violation_error_message=("Another rule for the same already holds on some of these days: end that one first."),
    )


class State(models.Model):
    """One of the 36 states, or the Federal Capital Territory."""

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(max_length=2, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    capital = models.CharField(max_length=60)
    geopolitical_zone = models.CharField(max_length=20)
    iso_3166_2 = models.CharField(max_length=5, unique=True)
    inec_code = models.CharField(max_length=2, unique=True)
    ocha_pcode = models.CharField(max_length=5, unique=True)
    aliases = ArrayField(models.CharField(max_length=100), default=list, blank=True)

    def __str__(self) -> str:
        return self.name


class Lga(models.Model):
    """A local government area. Names are not unique: six of them stand in two states."""

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(max_length=8, unique=True, help_text="OCHA p-code.")
    state = models.ForeignKey(State, on_delete=models.PROTECT, related_name="lgas")
    name = models.CharField(max_length=60)
    inec_code = models.CharField(max_length=5)
    aliases = ArrayField(models.CharField(max_length=100), default=list, blank=True)

    class Meta:
        verbose_name = "LGA"
        constraints = [models.UniqueConstraint(fields=["state", "name"], name="lga_name_once_per_state")]

    def __str__(self) -> str:
        return self.name


class Regulator(ReferenceRow):
    """A council or board, made by its own Act."""

    former_name = models.CharField(max_length=200, blank=True)
    legal_basis = models.TextField(blank=True)
    status = models.CharField(max_length=20, choices=RegulatorStatus)
    appeals_to = models.CharField(max_length=100, choices=AppealCourt, blank=True)
    ministry = models.CharField(max_length=100, blank=True)
    website = models.CharField(max_length=200, blank=True)
    register_complete_to = models.DateField(
        null=True, blank=True, help_text="The day up to which the council's own register is held here in full."
    )


class Profession(ReferenceRow):
    """What a license entitles its holder to be called."""

    plural = models.CharField(max_length=200)
    regulator = models.ForeignKey(Regulator, on_delete=models.PROTECT, related_name="professions")
    number_prefix = models.CharField(max_length=3, unique=True, help_text="The middle of PHB-MED-….")


class RegisterPart(ReferenceRow):
    """One part of a council's register: provisional doctors, general nurses, …"""

    regulator = models.ForeignKey(Regulator, on_delete=models.PROTECT, related_name="register_parts")
    profession = models.ForeignKey(Profession, on_delete=models.PROTECT, related_name="register_parts")
    category = models.CharField(max_length=20, choices=Category)
    legal_section = models.CharField(max_length=100, blank=True)
    number_pattern = models.CharField(
        max_length=200,
        blank=True,
        help_text="Regular expression of the council's numbers; a number that differs is kept.",
    )
    number_example = models.CharField(max_length=60, blank=True)
    supervised = models.BooleanField(default=False, help_text="Holders may work only under supervision.")


class PractisingTerm(DatedRow):
    """For how long a practising certificate holds at a council, and what its renewal needs.

    The narrowest row applies: for a profession and a category, before one for the whole council.
    """

    regulator = models.ForeignKey(Regulator, on_delete=models.PROTECT, related_name="practising_terms")
    profession = models.ForeignKey(Profession, on_delete=models.PROTECT, null=True, blank=True)
    category = models.CharField(max_length=20, choices=Category, blank=True)
    kind = models.CharField(max_length=20, choices=TermKind)
    months = models.PositiveSmallIntegerField()
    renewal_deadline = models.CharField(max_length=5, blank=True, help_text="MM-DD of the following year.")
    grace_months = models.PositiveSmallIntegerField(default=0)
    cpd_points = models.PositiveSmallIntegerField(null=True, blank=True)
    cpd_unit = models.CharField(max_length=40, blank=True)
    cpd_per = models.CharField(max_length=20, blank=True)

    class Meta(DatedRow.Meta):
        constraints = [
            *DatedRow.Meta.constraints,
            _one_at_a_time("practising_term_one_at_a_time", "regulator", _or_all("profession"), "category"),
        ]

    def __str__(self) -> str:
        return f"{self.regulator_id} {self.kind} {self.months}"

    def clean(self) -> None:
        if self.profession is not None and self.profession.regulator_id != self.regulator_id:
            raise ValidationError("This profession is another council's.")


class Specialty(ReferenceRow):
    """A field in which a council recognises specialists."""

    regulator = models.ForeignKey(Regulator, on_delete=models.PROTECT, related_name="specialties")
    profession = models.ForeignKey(Profession, on_delete=models.PROTECT, related_name="specialties")

    class Meta(ReferenceRow.Meta):
        verbose_name_plural = "specialties"


class Reason(ReferenceRow):
    """A coded reason: why something happened to a license, to an application, or to a name (rules.ReasonKind)."""

    kind = models.CharField(max_length=20, choices=ReasonKind)


class DocumentType(ReferenceRow):
    """A kind of document that applications may need: a passport photograph, a degree certificate, …"""

    form = models.CharField(max_length=20, choices=DocumentForm, default=DocumentForm.SCAN)
    advice = models.TextField(blank=True, help_text="How it must look, in words for the applicant.")


class _CouncilRule(DatedRow):
    """A rule about one kind of application, for every council or one, for every register part or one."""

    kind = models.CharField(max_length=30, choices=ApplicationKind)
    regulator = models.ForeignKey(Regulator, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    register_part = models.ForeignKey(RegisterPart, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(DatedRow.Meta):
        abstract = True

    def clean(self) -> None:
        if self.register_part is not None and self.regulator_id not in (None, self.register_part.regulator_id):
            raise ValidationError("This part is of another council's register.")

    @property
    def narrowness(self) -> tuple[bool, bool]:
        """How specific the rule is: the narrowest one applies."""
        return self.register_part_id is not None, self.regulator_id is not None


_COUNCIL_RULE = ("kind", _or_all("regulator"), _or_all("register_part"))


class DocumentRequirement(_CouncilRule):
    """A document that an application needs, when, and from whom it must come."""

    document_type = models.ForeignKey(DocumentType, on_delete=models.PROTECT, related_name="requirements")
    necessity = models.CharField(max_length=20, choices=Necessity)
    supplied_by = models.CharField(max_length=20, choices=Supplier, default=Supplier.APPLICANT)

    class Meta(_CouncilRule.Meta):
        constraints = [
            *DatedRow.Meta.constraints,
            _one_at_a_time("document_requirement_one_at_a_time", *_COUNCIL_RULE, "document_type"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.document_type_id}"


class Fee(_CouncilRule):
    """What a council asks for an application of one kind, paid before it is submitted.

    A fee of nothing frees a register part, or a council, from a wider rule's fee.
    """

    amount_kobo = models.BigIntegerField(help_text="In kobo: 100 to the naira. 0: nothing is to be paid.")
    currency = models.CharField(max_length=3, choices=Currency, default=Currency.NAIRA)

    class Meta(_CouncilRule.Meta):
        constraints = [
            *DatedRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount_kobo__gte=0),
                name="fee_is_not_negative",
                violation_error_message="A fee is an amount of kobo, or 0.",
            ),
            _one_at_a_time("fee_one_at_a_time", *_COUNCIL_RULE),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {money(self.amount_kobo, self.currency)}"


class ReviewRule(_CouncilRule):
    """How a council decides an application of one kind."""

    second_officer = models.BooleanField(default=False, help_text="Every decision needs a second officer.")
    issues_certificate = models.BooleanField(
        default=False, help_text="Approval also issues the first practising certificate."
    )
    answer_days = models.PositiveSmallIntegerField(help_text="Days the applicant has to answer a question.")
    reaudit_percent = models.PositiveSmallIntegerField(
        default=2,
        db_default=2,
        help_text="How many decisions in a hundred are drawn for another officer to look at again: 0 to 100.",
    )

    class Meta(_CouncilRule.Meta):
        constraints = [
            *DatedRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(reaudit_percent__lte=100),
                name="review_rule_draws_up_to_a_hundred",
                violation_error_message="Of a hundred decisions 0 to 100 can be drawn.",
            ),
            _one_at_a_time("review_rule_one_at_a_time", *_COUNCIL_RULE),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.regulator_id or 'every council'}"
