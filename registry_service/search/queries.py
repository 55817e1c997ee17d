"""Finding licenses by their holders' names, or by their numbers."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import OperationalError, connection, transaction

from common.errors import DomainError
from licenses.queries import MAY_PRACTISE_ONE_BY_ONE, LicenseFacts, facts_by_id, look_up
from practitioners.queries import folded
from reference.queries import register_part_ids, state_id_by_code
from search.models import RegisterStatistics
from search.rules import Filters, SearchTooBroad, StatisticsNotReady, begins_like_ours, looks_like_a_number, tokens_of

# A usual search takes some hundredths of a second in a register of a million. An instance has eight threads, and nobody
# may wait for a verification because eight others search for half of all names.
LONGEST_SEARCH_SECONDS = 2.0
_QUERY_CANCELED = "57014"  # SQLSTATE


@dataclass(frozen=True)
class Place:
    """Where a result stands in the order of results: by folded name, then by license number."""

    key: str
    license_number: str


@dataclass(frozen=True)
class Hit:
    """A license that was found, and the name by which; no name when it was found by its number."""

    place: Place
    license: LicenseFacts
    matched_name: str | None
    is_former_name: bool


# One name of each person that has all tokens in it: the one in use if it has, else the oldest that has.
_BY_NAME = """
    SELECT n.folded COLLATE "C" AS key, n.practitioner_id, n.use,
           concat_ws(' ', nullif(n.given_names, ''), n.surname) AS matched_name
    FROM practitioners_practitionername n
    WHERE upper(n.recorded) IS NULL AND {n_matches}
      AND (n.use = 'official' OR NOT EXISTS (
            SELECT FROM practitioners_practitionername other
            WHERE other.practitioner_id = n.practitioner_id AND upper(other.recorded) IS NULL AND {other_matches}
              AND (other.use = 'official' OR other.id < n.id)))
"""

_BY_NUMBER = """
    SELECT n.folded COLLATE "C" AS key, n.practitioner_id, n.use, NULL AS matched_name
    FROM practitioners_practitionername n
    WHERE n.use = 'official' AND upper(n.recorded) IS NULL AND n.practitioner_id IN (
        SELECT practitioner_id FROM phb_professional_registry WHERE number = ANY(%(numbers)s))
"""

# The names are put in order before their licenses are looked at, so that for a name which
# thousands bear only those of one page are. OFFSET 0 keeps the planner from joining first.
_PAGE = """
    SELECT name.key, l.id, name.use, name.matched_name
    FROM ({names} {key_from} ORDER BY n.folded COLLATE "C" OFFSET 0) name
    JOIN phb_professional_registry l ON l.practitioner_id = name.practitioner_id
    JOIN practitioners_practitioner person ON person.id = l.practitioner_id
    WHERE l.replaced_by_id IS NULL AND {conditions}
    ORDER BY name.key, l.number
    LIMIT %(limit)s
"""


def find_licenses(text: str, filters: Filters, *, day: date, after: Place | None, limit: int) -> list[Hit]:
    """Return up to `limit` licenses after a place in the order; `day` is the one that may_practise is asked for.

    Every word of `text` must be part of one name of the holder, current or former, in any order. A
    license number, ours or a council's, finds that license instead.

    Raises:
        InvalidInput: the text has nothing to search for, or a filter's code does not exist.
        LicenseNumberInvalid: a number of ours that was mistyped.
        SearchTooBroad: it took longer than LONGEST_SEARCH_SECONDS.
    """
    parameters: dict[str, Any] = {"day": day, "limit": limit}
    numbers = _numbers_meant(text)
    if numbers:
        names, conditions = _BY_NUMBER, ["l.number = ANY(%(numbers)s)"]
        parameters["numbers"] = numbers
    else:
        names, conditions = _by_name(tokens_of(folded(text)), parameters), ["true"]
    conditions += _filter_conditions(filters, parameters)
    key_from = ""
    if after is not None:
        key_from = 'AND n.folded COLLATE "C" >= %(after_key)s'
        conditions.append("(name.key, l.number) > (%(after_key)s, %(after_number)s)")
        parameters |= {"after_key": after.key, "after_number": after.license_number}
    statement = _PAGE.format(names=names, key_from=key_from, conditions=" AND ".join(conditions))
    return _hits(_rows_in_time(statement, parameters))


def current_statistics() -> RegisterStatistics:
    """Return the figures that were computed last.

    Raises:
        StatisticsNotReady: they have never been.
    """
    found = RegisterStatistics.objects.first()
    if found is None:
        raise StatisticsNotReady
    return found


def _rows_in_time(statement: str, parameters: dict[str, Any]) -> list[Any]:
    # The bound, and what a broken-off statement leaves behind, end with this transaction; the connection serves on.
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", [int(LONGEST_SEARCH_SECONDS * 1000)])
            cursor.execute(statement, parameters)
            return list(cursor.fetchall())
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == _QUERY_CANCELED:
            raise SearchTooBroad(longest_seconds=LONGEST_SEARCH_SECONDS) from error
        raise


def _numbers_meant(text: str) -> list[str]:
    """Return our numbers of the licenses that the text is a number of."""
    if not looks_like_a_number(text):
        return []
    found = look_up([text])[text]
    if isinstance(found, DomainError):
        if begins_like_ours(text):
            raise found
        return []
    # Of two entries of one person, the one that counts.
    return [facts.replaced_by or facts.number for facts in found.licenses]


def _by_name(tokens: list[str], parameters: dict[str, Any]) -> str:
    # A folded name has no percent sign, underscore or backslash, so a token is a pattern as it stands.
    parameters |= {f"token_{index}": f"%{token}%" for index, token in enumerate(tokens)}
    n_matches, other_matches = (
        " AND ".join(f"{alias}.folded LIKE %(token_{index})s" for index in range(len(tokens)))
        for alias in ("n", "other")
    )
    return _BY_NAME.format(n_matches=n_matches, other_matches=other_matches)


def _filter_conditions(filters: Filters, parameters: dict[str, Any]) -> list[str]:
    conditions = []
    if filters.profession or filters.regulator or filters.category:
        parameters["parts"] = register_part_ids(
            profession=filters.profession, regulator=filters.regulator, category=filters.category
        )
        conditions.append("l.register_part_id = ANY(%(parts)s)")
    if filters.state:
        parameters["state"] = state_id_by_code(filters.state)
        conditions.append("person.state_id = %(state)s")
    if filters.may_practise is not None:
        conditions.append(("" if filters.may_practise else "NOT ") + MAY_PRACTISE_ONE_BY_ONE)
    return conditions


def _hits(rows: list[tuple[str, int, str, str | None]]) -> list[Hit]:
    facts = {license.id: license for license in facts_by_id([row[1] for row in rows])} if rows else {}
    return [
        Hit(
            place=Place(key, facts[license_id].number),
            license=facts[license_id],
            matched_name=matched_name,
            is_former_name=matched_name is not None and use == "old",
        )
        for key, license_id, use, matched_name in rows
    ]
