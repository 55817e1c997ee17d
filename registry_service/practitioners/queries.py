"""Reads about people that other modules need."""

from datetime import date
from uuid import UUID

from django.db import connection

from practitioners.models import Practitioner, PractitionerDeath


def folded(name: str) -> str:
    """Return a name as the database compares names: without case, marks, dots below, hooks or punctuation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT phb_fold(%s)", [name])
        return str(cursor.fetchone()[0])


def practitioner_of_account(user_id: UUID) -> int | None:
    """Return the id of the practitioner whose account this is, if any."""
    return Practitioner.objects.filter(account_id=user_id).values_list("id", flat=True).first()


def recorded_death(practitioner_id: int) -> date | None:
    """Return the day of death that the register holds, if any."""
    deaths = PractitionerDeath.objects.current().filter(practitioner_id=practitioner_id)
    return deaths.values_list("died_on", flat=True).first()
