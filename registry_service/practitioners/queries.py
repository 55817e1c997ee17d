"""Reads about people that other modules need."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, Length, Replace

from practitioners.models import Practitioner, PractitionerDeath, PractitionerName, PractitionerPhotograph
from practitioners.names import Name, spellings
from practitioners.rules import NameUse

if TYPE_CHECKING:
    from documents.models import StoredFile

# Undated people with two words of a name are looked at up to so many: a name that thousands bear says nothing.
MOST_UNDATED = 200
# A whole name that so many bear is no rare one.
MOST_NAMESAKES = 64
_WORDS_COMPARED = 3
_MONTHS = 12


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


def full_names_of(practitioner_ids: Collection[int]) -> dict[int, str]:
    """Return the names that these people use, given names first."""
    used = PractitionerName.objects.current().filter(practitioner_id__in=practitioner_ids, use=NameUse.OFFICIAL)
    return {name.practitioner_id: name.full_name for name in used}


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


def practitioners_of_accounts(account_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return the ids of the practitioners whose accounts these are; of two entries, that of the one that counts."""
    entries = Practitioner.objects.filter(account_id__in=account_ids)
    return dict(entries.values_list("account_id", Coalesce("merged_into_id", "id")))


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
    """Return the ids of people who may be this person: by birth date, contact, account or name.

    A day and a month may be swapped. A whole name that few bear is enough. The words of the name of somebody of whom
    no birth date is known may be spelled otherwise; two of them must be there.
    """
    found: set[int] = set()
    by_fact = Q(account_id__in=accounts)
    if birth_date is not None:
        by_fact |= Q(birth_date__in=birth_dates_meant(birth_date))
    if telephone:
        by_fact |= Q(telephone=telephone)
    if email:
        by_fact |= Q(email=email)
    found.update(Practitioner.objects.filter(by_fact).values_list("id", flat=True))
    for name in names:
        found.update(_undated_people_called(name))
        namesakes = _namesakes(name)
        if len(namesakes) < MOST_NAMESAKES:
            found |= namesakes
    return found


def how_many_bear(name: Name) -> int | None:
    """Return how many people on the register have all words of this name and no other; None: too many to be counted."""
    count = len(_namesakes(name))
    return count if count < MOST_NAMESAKES else None


def birth_dates_meant(day: date) -> set[date]:
    """Return the days that somebody may mean by a birth date: it, and it with day and month swapped."""
    return {day, date(day.year, day.day, day.month)} if day.day <= _MONTHS else {day}


def _namesakes(name: Name) -> set[int]:
    """Return the ids of people with all words of this name and no other, in any order; at most MOST_NAMESAKES."""
    if len(name.words) < 2:
        return set()
    rows: Any = PractitionerName.objects.current().filter(practitioner__merged_into=None)
    for word in sorted(name.words):
        rows = rows.filter(folded__regex=rf"\m{word}\M")
    rows = rows.annotate(words=Length("folded") - Length(Replace("folded", Value(" "), Value(""))) + 1)
    rows = rows.filter(words=len(name.words))
    return set(rows.values_list("practitioner_id", flat=True).distinct()[:MOST_NAMESAKES])


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
