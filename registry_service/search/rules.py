"""What may be asked of the public register, and how much of it anyone is told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from common.errors import DomainError, InvalidInput

MAX_QUERY_LENGTH = 200
MAX_TOKENS = 8
# Trigrams find nothing in less.
USEFUL_TOKEN_LENGTH = 3
# What a caller without a token is shown of one search: enough to find a person, too little to copy the register.
ANONYMOUS_RESULTS = 50
NARROW_SEARCH = "There are more. Add a name, or a filter, to narrow the search."

# Below this, a figure about where people live could point at one of them.
SMALLEST_PUBLISHED = 5


class SearchTooBroad(DomainError):
    """Too many names fit for all of them to be read in time; the same search again would take as long.

    `longest_seconds` is how long a search may take.
    """

    code = "search_too_broad"
    status = 422
    title = "The search is too broad"
    detail = (
        "The search was given up after {longest_seconds:g} s. "
        "Add a name, write more letters of one, or choose a profession."
    )


class StatisticsNotReady(DomainError):
    """The figures have never been computed."""

    code = "statistics_not_ready"
    status = 503
    title = "The figures are not ready"
    detail = "The figures are computed for the first time. Ask again in a moment."
    headers = {"Retry-After": "10"}


@dataclass(frozen=True)
class Filters:
    """Codes of the reference tables; an empty one does not filter."""

    profession: str = ""
    regulator: str = ""
    category: str = ""
    state: str = ""
    may_practise: bool | None = None


def looks_like_a_number(text: str) -> bool:
    """Say whether the text may be a license number: names have no digits, and none begins with PHB."""
    return any(symbol.isdigit() for symbol in text) or begins_like_ours(text)


def begins_like_ours(text: str) -> bool:
    """Say whether the text begins as only a number of this register does."""
    return re.sub(r"\W", "", text).upper().startswith("PHB")


def tokens_of(folded: str) -> list[str]:
    """Return the parts of a folded name, each once.

    Raises:
        InvalidInput: there is none of three letters or more, or there are too many.
    """
    tokens = sorted(set(folded.split()))
    if not any(len(token) >= USEFUL_TOKEN_LENGTH for token in tokens):
        raise _unusable("too_short", "Write at least one name, or part of a name, of three letters or more.")
    if len(tokens) > MAX_TOKENS:
        raise _unusable("too_many_words", f"Write at most {MAX_TOKENS} names.")
    return tokens


def _unusable(code: str, problem: str) -> InvalidInput:
    return InvalidInput(errors=[{"pointer": "?q", "code": code, "detail": problem}])


def publishable(counts: Mapping[str | None, int]) -> dict[str | None, int | None]:
    """Return the counts of which none can point at a person; None stands for one that is withheld.

    Small ones are withheld. When that is only one, the total would give it away, so the next
    smallest is withheld with it.
    """
    withheld = {key for key, count in counts.items() if count < SMALLEST_PUBLISHED}
    if len(withheld) == 1 and len(counts) > 1:
        withheld.add(min(counts.keys() - withheld, key=lambda key: (counts[key], key or "")))
    return {key: None if key in withheld else count for key, count in counts.items()}
