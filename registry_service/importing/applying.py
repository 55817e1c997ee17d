"""What a row changes, subject by subject: written where the list is the authority, compared where it is not."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from common.errors import DomainError
from importing.mapping import ListMapping
from importing.matching import Holder, Holdings
from importing.reading import Record
from importing.rules import Subject
from licenses.listed import Said, die, follow, with_certificates, without_certificate
from licenses.reconcile import Entry
from licenses.rules import DEATH, Period, Standing, Status, in_force, status_on
from practitioners.names import spelled
from practitioners.rules import Gender

# Facts about the person: reported once, with whichever of the licenses they stand.
PERSON_FIELDS = frozenset(
    {
        "surname",
        "given_names",
        "former_name",
        "birth_date",
        "sex",
        "person_number",
        "died_on",
        "specialties",
        "state",
        "email",
        "telephone",
    }
)


@dataclass(frozen=True)
class Difference:
    """A fact that the register does not hold as the row says it, and that this list did not change."""

    line: int
    holder: Holder
    entry: Entry
    field: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class Matched:
    """A row with the person and the license that it is about."""

    record: Record
    holder: Holder
    entry: Entry
    holdings: Holdings
    list_date: date
    state_ids: Mapping[str, int]

    def differs(self, field: str, ours: object, theirs: object) -> Difference:
        """Return the difference between what is held and what the row says."""
        return Difference(self.record.line, self.holder, self.entry, field, _text(ours), _text(theirs))


Differences = Iterable[Difference]


def apply_row(row: Matched, mapping: ListMapping) -> list[Difference]:
    """Bring the person and the license to what the row says, as far as the list is the authority for it."""
    differences: list[Difference] = []
    for subject, (write, compare) in _SUBJECTS.items():
        differences += (write if subject in mapping.authority_for else compare)(row)
    return differences


def _write_names(row: Matched) -> Differences:
    person, record = row.holder.person, row.record
    if record.name.key != person.name.key:
        person.rename(record.name)
    elif record.name.title:
        person.name = replace(person.name, title=record.name.title)
    for former in record.former:
        person.add_former(former)
    if record.gender != Gender.UNKNOWN:
        person.gender = record.gender
    if record.birth_date is None:
        return
    if person.died_on is not None and person.died_on < record.birth_date:
        yield row.differs("birth_date", person.birth_date, record.birth_date)
    else:
        person.birth_date = record.birth_date


def _compare_names(row: Matched) -> Differences:
    person, record = row.holder.person, row.record
    pairs: list[tuple[str, object, object]] = [
        ("surname", person.name.surname, record.name.surname),
        ("given_names", person.name.given_names, record.name.given_names),
        ("birth_date", person.birth_date, record.birth_date),
        ("sex", person.gender, "" if record.gender == Gender.UNKNOWN else record.gender.value),
    ]
    for field, ours, theirs in pairs:
        if theirs and spelled(_text(ours)) != spelled(_text(theirs)):
            yield row.differs(field, ours, theirs)
    known = {name.key for name in person.all_names}
    for former in record.former:
        if former.key not in known:
            yield row.differs("former_name", "; ".join(map(str, person.former)), former)


def _write_registration(row: Matched) -> Differences:
    """Note the person's number; the day of a registration never changes."""
    row.holdings.identify(row.record, row.holder)
    return _compare_registered_on(row)


def _compare_registration(row: Matched) -> Differences:
    record = row.record
    if record.person_number and not row.holdings.number_of(row.holder):
        yield row.differs("person_number", "", record.person_number)
    yield from _compare_registered_on(row)


def _compare_registered_on(row: Matched) -> Differences:
    ours, theirs = row.entry.standing.registered_on, row.record.registered_on
    if theirs is not None and theirs != ours:
        yield row.differs("registered_on", ours, theirs)


def _write_standing(row: Matched) -> Differences:
    said = _said(row)
    if said is None:
        return
    if said.reason == DEATH:
        yield from _write_death(row, said)
        return
    try:
        row.entry.standing, steps = follow(row.entry.standing, said)
    except DomainError:
        yield from _compare_standing(row)
    else:
        row.entry.steps += steps


def _write_death(row: Matched, said: Said) -> Differences:
    person = row.holder.person
    if person.died_on is not None:
        if said.since is not None and said.since != person.died_on:
            yield row.differs("died_on", person.died_on, said.since)
        return
    day = said.since or said.day
    person.died_on = max(day, row.entry.standing.registered_on, person.birth_date or day)
    for entry in row.holder.entries:
        entry.standing, steps = die(entry.standing, person.died_on)
        entry.steps += steps


