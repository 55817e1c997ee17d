"""Reads about people that other modules need."""

from django.db import connection


def folded(name: str) -> str:
    """Return a name as the database compares names: without case, marks, dots below, hooks or punctuation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT phb_fold(%s)", [name])
        return str(cursor.fetchone()[0])
