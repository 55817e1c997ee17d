"""The order of the register's changes, and the rows that a change records, closes, and never rewrites."""

from datetime import datetime, timedelta
from typing import Self, TypeVar

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.fields.ranges import RangeStartsWith
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import ExpressionWrapper, Func, Max, Q, Value
from django.db.models.functions import Greatest

from common.grants import APPEND_ONLY


class RegisterPosition(models.Model):
    """The one row that counts the register's changes, in the order in which they are committed."""

    runtime_grants = ("SELECT", "UPDATE (changed_at, value)")

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


class Until(Func):
    """The given range, closed at an instant."""

    template = "tstzrange(lower(%(expressions)s)"
    arg_joiner = "), "
    output_field = DateTimeRangeField()


_A_MICROSECOND = timedelta(microseconds=1)

R_co = TypeVar("R_co", bound="Recorded", covariant=True)


class RecordedQuerySet(models.QuerySet[R_co]):
    def current(self) -> Self:
        """What the register holds true now."""
        return self.filter(recorded__endswith=None)

    def known_at(self, instant: datetime) -> Self:
        """What the register held true at that instant."""
        return self.filter(recorded__contains=instant)

    def close(self, change_id: int) -> datetime:
        """Close the current ones of these rows, in the change with this id; they stay.

        They are closed at one instant, which is returned: what replaces them begins there, so that at
        no moment both or neither is held true. It is this transaction's time, or just after the
        beginning of the youngest row: that one may have been written in this very transaction, or by
        one which began later and took the lock first.
        """
        youngest = Max(RangeStartsWith("recorded"), output_field=models.DateTimeField())
        at: datetime = self.current().aggregate(
            at=Greatest(
                TransactionNow(),
                ExpressionWrapper(youngest + _A_MICROSECOND, output_field=models.DateTimeField()),
            )
        )["at"]
        self.current().update(recorded=Until("recorded", Value(at)), closed_in=change_id)
        return at


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
