"""People of the register as they might be entered once more, for whoever measures how such entries are found."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from duplicates.likeness import Record
from practitioners.names import Name
from sampling.believable import Person

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Double:
    """What somebody says who was entered before; `kind` is how it differs, and without `person_id` it is a stranger."""

    kind: str
    record: Record
    person_id: int | None = None


def doubles_of(person_id: int, record: Record, rng: random.Random) -> Iterator[Double]:
    """Yield what this person may say the next time: the one name in use, and no council's number or contact."""
    name, born = record.names[0], record.birth_date
    said = Record(names=(name,), birth_date=born, gender=record.gender)
    yield Double("the same again", said, person_id)
    for kind, alter in _ALTERED.items():
        altered = alter(said, rng)
        if altered is not None:
            yield Double(kind, altered, person_id)


def stranger(person: Person) -> Double:
    """Return what somebody says who is not on the register."""
    name = Name(person.surname, person.given_names, person.title)
    return Double("a stranger", Record(names=(name,), birth_date=person.birth_date, gender=person.gender.value))


def _renamed(record: Record, surname: str, given_names: str) -> Record:
    return replace(record, names=(Name(surname, given_names, record.names[0].title),))


def _with_a_slip(record: Record, rng: random.Random) -> Record:
    name = record.names[0]
    place = rng.randrange(1, max(2, len(name.surname)))
    slip = name.surname[:place] + rng.choice(_LETTERS) + name.surname[place + 1 :]
    return _renamed(record, slip, name.given_names)


def _in_another_order(record: Record, rng: random.Random) -> Record:
    name = record.names[0]
    return _renamed(record, name.given_names, name.surname)


def _with_one_given_name(record: Record, rng: random.Random) -> Record | None:
    name = record.names[0]
    given = name.given_names.split()
    return _renamed(record, name.surname, rng.choice(given)) if len(given) > 1 else None


def _born_with_day_and_month_swapped(record: Record, rng: random.Random) -> Record | None:
    born = record.birth_date
    if born is None or born.day > 12 or born.day == born.month:
        return None
    return replace(record, birth_date=date(born.year, born.day, born.month))


def _born_a_day_later(record: Record, rng: random.Random) -> Record | None:
    born = record.birth_date
    return replace(record, birth_date=born + timedelta(days=1)) if born else None


def _born_nobody_knows_when(record: Record, rng: random.Random) -> Record:
    return replace(record, birth_date=None)


_ALTERED: dict[str, Callable[[Record, random.Random], Record | None]] = {
    "one wrong letter in the surname": _with_a_slip,
    "the names in another order": _in_another_order,
    "one of several given names": _with_one_given_name,
    "day and month of birth swapped": _born_with_day_and_month_swapped,
    "born a day later": _born_a_day_later,
    "no birth date": _born_nobody_knows_when,
}
