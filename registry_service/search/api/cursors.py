"""Cursors of search results: signed, so that nobody can write one that starts the count anew.

They hold what the caller was shown already, and nothing else.
"""

import hashlib
import json
from dataclasses import asdict, dataclass

from django.core import signing

from common.errors import InvalidInput
from search.queries import Place
from search.rules import Filters

_SALT = "search.cursor"


@dataclass(frozen=True)
class Cursor:
    """The last result that the caller was shown, and how many that made."""

    place: Place | None
    shown: int


def write_cursor(cursor: Cursor, *, question: str) -> str:
    """Return the cursor as text; it holds for that question only."""
    place = cursor.place and [cursor.place.key, cursor.place.license_number]
    return signing.dumps([place, cursor.shown, question], salt=_SALT)


def read_cursor(text: str, *, question: str) -> Cursor:
    """Return what `write_cursor` wrote.

    Raises:
        InvalidInput: it was not written here, or for another question.
    """
    try:
        place, shown, written_for = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        written_for = None
    if written_for != question:
        problem = "This cursor was not made here for this search. Start again without it."
        raise InvalidInput(errors=[{"pointer": "?cursor", "code": "invalid", "detail": problem}])
    return Cursor(place=place and Place(*place), shown=shown)


def question_of(text: str, filters: Filters) -> str:
    """Return a short text that is the same for the same search only."""
    canonical = json.dumps([text, asdict(filters)], sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
