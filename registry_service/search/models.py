"""What search keeps of its own: the published figures. People and licenses are searched where they are."""

from django.db import models
from django.db.models import Q


class RegisterStatistics(models.Model):
    """The one row of figures about the whole register, and the position up to which they hold."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    computed_at = models.DateTimeField()
    position = models.BigIntegerField()
    basis = models.CharField(
        max_length=32,
        db_default="",
        help_text="Digest of all that the figures follow from; while it is the same, so are they.",
    )
    figures = models.JSONField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="register_statistics_is_one_row")]

    def __str__(self) -> str:
        return f"at position {self.position}"
