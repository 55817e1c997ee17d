"""Reads of the register that more than one caller needs: `facts` of licenses, and the `people` who hold them."""

from licenses.queries.facts import (
    MAY_PRACTISE,
    MAY_PRACTISE_ONE_BY_ONE,
    STATUS,
    STATUSES,
    LicenseFacts,
    LookUp,
    facts_by_id,
    licenses_of,
    look_up,
    standing_of,
)
from licenses.queries.people import (
    council_number_as_compared,
    council_numbers_of,
    councils_of,
    holders_of_council_numbers,
    holders_of_number,
    license_numbers_of,
    people_with_number,
    person_for,
    replaced_numbers_of,
)

__all__ = [
    "MAY_PRACTISE",
    "MAY_PRACTISE_ONE_BY_ONE",
    "STATUS",
    "STATUSES",
    "LicenseFacts",
    "LookUp",
    "council_number_as_compared",
    "council_numbers_of",
    "councils_of",
    "facts_by_id",
    "holders_of_council_numbers",
    "holders_of_number",
    "license_numbers_of",
    "licenses_of",
    "look_up",
    "people_with_number",
    "person_for",
    "replaced_numbers_of",
    "standing_of",
]
