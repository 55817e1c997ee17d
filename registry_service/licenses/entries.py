"""One person's entry in the register: who they are, and every license that they hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from common.errors import NotFound
from licenses.queries import LicenseFacts, licenses_of, replaced_numbers_of
from practitioners.queries import NameFacts, facts_of_people, names_of, photograph_of, practitioner_of_account


@dataclass(frozen=True)
class Entry:
    """What the register holds about a person, for themselves and for officers of their councils."""

    id: UUID
    names: Sequence[NameFacts]
    birth_date: date | None
    gender: str
    telephone: str
    email: str
    has_photograph: bool
    licenses: Sequence[LicenseFacts]
    replaced_numbers: Mapping[str, str] = field(default_factory=dict)


def entry_of(practitioner_id: int) -> Entry:
    """Return a person's entry. Whether somebody may see it is for the caller to say."""
    person = facts_of_people([practitioner_id])[practitioner_id]
    return Entry(
        id=person.uid,
        names=names_of(practitioner_id),
        birth_date=person.birth_date,
        gender=person.gender,
        telephone=person.telephone,
        email=person.email,
        has_photograph=photograph_of(practitioner_id) is not None,
        licenses=licenses_of(practitioner_id),
        replaced_numbers=replaced_numbers_of(practitioner_id),
    )


def entry_of_account(account_id: UUID) -> int:
    """Return the id of the person whose account this is.

    Raises:
        NotFound: whoever has it is not in the register, or the register does not know that they are.
    """
    practitioner_id = practitioner_of_account(account_id)
    if practitioner_id is None:
        raise NotFound
    return practitioner_id
