"""Hospitals for tests, also those of other modules."""

from itertools import count
from typing import Any

from hospitals.models import Hospital
from reference.models import State

_numbers = count(1)


def make_hospital(**fields: Any) -> Hospital:
    """A general hospital in Niger State."""
    defaults = {"name": f"General Hospital {next(_numbers)}", "facility_type": "General Hospital"}
    state = State.objects.get(code=fields.pop("state", "NI"))
    return Hospital.objects.create(**{**defaults, "level": "secondary", "state": state, **fields})
