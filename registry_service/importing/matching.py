"""Whom a row is about: the people and licenses that a batch of rows concerns, and which of them a row means.

Nobody is joined by name alone. A number joins; the names, or the birth date, only have to agree with it.
"""

from dataclasses import dataclass, field

from importing.mapping import ListMapping
from importing.reading import Record
from importing.rules import Reason, RowRejected, Subject
from licenses.listed import die
from licenses.numbers import council_key
from licenses.reconcile import Codes, Entry, Held, lock_entries
from licenses.reconcile import holders_of as holders_of_licenses
from licenses.rules import Standing
from practitioners.reconcile import Found, Person, lock_people
from practitioners.reconcile import holders_of as holders_of_numbers


@dataclass
class Holder:
    """A person with all their licenses."""

    person: Person
    entries: list[Entry] = field(default_factory=list)


class Holdings:
    """Everybody whom a batch of rows can be about, read and locked at once, and those whom it adds."""

    def __init__(self, records: list[Record], mapping: ListMapping, codes: Codes) -> None:
        self._system = mapping.person.system if mapping.person else ""
        self._may_add = Subject.REGISTRATION in mapping.authority_for
        ids = holders_of_licenses({(record.register_part, record.number_key) for record in records}, codes)
        if self._system:
            ids |= set(holders_of_numbers(self._system, {record.person_key for record in records}).values())
        # People before their licenses, as everyone who locks both does.
        self.found: list[Found] = list(lock_people(ids).values())
        entries = lock_entries({one.person.id: one.person.died_on for one in self.found})
        self.new_people: list[Person] = []
        by_id = {one.person.id: Holder(one.person) for one in self.found}
        for entry in entries:
            by_id[entry.practitioner_id].entries.append(entry)
        self.holders: list[Holder] = list(by_id.values())
        self._by_license: dict[tuple[str, str], tuple[Holder, Entry]] = {}
        self._by_number: dict[str, Holder] = {}
        for holder in self.holders:
            self._index(holder)

    def match(self, record: Record) -> tuple[Holder, Entry]:
        """Return the person and the license that a row is about; both are added where the list may add them.

        Raises:
            RowRejected: the number is another person's, the person has another number, or it may not be added.
        """
        holder, entry = self._by_license.get((record.register_part, record.number_key), (None, None))
        person = self._by_number.get(record.person_key) if self._system else holder
        if holder is not None:
            self._check_is_holder(record, holder, person)
        elif person is not None:
            self._check_has_no_number(record, person)
            holder = person
        if holder is not None:
            _check_names(record, holder.person)
        if entry is not None and holder is not None:
            return holder, entry
        if not self._may_add:
            raise RowRejected(Reason.UNKNOWN_PERSON, f"{record.number} is not held, and this list may add nobody.")
        holder = holder or self._add_person(record)
        return holder, self._add_license(record, holder)

    def identify(self, record: Record, holder: Holder) -> None:
        """Note the number that stays with this person, where it was not known."""
        if self._system and self._system not in holder.person.identifiers:
            holder.person.identifiers[self._system] = record.person_number
            self._by_number[record.person_key] = holder

    def number_of(self, holder: Holder) -> str:
        """Return the number that stays with this person, as far as it is known."""
        return holder.person.identifiers.get(self._system, "")

    def _index(self, holder: Holder) -> None:
        for entry in holder.entries:
            for key in entry.keys:
                self._by_license[key] = (holder, entry)
        if number := self.number_of(holder):
            self._by_number[council_key(number)] = holder

    def _check_is_holder(self, record: Record, holder: Holder, person: Holder | None) -> None:
        """Check that whoever holds the license is whom the person's number names."""
        known = council_key(self.number_of(holder))
        if (person is not None and person is not holder) or known not in ("", record.person_key):
            raise RowRejected(
                Reason.NUMBER_HELD_BY_ANOTHER_PERSON,
                f"{record.number} is held by {holder.person.name}, whose own number is another one.",
            )

    def _check_has_no_number(self, record: Record, person: Holder) -> None:
        _check_names(record, person.person)
        held = [entry.regulator_number for entry in person.entries if entry.register_part == record.register_part]
        if held:
            raise RowRejected(
                Reason.PERSON_HAS_ANOTHER_NUMBER,
                f"{person.person.name} has number {held[0]} there; a list never replaces a number.",
            )

    def _add_person(self, record: Record) -> Holder:
        holder = Holder(Person(record.name))
        self.new_people.append(holder.person)
        self.holders.append(holder)
        self.identify(record, holder)
        return holder

    def _add_license(self, record: Record, holder: Holder) -> Entry:
        assert record.registered_on is not None, "a list that adds licenses gives their dates in every row"
        entry = Entry(
            practitioner_id=holder.person.id,
            register_part=record.register_part,
            regulator_number=record.number,
            held=Held(Standing(registered_on=record.registered_on)),
        )
        if holder.person.died_on is not None:
            entry.standing, entry.steps = die(entry.standing, holder.person.died_on)
        holder.entries.append(entry)
        self._by_license[entry.key] = (holder, entry)
        return entry


def _check_names(record: Record, person: Person) -> None:
    """Check that a row and a person that share a number agree in a word of their names, or in the birth date."""
    if record.birth_date is not None and record.birth_date == person.birth_date:
        return
    words = set().union(*(name.words for name in [record.name, *record.former]))
    if not any(words & name.words for name in person.all_names):
        raise RowRejected(
            Reason.NUMBER_HELD_BY_ANOTHER_PERSON,
            f"{record.person_number or record.number} is held by {person.name}, who shares no name with {record.name}.",
        )
