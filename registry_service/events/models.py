"""The outbox. It can be added to and read, by nobody changed."""

from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.lookups import Exact

from common.grants import APPEND_ONLY
from common.ids import new_id

# Whatever is about the register itself; applications stand outside of its order.
_OF_THE_REGISTER = r"^ng\.phb\.registry\.(license|register)\."


class OutboxEvent(models.Model):
    """One event, with all that CloudEvents 1.0 wants of it and that is not the same for every one.

    Whoever delivers reads the rows in the order of `id`, in which they were written, and keeps elsewhere what has been
    delivered to whom: ids are given before their transactions end, so that the last one seen says nothing about
    those before it. Whoever wants to know what became of the register from some point on reads in the order of
    `position`, and misses nothing: positions grow in the order in which changes are committed, and the events of one
    have ids in the same order.
    """

    runtime_grants = APPEND_ONLY

    uid = models.UUIDField(
        unique=True, default=new_id, editable=False, help_text="The event's id, as receivers know it."
    )
    type = models.CharField(max_length=100)
    subject = models.CharField(max_length=100, help_text="The id or number of what it happened to.")
    time = models.DateTimeField()
    position = models.BigIntegerField(null=True, help_text="The register's, where the event is about the register.")
    data = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(type__regex=r"^ng\.phb\.registry\.[a-z]+\.[a-z_]+\.v[1-9][0-9]*$"),
                name="event_type_has_a_version",
                violation_error_message="Name what happened to what, and the version of its schema.",
            ),
            models.CheckConstraint(
                condition=~Q(subject=""),
                name="event_says_to_what",
                violation_error_message="Say to what it happened.",
            ),
            models.CheckConstraint(
                condition=Q(type__regex=_OF_THE_REGISTER, position__isnull=False)
                | (~Q(type__regex=_OF_THE_REGISTER) & Q(position__isnull=True)),
                name="event_of_the_register_has_its_position",
                violation_error_message="What happened to the register has a position, and nothing else has.",
            ),
            models.CheckConstraint(
                condition=Exact(
                    Func("data", function="jsonb_typeof", output_field=models.TextField()), Value("object")
                ),
                name="event_data_is_an_object",
                violation_error_message="Data has names.",
            ),
        ]
        indexes = [
            models.Index(fields=["position", "id"], condition=Q(position__isnull=False), name="event_by_position"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"
