"""Which licenses and numbers a person has, and who may see whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.queries import regulator_of, sees_every_council
from common.errors import NotFound
from licenses.models import PHBProfessionalRegistry
from licenses.numbers import council_key
from licenses.queries.facts import LookUp, look_up
from practitioners.queries import practitioner_by_uid

if TYPE_CHECKING:
    from accounts.models import User


def councils_of(practitioner_id: int) -> set[str]:
    """Return the codes of the councils that have registered this person."""
    held = PHBProfessionalRegistry.objects.filter(practitioner_id=practitioner_id)
    return set(held.values_list("register_part__regulator__code", flat=True))


def person_for(user: "User", uid: UUID) -> int:
    """Return the id of a person whom this officer's council has registered; of two entries, of the one that counts.

    Raises:
        NotFound: there is nobody whom they may see.
    """
    person_id = practitioner_by_uid(uid)
    if person_id is None or not (sees_every_council(user) or regulator_of(user) in councils_of(person_id)):
        raise NotFound
    return person_id


def people_with_number(user: "User", number: str) -> list[int]:
    """Return the ids of those whose license number this is, ours or a council's, as far as an officer sees them."""
    holders = sorted(holders_of_number(number))
    if sees_every_council(user):
        return holders
    regulator = regulator_of(user)
    return [holder for holder in holders if regulator in councils_of(holder)]


def license_numbers_of(practitioner_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the numbers of the licenses that these people hold or held, the oldest first."""
    found: dict[int, list[str]] = defaultdict(list)
    held = PHBProfessionalRegistry.objects.filter(practitioner_id__in=practitioner_ids, replaced_by=None)
    for practitioner_id, number in held.order_by("id").values_list("practitioner_id", "number"):
        found[practitioner_id].append(number)
    return found


def holders_of_number(number: str, register_part: str = "") -> set[int]:
    """Return the ids of those whose license number this is, ours or a council's, in one part of the register or all."""
    found = look_up([number])[number]
    licenses = found.licenses if isinstance(found, LookUp) else []
    numbers = [facts.replaced_by or facts.number for facts in licenses if register_part in ("", facts.register_part)]
    held = PHBProfessionalRegistry.objects.filter(number__in=numbers)
    return set(held.values_list("practitioner_id", flat=True))


def replaced_numbers_of(practitioner_id: int) -> dict[str, str]:
    """Return the license numbers that another one of this person replaces, each with that one."""
    replaced = PHBProfessionalRegistry.objects.filter(replaced_by__practitioner_id=practitioner_id)
    return dict(replaced.order_by("number").values_list("number", "replaced_by__number"))


def council_number_as_compared(number: str) -> str:
    """Return a council's number as numbers are compared: without case, blanks, slashes and the like."""
    return council_key(number)


def council_numbers_of(practitioner_ids: Collection[int]) -> dict[int, set[tuple[str, str]]]:
    """Return the councils' own numbers of these people, as they are compared, each with its council's code."""
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    held = PHBProfessionalRegistry.objects.filter(practitioner_id__in=practitioner_ids).exclude(regulator_number_key="")
    fields = ("practitioner_id", "register_part__regulator__code", "regulator_number_key")
    for practitioner_id, regulator, key in held.values_list(*fields):
        found[practitioner_id].add((regulator, key))
    return found


def holders_of_council_numbers(numbers: Iterable[tuple[str, str]]) -> set[int]:
    """Return the ids of the people who hold these numbers of councils, as they are compared."""
    wanted = set(numbers)
    held = PHBProfessionalRegistry.objects.filter(regulator_number_key__in={key for _, key in wanted} - {""})
    fields = ("practitioner_id", "register_part__regulator__code", "regulator_number_key")
    return {holder for holder, regulator, key in held.values_list(*fields) if (regulator, key) in wanted}
