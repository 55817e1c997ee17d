"""A provider that lives in this process, for a machine without one: it knows whoever its numbers name."""

import re
from datetime import date, timedelta

from identity.providers.interface import Person

_PEOPLE = (
    ("Ògúnyẹmí", "Adébáyọ̀ Samuel", "male"),
    ("Okafor", "Adaeze Ngozi", "female"),
    ("Ọláńrewájú", "Adétóún Grace", "female"),
    ("Abdullahi", "Hauwa Maryam", "female"),
)
_KNOWN = re.compile(r"[A-Z]{2}([0-9]{4})([0-9]{8})[A-Z]{2}")
_FIRST_DAY = date(1960, 1, 1)


class FakeProvider:
    """Numbers with the same eight digits at the end are one person's; those that begin with XX are nobody's.

    The first four of the twelve digits only make the numbers differ, as each new virtual NIN does: AB000119960417CD and
    QQ000219960417ZZ are the same person's, who was born on 17 April 1996 where the eight digits are a day.
    """

    name = "fake"

    def look_up(self, virtual_nin: str) -> Person | None:
        found = _KNOWN.fullmatch(virtual_nin)
        if found is None or virtual_nin.startswith("XX"):
            return None
        digits = found[2]
        surname, given_names, gender = _PEOPLE[int(digits) % len(_PEOPLE)]
        return Person(f"FAKE-{digits}", surname, given_names, _born(digits), gender)


def _born(digits: str) -> date:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return _FIRST_DAY + timedelta(days=int(digits) % 15_000)
