"""Reads about people that other modules need."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Coalesce

from practitioners.models import Practitioner, PractitionerDeath, PractitionerName, PractitionerPhotograph
from practitioners.names import Name, spellings

if TYPE_CHECKING:
    from documents.models import StoredFile

# Undated people with two words of a name are looked at up to so many: a name that thousands bear says nothing.
MOST_UNDATED = 200
_WORDS_COMPARED = 3


@dataclass(frozen=True)
class PersonFacts:
    """What the register holds about one person, for whoever may know it; the name in use comes first."""

    id: int
    uid: UUID
    account_id: UUID | None
    birth_date: date | None
    gender: str
    telephone: str
    email: str
    names: tuple[Name, ...]


@dataclass(frozen=True)
class NameFacts:
    """A name that a person uses or used, with why and until when."""

    use: str
    title: str
    surname: str
    given_names: str
    used_until: date | None
    change_reason: str


def names_of(practitioner_id: int) -> list[NameFacts]:
    """Return every name of a person, the one in use first, then the newest of the others."""
    rows = PractitionerName.objects.current().filter(practitioner_id=practitioner_id).order_by("use", "-id")
    fields = ("use", "title", "surname", "given_names", "used_until", "change_reason")
    return [NameFacts(*row) for row in rows.values_list(*fields)]


def photograph_of(practitioner_id: int) -> "StoredFile | None":
    """Return the file of a person's photograph, if there is one."""
    current = PractitionerPhotograph.objects.current().filter(practitioner_id=practitioner_id)
    found = current.select_related("file").first()
    return found.file if found else None


def folded(name: str) -> str:
    """Return a name as the database compares names: without case, marks, dots below, hooks or punctuation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT phb_fold(%s)", [name])
        return str(cursor.fetchone()[0])


def practitioner_of_account(user_id: UUID) -> int | None:
    """Return the id of the practitioner whose account this is, if any; of two entries, that of the one that counts."""
    entry = Practitioner.objects.filter(account_id=user_id).values_list(Coalesce("merged_into_id", "id"), flat=True)
    return entry.first()


def practitioner_by_uid(uid: UUID) -> int | None:
    """Return the id of the practitioner whose uid this is, if any; of two entries, that of the one that counts."""
    return Practitioner.objects.filter(uid=uid).values_list(Coalesce("merged_into_id", "id"), flat=True).first()


def recorded_death(practitioner_id: int) -> date | None:
    """Return the day of death that the register holds, if any."""
    deaths = PractitionerDeath.objects.current().filter(practitioner_id=practitioner_id)
    return deaths.values_list("died_on", flat=True).first()


def facts_of_people(ids: Collection[int]) -> dict[int, PersonFacts]:
    """Return what the register holds about these people, in two statements; an entry that was merged is left out."""
    names: dict[int, list[Name]] = defaultdict(list)
    rows = PractitionerName.objects.current().filter(practitioner_id__in=ids)
    # "official" comes before "old" in the alphabet.
    for person_id, surname, given_names, title in rows.order_by("use", "-id").values_list(
        "practitioner_id", "surname", "given_names", "title"
    ):
        names[person_id].append(Name(surname, given_names, title))
    fields = ("id", "uid", "account_id", "birth_date", "gender", "telephone", "email")
    people = Practitioner.objects.filter(id__in=ids, merged_into=None).values(*fields)
    return {row["id"]: PersonFacts(**row, names=tuple(names[row["id"]])) for row in people}


def people_who_may_be(
    *,
    names: Iterable[Name],
    birth_date: date | None,
    telephone: str = "",
    email: str = "",
    accounts: Collection[UUID] = (),
) -> set[int]:
    """Return the ids of people who may be this person: by birth date, contact or account, or, undated, by name.

    A day and a month may be swapped. The words of a name may be spelled otherwise; two of them must be there.
    """
    found: set[int] = set()
    by_fact = _born_on(birth_date) | Q(account_id__in=accounts)
    if telephone:
        by_fact |= Q(telephone=telephone)
    if email:
        by_fact |= Q(email=email)
    found.update(Practitioner.objects.filter(by_fact).values_list("id", flat=True))
    for name in names:
        found.update(_undated_people_called(name))
    return found


def _born_on(day: date | None) -> Q:
    if day is None:
        return Q(pk=None)
    days = {day}
    if day.day <= 12:
        days.add(date(day.year, day.day, day.month))
    return Q(birth_date__in=days)


def _undated_people_called(name: Name) -> set[int]:
    words = spellings(name)[:_WORDS_COMPARED]
    pairs = list(combinations([rf"\m({'|'.join(sorted(word))})\M" for word in words], 2))
    if not pairs:
        return set()
    either = Q()
    for one, other in pairs:
        either |= Q(folded__regex=one) & Q(folded__regex=other)
    rows: Any = PractitionerName.objects.current().filter(either, practitioner__birth_date=None)
    return set(rows.values_list("practitioner_id", flat=True)[:MOST_UNDATED])
