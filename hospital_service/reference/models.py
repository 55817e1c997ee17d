"""Places, with the codes that others know them by."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


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
        constraints = [models.UniqueConstraint(fields=["state", "name"], name="lga_name_once_per_state")]

    def __str__(self) -> str:
        return self.name
