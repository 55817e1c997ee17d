"""When a license is asked about again, and why something about an affiliation is refused."""

from datetime import timedelta

from common.errors import DomainError
from license_gate.queries import Outcome

# One question to the registry; a larger hospital asks in parts.
MAX_AT_ONCE = 1000

# After an answer the registry is asked again in a day; without one, soon, and then ever more slowly.
ANSWER_HOLDS = timedelta(days=1)
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=5)
# Longer than a worker may take with what it claimed.
CLAIM_HOLDS = timedelta(minutes=1)


def wait_before_asking_again(outcome: str, unanswered: int) -> timedelta:
    """Return how long to wait after an outcome; `unanswered` counts attempts in a row, this one included."""
    if outcome != Outcome.NOT_ANSWERED:
        return ANSWER_HOLDS
    doublings = min(unanswered - 1, 10)
    return min(FIRST_RETRY * (1 << doublings), LONGEST_RETRY)


class AlreadyAffiliated(DomainError):
    """The hospital has someone with this license."""

    code = "staff_already_affiliated"
    title = "Someone with this license works here already"
    detail = "{license_number} belongs to someone who works at this hospital. End that affiliation first."


class HasLeft(DomainError):
    """The affiliation has ended."""

    code = "staff_has_left"
    title = "This person has left the hospital"
    detail = "The affiliation ended on {left_on}."
