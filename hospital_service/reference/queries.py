"""Look-ups in the reference tables."""

from collections import defaultdict

from reference.models import Lga, State


def state_ids() -> dict[str, int]:
    """Return the internal id of each state by its two-letter code."""
    return dict(State.objects.values_list("code", "id"))


def lga_ids() -> dict[str, int]:
    """Return the internal id of each local government area by its OCHA code."""
    return dict(Lga.objects.values_list("code", "id"))


def lga_codes_by_state() -> dict[str, set[str]]:
    """Return the OCHA codes of the local government areas in each state."""
    codes: dict[str, set[str]] = defaultdict(set)
    for state, code in Lga.objects.values_list("state__code", "code"):
        codes[state].add(code)
    return codes
