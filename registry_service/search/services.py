"""Computing the published figures."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from applications.figures import processing_times
from common.clock import day_in_lagos
from licenses.queries import MAY_PRACTISE, STATUS
from search.models import RegisterStatistics
from search.rules import publishable

# All that the figures follow from, as one short text: how they are counted (the number in front, which grows when that
# changes), the day, what the register and the applications have come to, and the codes of the reference data that are
# counted by, which no position counts.
_BASIS = """
    md5(concat_ws(' ', 3, %(day)s::date, (SELECT value FROM changes_registerposition),
        (SELECT max(id) FROM applications_applicationtransition),
        (SELECT jsonb_agg(jsonb_build_array(part.id, profession.code, regulator.code) ORDER BY part.id)
         FROM reference_registerpart part
         JOIN reference_profession profession ON profession.id = part.profession_id
         JOIN reference_regulator regulator ON regulator.id = part.regulator_id),
        (SELECT jsonb_agg(jsonb_build_array(id, code) ORDER BY id) FROM reference_state)))
"""

_STILL_HOLD = f"UPDATE search_registerstatistics SET computed_at = %(now)s WHERE basis = {_BASIS}"  # noqa: S608 -- constants

# One statement, so that all figures, the position and the basis are of one moment.
_COUNTS = f"""
    WITH standing AS (
        SELECT part.regulator_id, part.profession_id, person.state_id,
               {STATUS} AS status, {MAY_PRACTISE} AS may_practise
        FROM phb_professional_registry l
        JOIN reference_registerpart part ON part.id = l.register_part_id
        JOIN practitioners_practitioner person ON person.id = l.practitioner_id
        WHERE l.replaced_by_id IS NULL
    ), kinds AS (
        SELECT regulator_id, profession_id, status, may_practise, count(*) AS licenses
        FROM standing GROUP BY regulator_id, profession_id, status, may_practise
    ), residents AS (
        SELECT state_id, count(*) AS licenses FROM standing WHERE may_practise GROUP BY state_id
    )
    SELECT counter.value, {_BASIS},
           (SELECT count(DISTINCT practitioner_id) FROM phb_professional_registry WHERE replaced_by_id IS NULL),
           (SELECT jsonb_agg(jsonb_build_object(
                       'profession', profession.code, 'regulator', regulator.code, 'status', k.status,
                       'may_practise', k.may_practise, 'licenses', k.licenses)
                   ORDER BY profession.code, regulator.code, k.status, k.may_practise)
            FROM kinds k
            JOIN reference_profession profession ON profession.id = k.profession_id
            JOIN reference_regulator regulator ON regulator.id = k.regulator_id)::text,
           (SELECT jsonb_agg(jsonb_build_array(state.code, coalesce(r.licenses, 0)) ORDER BY state.code)
            FROM reference_state state FULL JOIN residents r ON r.state_id = state.id)::text
    FROM changes_registerposition counter
"""  # noqa: S608 -- put together from constants


def keep_statistics_current(now: datetime) -> None:
    """See that the stored figures are those of now; they are computed only where they can have changed."""
    with connection.cursor() as cursor:
        cursor.execute(_STILL_HOLD, {"now": now, "day": day_in_lagos(now)})
        still_hold = cursor.rowcount == 1
    if not still_hold:
        refresh_statistics(now)


def refresh_statistics(now: datetime) -> RegisterStatistics:
    """Compute the figures of the whole register for the day in Lagos, and store them for everyone to read.

    It reads the whole register, which takes seconds with a million people in it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"day": day_in_lagos(now)})
        position, basis, people, kinds, states = cursor.fetchone()
    figures = {
        **_figures(people, json.loads(kinds or "[]"), json.loads(states or "[]")),
        "processing": processing_times(now),
    }
    statistics, _ = RegisterStatistics.objects.update_or_create(
        pk=1, defaults={"computed_at": now, "position": position, "basis": basis, "figures": figures}
    )
    return statistics


def _figures(people: int, kinds: list[dict[str, Any]], states: list[tuple[str | None, int]]) -> dict[str, Any]:
    """Arrange the counts as they are published (search.api.serializers describes them).

    Status and profession of every license can be looked up one by one, so their figures disclose
    nothing. Where a person lives cannot, so each state has one figure, and a small one is withheld.
    """
    regulators = sorted({kind["regulator"] for kind in kinds})
    by_regulator = [[kind for kind in kinds if kind["regulator"] == code] for code in regulators]
    residents = publishable(dict(states))
    return {
        "totals": {"people": people, **_totals(kinds)},
        "professions": kinds,
        "regulators": [{"regulator": code, **_totals(own)} for code, own in zip(regulators, by_regulator, strict=True)],
        "states": [{"state": code, "may_practise": count} for code, count in residents.items()],
    }


def _totals(kinds: Iterable[dict[str, Any]]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for kind in kinds:
        counts["licenses"] += kind["licenses"]
        counts[kind["status"]] += kind["licenses"]
        counts["may_practise"] += kind["licenses"] * kind["may_practise"]
    return {name: counts[name] for name in ("licenses", "may_practise", "registered", "suspended", "removed")}
