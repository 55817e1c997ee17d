"""Reads about people that other modules need."""

from datetime import date

from django.db import connection

from practitioners.models import PractitionerDeath


def folded(name: str) -> str:
    """Return a name as the database compares names: without case, marks, dots below, hooks or punctuation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT phb_fold(%s)", [name])
        return str(cursor.fetchone()[0])


def recorded_death(practitioner_id: int) -> date | None:
    """Return the day of death that the register holds, if any."""
    deaths = PractitionerDeath.objects.current().filter(practitioner_id=practitioner_id)
    return deaths.values_list("died_on", flat=True).first()
