"""How long councils take, as it is published: from submitting to the decision, without the applicant's own time."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from applications.rules import COUNCILS_TURN, Status

OVER = timedelta(days=365)
FEWEST = 5
"""Decisions in the year: a median of fewer would tell of single applicants."""

_MEDIANS = """
    WITH step AS (
        SELECT t.application_id, t.to_status, t.at,
               lead(t.at) OVER (PARTITION BY t.application_id ORDER BY t.id) AS until
        FROM applications_applicationtransition t
        JOIN professional_applications a ON a.id = t.application_id
        WHERE a.status = ANY(%(decided)s) AND a.decided_at >= %(since)s
    ), turn AS (
        SELECT application_id, sum(until - at) AS taken FROM step
        WHERE to_status = ANY(%(turns)s) GROUP BY application_id
    )
    SELECT profession.code, count(*),
           extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY turn.taken))::bigint
    FROM turn
    JOIN professional_applications a ON a.id = turn.application_id
    JOIN reference_registerpart part ON part.id = a.register_part_id
    JOIN reference_profession profession ON profession.id = part.profession_id
    GROUP BY profession.code HAVING count(*) >= %(fewest)s
    ORDER BY profession.code
"""


def processing_times(now: datetime) -> list[dict[str, Any]]:
    """Return, for each profession, how many applications were decided in the last year, and the median time.

    The time is the council's own, in seconds; professions with few decisions are left out.
    """
    parameters: dict[str, Any] = {
        "decided": [Status.APPROVED.value, Status.REJECTED.value],
        "turns": [status.value for status in COUNCILS_TURN],
        "since": now - OVER,
        "fewest": FEWEST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MEDIANS, parameters)
        return [
            {"profession": profession, "decided": decided, "median_seconds": median}
            for profession, decided, median in cursor.fetchall()
        ]
