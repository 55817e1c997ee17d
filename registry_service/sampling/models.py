"""How far the generated register has come, so that a killed run goes on where it stopped."""

from django.db import models
from django.db.models import Q


class GenerationRun(models.Model):
    """The one row that counts the generated people; each batch moves it in its own transaction."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seed = models.BigIntegerField()
    people_done = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="generation_run_is_one_row")]

    def __str__(self) -> str:
        return f"{self.people_done} people from seed {self.seed}"
