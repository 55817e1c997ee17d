"""Figures about decisions: how long councils take, as it is published, and what came of looking at some again.

A council's time is that from submitting to the decision, without the applicant's own.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, Q

from accounts.queries import regulator_of
from applications.models import ProfessionalApplication, Reaudit
from applications.rules import COUNCILS_TURN, REAUDIT_CLOSED, ReauditStatus, Status
from reference.queries import regulator_names

if TYPE_CHECKING:
    from accounts.models import User

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


def reaudit_figures(user: "User", now: datetime) -> list[dict[str, Any]]:
    """Return, for each council by its code, what came of the draw among the decisions of the last year.

    `decided` are those that went into the draw. `waiting` is what nobody has upheld or doubted yet, older ones too.
    Whoever is an officer of a council, or its applicant, is left without its figures: a count that grows by one could
    tell them that a decision of theirs was drawn.
    """
    recent = Q(drawn_at__gte=now - OVER)
    waiting = ~Q(status__in=[ReauditStatus.NOT_DRAWN, *REAUDIT_CLOSED])
    council = "application__register_part__regulator__code"
    counted = Reaudit.objects.filter(recent | waiting).values(council)
    rows = counted.annotate(
        decided=Count("pk", filter=recent),
        drawn=Count("pk", filter=recent & ~Q(status=ReauditStatus.NOT_DRAWN)),
        upheld=Count("pk", filter=recent & Q(status=ReauditStatus.UPHELD)),
        doubted=Count("pk", filter=recent & Q(status=ReauditStatus.DOUBTED)),
        waiting=Count("pk", filter=waiting),
    )
    found = {row.pop(council): row for row in rows}
    none = dict.fromkeys(("decided", "drawn", "upheld", "doubted", "waiting"), 0)
    applied_to = ProfessionalApplication.objects.of_applicant(user.pk).values_list(
        "register_part__regulator__code", flat=True
    )
    kept_back = {regulator_of(user), *applied_to}
    return [{"regulator": code, **found.get(code, none)} for code in regulator_names() if code not in kept_back]
