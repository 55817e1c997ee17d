"""Who a practitioner is. Birth date, gender, place and contact never appear in a public answer."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat

from changes.models import Recorded
from common.ids import new_id
from practitioners.rules import Gender, NameUse


class Practitioner(models.Model):
    """One person, whatever number of licenses they hold.

    `position` is that of the last change which concerned the person, and so every license they hold. Whoever was
    entered twice is `merged_into` their other entry, which is then the one that counts, and never in chains.
    """

    uid = models.UUIDField(unique=True, default=new_id, editable=False)
    account = models.OneToOneField(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="practitioner"
    )
    birth_date = models.DateField(null=True, blank=True)
    gender = models.CharField(max_length=10, choices=Gender, default=Gender.UNKNOWN)
    state = models.ForeignKey("reference.State", on_delete=models.PROTECT, null=True, blank=True)
    lga = models.ForeignKey("reference.Lga", on_delete=models.PROTECT, null=True, blank=True)
    email = models.CharField(max_length=254, blank=True, default="", db_default="")
    telephone = models.CharField(max_length=40, blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)
    position = models.BigIntegerField(default=0, db_default=0)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, editable=False, db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="practitioner_is_not_merged_into_itself",
            )
        ]
        indexes = [
            models.Index(fields=["birth_date"], name="practitioner_by_birth_date"),
            models.Index(fields=["telephone"], condition=~Q(telephone=""), name="practitioner_by_telephone"),
            models.Index(fields=["email"], condition=~Q(email=""), name="practitioner_by_email"),
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="practitioner_by_merged_into"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class PractitionerMerge(Recorded):
    """That a person was entered twice, and which of the two entries counts; closed when that was a mistake.

    `moved_identifiers` are the ids of the numbers that went over, so that they can go back.
    """

    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="merges", db_index=False)
    into = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+", db_index=False)
    moved_identifiers = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner"],
                condition=Q(recorded__endswith=None),
                name="practitioner_is_merged_once",
                violation_error_message="This entry is merged into another one already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.practitioner_id} is {self.into_id}"


class PractitionerName(Recorded):
    """A name that the person uses, or used before; both are searched, only the first is shown in front."""

    # The index below serves.
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="names", db_index=False)
    use = models.CharField(max_length=10, choices=NameUse)
    title = models.CharField(max_length=40, blank=True)
    surname = models.CharField(max_length=150)
    given_names = models.CharField(max_length=200, blank=True)
    used_until = models.DateField(null=True, blank=True)
    change_reason = models.CharField(max_length=60, blank=True)
    proof = models.ForeignKey(
        "documents.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The document by which the name in use came about, where one was shown.",
    )
    # As names are compared: without case, marks, dots below, hooks or punctuation (phb_fold, migration 0001).
    folded = models.GeneratedField(
        expression=Func(Concat("surname", Value(" "), "given_names"), function="phb_fold"),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner"],
                condition=Q(use=NameUse.OFFICIAL, recorded__endswith=None),
                name="practitioner_has_one_official_name",
                violation_error_message="A practitioner has one name in use.",
            ),
            models.CheckConstraint(
                condition=~Q(surname=""),
                name="practitioner_name_has_surname",
                violation_error_message="Give a surname.",
            ),
        ]
        indexes = [
            models.Index(fields=["practitioner", "use"], name="practitioner_name_by_person"),
            GinIndex(
                OpClass("folded", "gin_trgm_ops"),
                name="practitioner_name_trigrams",
                condition=Q(recorded__endswith=None),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """Given names first, as people are addressed; without the title."""
        return f"{self.given_names} {self.surname}".strip()


class PractitionerDeath(Recorded):
    """The day on which a person died; every license ends on it.

    Migration 0004 refuses a day before the birth.
    """

    # The constraint's index serves.
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="deaths", db_index=False)
    died_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner"],
                condition=Q(recorded__endswith=None),
                name="practitioner_dies_once",
                violation_error_message="A day of death is recorded already.",
            )
        ]

    def __str__(self) -> str:
        return str(self.died_on)


class PractitionerPhotograph(Recorded):
    """How a person looks, as an application showed it."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="photographs", db_index=False)
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner"],
                condition=Q(recorded__endswith=None),
                name="practitioner_has_one_photograph",
            )
        ]

    def __str__(self) -> str:
        return str(self.file_id)


class PractitionerIdentifier(models.Model):
    """A number under which another system knows this person, such as a nurse's PIN at her council."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="identifiers")
    system = models.CharField(max_length=60)
    value = models.CharField(max_length=60, help_text="As the system writes it.")
    # Without case, blanks, slashes, hyphens and dots, as licenses.numbers.council_key compares numbers.
    key = models.GeneratedField(
        expression=Func(
            "value",
            template=r"upper(regexp_replace(%(expressions)s, '[\s\-\u2010-\u2015/\\.]+', '', 'g'))",
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
        help_text="As it is compared.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "key"],
                name="identifier_held_by_one_practitioner",
                violation_error_message="Another practitioner holds this number.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.value}"
