"""The order of the register's changes, and the rows that a change records, closes, and never rewrites."""

from datetime import datetime
from typing import Self, TypeVar

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Func, Q, Value

from common.grants import APPEND_ONLY


class RegisterPosition(models.Model):
    """The one row that counts the register's changes, in the order in which they are committed."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    value = models.BigIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="register_position_is_one_row")]

    def __str__(self) -> str:
        return str(self.value)


class RecordedChange(models.Model):
    """One change of the register: everything that was entered, corrected or ended together.

    The first, at position 0, is the empty register.
    """

    runtime_grants = APPEND_ONLY

    position = models.BigIntegerField(unique=True)
    actor = models.CharField(max_length=100, help_text="Who: a user, a command, or a list that was imported.")
    reason = models.TextField(help_text="Why, for whoever asks later.")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.position}: {self.actor}, {self.reason}"


class UntilNow(Func):
    """The given range, closed at this transaction's time.

    Never at or before its start: that would be the range of no time at all, whose end is as null as
    one that is still open. It happens to a row of the same transaction, and to one that was written
    by a transaction which began later and took the lock first.
    """

    template = "tstzrange(lower(%(expressions)s), greatest(now(), lower(%(expressions)s) + interval '1 microsecond'))"
    output_field = DateTimeRangeField()


R_co = TypeVar("R_co", bound="Recorded", covariant=True)


class RecordedQuerySet(models.QuerySet[R_co]):
    def current(self) -> Self:
        """What the register holds true now."""
        return self.filter(recorded__endswith=None)

    def known_at(self, instant: datetime) -> Self:
        """What the register held true at that instant."""
        return self.filter(recorded__contains=instant)

    def close(self, change_id: int) -> int:
        """Close the current ones of these rows, in the change with this id; they stay. Returns how many."""
        return self.current().update(recorded=UntilNow("recorded"), closed_in=change_id)


class Recorded(models.Model):
    """A fact with two clocks: it says itself for which days it holds; `recorded`, while the register held it true.

    A row is never rewritten: a correction closes it and adds another, so what the register said at
    any past moment can still be asked, and who made it say so.
    """

    runtime_grants = ("SELECT", "INSERT", "UPDATE (closed_in_id, recorded)")

    recorded = DateTimeRangeField(
        db_default=Func(TransactionNow(), Value(None), function="tstzrange", output_field=DateTimeRangeField())
    )
    recorded_in = models.ForeignKey(RecordedChange, on_delete=models.PROTECT, related_name="+", db_index=False)
    closed_in = models.ForeignKey(
        RecordedChange, on_delete=models.PROTECT, related_name="+", db_index=False, null=True, editable=False
    )

    objects = RecordedQuerySet.as_manager()

    class Meta:
        abstract = True
