"""People as a list finds them: read and locked by the batch, changed in memory, and written back in few statements."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from changes.services import RegisterChange
from common.ids import new_id
from practitioners.bulk import DeathRow, IdentifierRow, NameRow, PersonRow, copy_people, reserve_people_ids
from practitioners.models import Practitioner, PractitionerDeath, PractitionerIdentifier, PractitionerName
from practitioners.names import Name
from practitioners.rules import Gender, NameUse

_FACTS = ("birth_date", "gender", "state_id", "email", "telephone")


@dataclass
class Person:
    """A person as the register holds them, or shall hold them; `id` is 0 until it does."""

    name: Name
    former: list[Name] = field(default_factory=list)
    identifiers: dict[str, str] = field(default_factory=dict)
    birth_date: date | None = None
    gender: str = Gender.UNKNOWN
    died_on: date | None = None
    state_id: int | None = None
    email: str = ""
    telephone: str = ""
    id: int = 0

    @property
    def all_names(self) -> list[Name]:
        """The name in use, then those used before."""
        return [self.name, *self.former]

    def rename(self, name: Name) -> None:
        """Put a name in use; the one before becomes a former name."""
        before = replace(self.name, title="")
        self.former = [former for former in [*self.former, before] if former.key != name.key]
        self.name = replace(name, title=name.title or self.name.title)

    def add_former(self, name: Name) -> bool:
        """Add a former name; false when the person is known by it already."""
        known = {other.key for other in self.all_names}
        if name.key not in known:
            self.former.append(name)
        return name.key not in known


@dataclass
class Found:
    """A person of the register with what was read, so that only what changed is written."""

    person: Person
    before: Person
    name_ids: dict[tuple[str, str], int]

    @property
    def is_public_change(self) -> bool:
        """Whether something changed that shows in an answer, a search (by state too) or the published figures."""
        return _shown(self.person) != _shown(self.before)


def holders_of(system: str, keys: Iterable[str]) -> dict[str, int]:
    """Return who holds which of these numbers, as they are compared."""
    held = PractitionerIdentifier.objects.filter(system=system, key__in=list(keys))
    return dict(held.values_list("key", "practitioner_id"))


def lock_people(ids: Iterable[int]) -> dict[int, Found]:
    """Lock these people in the order of their ids, then read them."""
    rows = Practitioner.objects.filter(id__in=list(ids)).order_by("id").select_for_update(no_key=True)
    people = {row["id"]: Person(Name(""), **row) for row in rows.values("id", *_FACTS)}
    name_ids = _read_names(people)
    deaths = PractitionerDeath.objects.current().filter(practitioner_id__in=people)
    for person_id, died_on in deaths.values_list("practitioner_id", "died_on"):
        people[person_id].died_on = died_on
    identifiers = PractitionerIdentifier.objects.filter(practitioner_id__in=people)
    for person_id, system, value in identifiers.values_list("practitioner_id", "system", "value"):
        people[person_id].identifiers[system] = value
    return {person.id: Found(person, _copy(person), name_ids[person.id]) for person in people.values()}


def _read_names(people: dict[int, Person]) -> dict[int, dict[tuple[str, str], int]]:
    """Give people their names, and return the row of each name."""
    name_ids: dict[int, dict[tuple[str, str], int]] = {person_id: {} for person_id in people}
    rows = PractitionerName.objects.current().filter(practitioner_id__in=people).order_by("id")
    fields = ("practitioner_id", "id", "use", "surname", "given_names", "title")
    for person_id, row_id, use, surname, given_names, title in rows.values_list(*fields):
        name = Name(surname, given_names, title)
        name_ids[person_id][name.key] = row_id
        if use == NameUse.OFFICIAL:
            people[person_id].name = name
        else:
            people[person_id].former.append(name)
    return name_ids


def _copy(person: Person) -> Person:
    return replace(person, former=list(person.former), identifiers=dict(person.identifiers))


def add_people(change: RegisterChange, people: list[Person]) -> None:
    """Enter people who are new; each gets its id."""
    for person, person_id in zip(people, reserve_people_ids(len(people)), strict=True):
        person.id = person_id
    copy_people(
        [PersonRow(p.id, new_id(), p.birth_date, p.gender, p.state_id, None, change.now) for p in people],
        [row for person in people for row in _name_rows(person)],
        [row for person in people for row in _identifier_rows(person)],
        [DeathRow(person.id, person.died_on) for person in people if person.died_on],
        change_id=change.id,
    )
    _update_facts([person for person in people if person.email or person.telephone], ("email", "telephone"))


def save_people(change: RegisterChange, found: Iterable[Found], *, reason: str, on: date) -> int:
    """Write what was changed; names that went out of use get this reason and day. Returns how many people changed."""
    changed = [one for one in found if one.person != one.before]
    _save_names(change, changed, reason, on)
    PractitionerDeath.objects.bulk_create(
        PractitionerDeath(practitioner_id=one.person.id, died_on=one.person.died_on, recorded_in_id=change.id)
        for one in changed
        if one.person.died_on is not None and one.before.died_on is None
    )
    for fact in _FACTS:
        _update_facts([o.person for o in changed if getattr(o.person, fact) != getattr(o.before, fact)], (fact,))
    PractitionerIdentifier.objects.bulk_create(
        PractitionerIdentifier(practitioner_id=one.person.id, system=system, value=value)
        for one in changed
        for system, value in one.person.identifiers.items()
        if system not in one.before.identifiers
    )
    change.touch(Practitioner, *(one.person.id for one in changed if one.is_public_change))
    return len(changed)


def _name_rows(person: Person) -> list[NameRow]:
    name = person.name
    current = NameRow(person.id, NameUse.OFFICIAL, name.title, name.surname, name.given_names)
    former = [NameRow(person.id, NameUse.OLD, "", old.surname, old.given_names) for old in person.former]
    return [current, *former]


def _identifier_rows(person: Person) -> list[IdentifierRow]:
    return [IdentifierRow(person.id, system, value) for system, value in person.identifiers.items()]


def _update_facts(people: list[Person], facts: tuple[str, ...]) -> None:
    rows = [Practitioner(id=p.id, **{fact: getattr(p, fact) for fact in facts}) for p in people]
    Practitioner.objects.bulk_update(rows, facts)


def _save_names(change: RegisterChange, changed: list[Found], reason: str, on: date) -> None:
    """Close what is no longer so before the rest is recorded: a person has one name in use at any time."""
    pairs = [(one, _uses(one.before), _uses(one.person)) for one in changed]
    gone = [one.name_ids[key] for one, before, after in pairs for key in before if after.get(key) != before[key]]
    since = DateTimeTZRange(PractitionerName.objects.filter(id__in=gone).close(change.id), None)
    PractitionerName.objects.bulk_create(
        PractitionerName(
            practitioner_id=one.person.id,
            use=use,
            title=name.title,
            surname=name.surname,
            given_names=name.given_names,
            recorded=since,
            recorded_in_id=change.id,
            **({"used_until": on, "change_reason": reason} if key in before and use == NameUse.OLD else {}),
        )
        for one, before, after in pairs
        for key, (use, name) in after.items()
        if before.get(key) != (use, name)
    )


def _shown(person: Person) -> tuple[object, ...]:
    return _uses(person), person.died_on, person.state_id


def _uses(person: Person) -> dict[tuple[str, str], tuple[NameUse, Name]]:
    """Return how each name of a person is used."""
    former = {name.key: (NameUse.OLD, name) for name in person.former}
    return former | {person.name.key: (NameUse.OFFICIAL, person.name)}
