"""People for tests, also those of other modules."""

from datetime import date
from typing import Any

from changes.tests.factories import change
from practitioners.models import Practitioner
from practitioners.services import add_practitioner


def make_person(surname: str = "Okafor", given_names: str = "Adaeze", **details: Any) -> Practitioner:
    """A person with a birth date and a gender, so that tests see whether they are given away."""
    details = {"birth_date": date(1988, 4, 17), "gender": "female", **details}
    with change() as opened:
        return add_practitioner(opened, surname=surname, given_names=given_names, **details)