def _compare_standing(row: Matched) -> Differences:
    said = _said(row)
    if said is None:
        return
    standing = row.entry.standing
    ours, period = _standing_on(standing, said.day)
    theirs = _standing_words(said.status, said.reason)
    if ours != theirs:
        yield row.differs("standing", ours, theirs)
    elif period is not None and said.since is not None and said.since != period.start:
        yield row.differs("standing_from", period.start, said.since)
    elif period is not None and said.until is not None and said.until != period.end:
        yield row.differs("standing_until", _last_day(period.end), _last_day(said.until))


def _said(row: Matched) -> Said | None:
    record = row.record
    if record.status is None:
        return None
    word = record.status
    return Said(row.list_date, word.standing, word.reason, record.standing_from, record.standing_until)


def _standing_on(standing: Standing, day: date) -> tuple[str, Period | None]:
    """Return what is held of the standing on a day, in words, and the period that makes it so."""
    if standing.died_on is not None and standing.died_on <= day:
        return _standing_words(Status.REMOVED, DEATH), Period(standing.died_on)
    status = status_on(standing, day)
    period = in_force(standing.removals, day) or in_force(standing.suspensions, day)
    return _standing_words(status, period.code if period else ""), period


def _standing_words(status: Status, reason: str) -> str:
    return f"{status.value} ({reason})" if reason else status.value


def _holds_none(row: Matched) -> bool:
    """Whether the row says that no certificate is held on the day of the list."""
    word = row.record.status
    return word is not None and (not word.holds_certificate or word.standing is Status.REMOVED)


def _write_certificates(row: Matched) -> Differences:
    standing = row.entry.standing
    if _holds_none(row):
        certificates = without_certificate(standing.certificates, row.list_date)
    else:
        certificates = with_certificates(standing.certificates, list(row.record.certificates))
    if certificates != standing.certificates:
        row.entry.standing = replace(standing, certificates=certificates)
    return ()


def _compare_certificates(row: Matched) -> Differences:
    held = row.entry.standing.certificates
    if _holds_none(row):
        if running := in_force(held, row.list_date):
            yield row.differs("certificate", _days(running), "none")
        return
    known = {(period.start, period.end) for period in held}
    for listed in row.record.certificates:
        if (listed.start, listed.end) not in known:
            ours = [period for period in held if period.end is None or period.end > listed.start]
            yield row.differs("certificate", "; ".join(map(_days, ours)), _days(listed))


def _write_specialties(row: Matched) -> Differences:
    held = {period.code for period in row.entry.held.specialties if period.includes(row.list_date)}
    new = tuple(Period(row.list_date, code=code) for code in row.record.specialties if code not in held)
    if new:
        row.entry.held = replace(row.entry.held, specialties=row.entry.held.specialties + new)
    return ()


def _compare_specialties(row: Matched) -> Differences:
    periods = [period for entry in row.holder.entries for period in entry.held.specialties]
    held = sorted({period.code for period in periods if period.includes(row.list_date)})
    for code in row.record.specialties:
        if code not in held:
            yield row.differs("specialties", "; ".join(held), code)


def _write_contact(row: Matched) -> Differences:
    person, record = row.holder.person, row.record
    person.state_id = row.state_ids.get(record.state, person.state_id)
    person.email = record.email or person.email
    person.telephone = record.telephone or person.telephone
    return ()


def _compare_contact(row: Matched) -> Differences:
    person, record = row.holder.person, row.record
    codes = {state_id: code for code, state_id in row.state_ids.items()}
    pairs = [
        ("state", codes.get(person.state_id or 0, ""), record.state),
        ("email", person.email, record.email),
        ("telephone", person.telephone, record.telephone),
    ]
    for field, ours, theirs in pairs:
        if theirs and spelled(theirs) != spelled(ours):
            yield row.differs(field, ours, theirs)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _days(period: Period) -> str:
    return f"{period.start} to {_last_day(period.end) or 'no end'}"


def _last_day(end: date | None) -> date | None:
    return end - timedelta(days=1) if end is not None else None


# Names come before standing: a death is compared with the birth date.
_SUBJECTS: dict[Subject, tuple[Callable[[Matched], Differences], Callable[[Matched], Differences]]] = {
    Subject.NAMES: (_write_names, _compare_names),
    Subject.REGISTRATION: (_write_registration, _compare_registration),
    Subject.STANDING: (_write_standing, _compare_standing),
    Subject.CERTIFICATE: (_write_certificates, _compare_certificates),
    Subject.SPECIALTIES: (_write_specialties, _compare_specialties),
    Subject.CONTACT: (_write_contact, _compare_contact),
}
