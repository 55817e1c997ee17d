"""Affiliations. Rows belong to one hospital: row-level security shows them to its members and to the person."""

from collections.abc import Collection

from django.conf import settings
from django.db import connection, models
from django.db.models import F, Q

from common.ids import new_id
from license_gate.queries import LicenseVerification, Outcome, not_asked_yet
from staff.names import share_no_word

_NOTE = """
    UPDATE staff_affiliation AS held
    SET verification_id = noted.verification_id, last_answer_id = noted.last_answer_id, silences = noted.silences,
        verify_next_at = noted.verify_next_at
    FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::int[], %s::timestamptz[])
        AS noted (id, verification_id, last_answer_id, silences, verify_next_at)
    WHERE held.id = noted.id
"""


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    def store_verifications(self, rows: "Collection[Affiliation]") -> None:
        """Store what was noted of the last question about each of these.

        Somebody waits for a round of 1,000: `bulk_update` takes more than a second to write the statement.
        """
        members = ("id", "verification_id", "last_answer_id", "unanswered", "verify_next_at")
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, [[getattr(row, member) for row in rows] for member in members])


class Affiliation(models.Model):
    """A person who works at a hospital, under the license that they claim."""

    LONGEST_KEY = 60

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    hospital = models.ForeignKey(
        "hospitals.Hospital", on_delete=models.PROTECT, related_name="affiliations", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="affiliations",
        help_text="The person's own account, where there is one.",
    )
    full_name = models.CharField(max_length=200)
    job_title = models.CharField(max_length=100)
    license_number = models.CharField(max_length=60, help_text="As the person gave it.")
    license_key = models.CharField(max_length=LONGEST_KEY, help_text="The number as it is compared.")
    regulator = models.CharField(max_length=60, blank=True, help_text="Tells a council's number from another's.")
    register = models.CharField(max_length=60, blank=True)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    verification = models.ForeignKey(
        "license_gate.LicenseVerification", on_delete=models.PROTECT, null=True, related_name="+"
    )
    last_answer = models.ForeignKey(
        "license_gate.LicenseVerification",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The latest verification that the registry answered, whatever became of later questions.",
    )
    verify_next_at = models.DateTimeField(help_text="When the worker asks the registry next.")
    unanswered = models.PositiveIntegerField(
        default=0,
        # The column keeps its first name, which instances of an older version read and write.
        db_column="silences",
        help_text="Attempts in a row to ask the registry that brought no answer.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "license_key", "regulator", "register"],
                condition=Q(left_on=None),
                name="affiliation_once_per_hospital_and_license",
                violation_error_message="Someone with this license works at this hospital already.",
            ),
            models.CheckConstraint(
                condition=Q(left_on__gte=F("joined_on")),
                name="affiliation_ends_after_it_begins",
                violation_error_message="Nobody leaves before they join.",
            ),
        ]
        indexes = [
            models.Index(fields=["hospital", "id"], name="affiliation_by_hospital"),
            models.Index(fields=["verify_next_at"], condition=Q(left_on=None), name="affiliation_due"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def name_differs(self) -> bool | None:
        """Whether the license's record, as the register gave it last, bears no word of this person's name.

        None while there is no record to compare. It points at licenses that may be another person's, for somebody
        to look at; names are written in too many ways for a program to refuse one.
        """
        holder = self.last_answer.holder_name if self.last_answer else ""
        return share_no_word(self.full_name, holder)

    @property
    def outcome(self) -> str:
        """What came of the latest attempt to ask about the license: not answered, too, where none could be made."""
        return self._heard_of.outcome if self._heard_of else Outcome.NOT_ANSWERED

    @property
    def detail(self) -> str:
        """The outcome as a sentence for the person at the screen."""
        return self._heard_of.detail if self._heard_of else not_asked_yet(was_tried=self.unanswered > 0)

    @property
    def _heard_of(self) -> LicenseVerification | None:
        """The verification of the latest attempt; None where there was no attempt, or nothing could be sent at it."""
        latest = self.verification
        # Such an attempt is counted, and leaves the stored verification as it was.
        was_not_sent = latest and self.unanswered > 0 and latest.outcome != Outcome.NOT_ANSWERED
        return None if was_not_sent else latest
