"""Who may be one person, and who sees which merge."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.queries import regulator_of, sees_every_council
from common.errors import NotFound
from duplicates.likeness import Likeness, Record, likeness
from duplicates.models import Merge, MergeQuerySet
from identity.queries import accounts_with_identity, identities_of
from licenses.queries import council_numbers_of, holders_of_council_numbers, person_for
from practitioners.queries import PersonFacts, facts_of_people, how_many_bear, people_who_may_be

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Resembling:
    """Somebody on the register who may be the person in question, and why."""

    person: PersonFacts
    likeness: Likeness


def records_of(ids: Iterable[int]) -> dict[int, tuple[PersonFacts, Record]]:
    """Return what is known of these people, as it is compared."""
    people = facts_of_people(list(ids))
    numbers = council_numbers_of(list(people))
    accounts = [person.account_id for person in people.values() if person.account_id]
    identities = identities_of(accounts)
    return {
        person.id: (
            person,
            Record(
                names=person.names,
                birth_date=person.birth_date,
                gender="" if person.gender == "unknown" else person.gender,
                identity=identities.get(person.account_id, "") if person.account_id else "",
                council_numbers=frozenset(numbers[person.id]),
                telephone=person.telephone,
                email=person.email,
            ),
        )
        for person in people.values()
    }


def who_may_be(record: Record, *, account_id: UUID | None = None) -> set[int]:
    """Return the ids of people on the register who may be this person; `account_id` is the account that is theirs."""
    accounts = accounts_with_identity(record.identity, apart_from=account_id) if record.identity else set()
    found = people_who_may_be(
        names=record.names,
        birth_date=record.birth_date,
        telephone=record.telephone,
        email=record.email,
        accounts=accounts,
    )
    return found | holders_of_council_numbers(record.council_numbers)


def compared(record: Record, people: Mapping[int, tuple[PersonFacts, Record]]) -> list[Resembling]:
    """Return these people, each with how likely they are this person, the likeliest first."""
    bearers = {name.words: count for name in record.names if (count := how_many_bear(name)) is not None}
    found = [Resembling(person, likeness(record, other, bearers)) for person, other in people.values()]
    return sorted(found, key=lambda each: (-each.likeness.score, each.person.id))


def likely(record: Record, people: Mapping[int, tuple[PersonFacts, Record]]) -> list[Resembling]:
    """Return those of these people who are likely this person, the likeliest first."""
    return [each for each in compared(record, people) if each.likeness.is_likely]


def likely_duplicates(user: "User", uid: UUID) -> list[Resembling]:
    """Return who on the register is likely the same person as this one.

    Raises:
        NotFound: there is nobody whom this officer may see.
    """
    person_id = person_for(user, uid)
    (person, record) = records_of([person_id])[person_id]
    others = who_may_be(record, account_id=person.account_id) - {person_id}
    return likely(record, records_of(others))


def merges_for(user: "User") -> MergeQuerySet:
    """Return the merges that concern this officer's council, or all for a national administrator."""
    regulator = regulator_of(user)
    if regulator is None and not sees_every_council(user):
        return Merge.objects.none()
    return Merge.objects.of_council(regulator).select_related(
        "merged", "kept", "reason", "proposed_by", "decided_by", "undone_by"
    )


def merge_for(user: "User", uid: UUID) -> Merge:
    """Return one merge that this officer may see.

    Raises:
        NotFound: there is none that they may see.
    """
    found = merges_for(user).filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found
