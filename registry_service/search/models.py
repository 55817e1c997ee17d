"""What search keeps of its own: the published figures. People and licenses are searched where they are."""

from django.db import models
from django.db.models import Q


class RegisterStatistics(models.Model):
    """The one row of figures about the whole register, and the position up to which they hold."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    computed_at = models.DateTimeField()
    position = models.BigIntegerField()
    figures = models.JSONField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="register_statistics_is_one_row")]

    def __str__(self) -> str:
        return f"at position {self.position}"
