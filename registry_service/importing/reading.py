"""A row becomes a record, or is rejected for the first reason that applies (MAPPING.md gives their order)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from importing.files import Row, printable
from importing.mapping import ONE_REGISTER, KnownCodes, ListMapping, StatusWord
from importing.names import READERS, ListedName, read_cells, read_former
from importing.periods import DateReader
from importing.rules import Note, Reason, RowRejected, Subject, clean, word_key
from licenses.numbers import council_key
from licenses.rules import Period, Status
from practitioners.names import Name
from practitioners.rules import Gender

_SEXES = {"m": Gender.MALE, "male": Gender.MALE, "f": Gender.FEMALE, "female": Gender.FEMALE}
# Controls but tab and line breaks, bytes that did not fit the encoding, and the mark of lost characters.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd]")
# What the register can hold of each field; longer text is not what its column says.
_LONGEST = {
    "number": 60,
    "surname": 150,
    "given_names": 200,
    "full_name": 150,
    "former_surname": 150,
    "former_given_names": 200,
    "email": 254,
    "telephone": 40,
}
_LONGEST_NUMBER = 60


@dataclass(frozen=True)
class Record:
    """What a row says, in our words. Periods are whole days, the last one not included."""

    line: int
    register_part: str
    number: str
    person_number: str
    name: Name
    former: tuple[Name, ...]
    birth_date: date | None
    gender: Gender
    registered_on: date | None
    status: StatusWord | None
    standing_from: date | None
    standing_until: date | None
    certificates: tuple[Period, ...]
    specialties: tuple[str, ...]
    state: str
    email: str
    telephone: str
    notes: tuple[tuple[Note, str], ...]

    @cached_property
    def number_key(self) -> str:
        """The license's number as it is compared."""
        return council_key(self.number)

    @cached_property
    def person_key(self) -> str:
        """The person's number as it is compared."""
        return council_key(self.person_number)


class RowReader:
    """Reads the rows of one list, from the first on: it remembers them all, to find the same one again."""

    def __init__(self, mapping: ListMapping, known: KnownCodes, heading: list[str], list_date: date) -> None:
        self._mapping = mapping
        self._known = known
        self._width = len(heading)
        self._list_date = list_date
        self._columns = {column: heading.index(column) for column in mapping.columns_read}
        self._titles = known.titles | mapping.extra_titles
        self._dates = DateReader(mapping.date_formats)
        self._specialties = {**known.specialties.get(mapping.regulator, {}), **mapping.specialty_words}
        self._patterns = {
            code: re.compile(known.register_parts[code].number_pattern) for code in mapping.register_parts.values()
        }
        self._seen: set[int] = set()

    def remember(self, row: Row) -> None:
        """Note a row without reading it, so that a later one can be found to be the same."""
        if len(row.cells) == self._width:
            self._seen.add(hash(tuple(row.cells)))

    def read(self, row: Row) -> Record:
        """Read the next row.

        Raises:
            RowRejected: with the first reason that applies.
        """
        self._check_shape(row)
        cells = {column: row.cells[index] for column, index in self._columns.items()}
        self._check_is_person(cells)
        for column, cell in cells.items():
            _check_text(column, cell)
        return self._record(row.line, {column: clean(cell) for column, cell in cells.items()})

    def _check_shape(self, row: Row) -> None:
        if len(row.cells) != self._width:
            raise RowRejected(
                Reason.WRONG_COLUMN_COUNT, f"The row has {len(row.cells)} cells, the heading {self._width}."
            )
        seen = len(self._seen)
        self.remember(row)
        if len(self._seen) == seen:
            raise RowRejected(Reason.DUPLICATE_ROW, "An earlier row is the same, cell for cell.")

    def _check_is_person(self, cells: dict[str, str]) -> None:
        for skip in self._mapping.skips:
            word = clean(cells[skip.column])
            if word_key(word) in skip.words:
                raise RowRejected(Reason.NOT_A_PERSON, f"{skip.column} says '{printable(word)}'.")

    def _record(self, line: int, cells: dict[str, str]) -> Record:
        texts = {name: self._text(name, cells) for name in self._mapping.columns}
        listed, former = self._names(texts)
        part, number, person_number = self._numbers(texts, cells)
        if not listed.name.surname:
            raise RowRejected(Reason.MISSING_NAME, "The row has neither surname nor given names.")
        if not part:
            word = texts.get("register_part", "")
            raise RowRejected(Reason.UNKNOWN_REGISTER, f"The mapping names no register {word!r}.")
        status = self._status(texts)
        birth_date = self._day("birth_date", texts)
        registered_on = self._registered_on(texts)
        standing = self._standing_days(texts, status, registered_on)
        certificates = self._certificates(texts)
        self._check_past(birth_date, registered_on, certificates)
        if birth_date and registered_on and registered_on < birth_date:
            raise RowRejected(
                Reason.REGISTERED_BEFORE_BIRTH, f"Registered on {registered_on}, before the birth on {birth_date}."
            )
        notes: list[tuple[Note, str]] = []
        if not self._patterns[part].search(number):
            notes.append((Note.UNUSUAL_NUMBER, f"{number} does not look like the other numbers of {part}."))
        standing_from, standing_until = self._believed_days(status, standing, notes)
        return Record(
            line=line,
            register_part=part,
            number=number,
            person_number=person_number,
            name=listed.name,
            former=former,
            birth_date=birth_date,
            gender=_SEXES.get(word_key(texts.get("sex", "")), Gender.UNKNOWN),
            registered_on=registered_on,
            status=status,
            standing_from=standing_from,
            standing_until=standing_until,
            certificates=certificates,
            specialties=self._specialty_codes(texts, notes),
            state=self._state(texts, notes),
            email=texts.get("email", ""),
            telephone=texts.get("telephone", ""),
            notes=tuple(notes),
        )

    def _text(self, name: str, cells: dict[str, str]) -> str:
        text = " ".join(filter(None, (cells[column] for column in self._mapping.columns[name])))
        if len(text) > _LONGEST.get(name, len(text)):
            raise RowRejected(
                Reason.UNREADABLE_TEXT, f"{self._called(name)} is longer than {_LONGEST[name]} characters."
            )
        return text

    def _called(self, name: str) -> str:
        return " and ".join(self._mapping.columns[name])

    def _numbers(self, texts: dict[str, str], cells: dict[str, str]) -> tuple[str, str, str]:
        """Return the register part (empty when the mapping does not name it), the number and the person's number."""
        mapping = self._mapping
        part = mapping.register_parts.get(word_key(texts.get("register_part", ONE_REGISTER)), "")
        number = mapping.number_for.get(part, mapping.number).write(texts["number"])
        if not council_key(number) or len(number) > _LONGEST_NUMBER:
            raise RowRejected(Reason.MISSING_NUMBER, f"{self._called('number')} holds no license number.")
        if mapping.person is None:
            return part, number, ""
        if mapping.columns["number"] == (mapping.person.column,):
            return part, number, number
        person_number = "".join(cells[mapping.person.column].upper().split())
        if not council_key(person_number) or len(person_number) > _LONGEST_NUMBER:
            raise RowRejected(Reason.MISSING_NUMBER, f"{mapping.person.column} holds no number of a person.")
        return part, number, person_number

    def _names(self, texts: dict[str, str]) -> tuple[ListedName, tuple[Name, ...]]:
        if "full_name" in texts:
            listed = READERS[self._mapping.name_style](texts["full_name"], self._titles)
        else:
            listed = read_cells(texts["surname"], texts["given_names"], self._titles)
        name = listed.name
        before = [Name(surname, name.given_names) for surname in listed.former_surnames]
        in_cells = read_former(texts.get("former_surname", ""), texts.get("former_given_names", ""), name, self._titles)
        unlike = {former.key: former for former in [*before, *([in_cells] if in_cells else [])]}
        unlike.pop(name.key, None)
        for each in (name, *unlike.values()):
            _check_length(each)
        return listed, tuple(unlike.values())

    def _status(self, texts: dict[str, str]) -> StatusWord | None:
        if "status" not in texts:
            return None
        status = self._mapping.status_words.get(word_key(texts["status"]))
        if status is None:
            raise RowRejected(Reason.UNKNOWN_STATUS, f"The mapping does not give {texts['status']!r} a meaning.")
        return status

    def _day(self, name: str, texts: dict[str, str]) -> date | None:
        text = texts.get(name, "")
        if not text:
            return None
        day = self._dates.read(text)
        if day is None:
            raise RowRejected(Reason.INVALID_DATE, f"{self._called(name)} says {text!r}, which is no date.")
        return day

    def _registered_on(self, texts: dict[str, str]) -> date | None:
        registered_on = self._day("registered_on", texts)
        if registered_on is None and Subject.REGISTRATION in self._mapping.authority_for:
            raise RowRejected(Reason.INVALID_DATE, f"{self._called('registered_on')} holds no date of registration.")
        return registered_on

    def _standing_days(
        self, texts: dict[str, str], status: StatusWord | None, registered_on: date | None
    ) -> tuple[date | None, date | None]:
        first, last = self._day("standing_from", texts), self._day("standing_until", texts)
        if first and last and last < first:
            raise RowRejected(
                Reason.INVALID_DATE, f"{self._called('standing_until')} is before {self._called('standing_from')}."
            )
        removed = status is not None and status.standing == Status.REMOVED
        if removed and first and registered_on and first < registered_on:
            raise RowRejected(Reason.INVALID_DATE, f"Removed on {first}, before the registration on {registered_on}.")
        return first, last

    def _certificates(self, texts: dict[str, str]) -> tuple[Period, ...]:
        if self._mapping.period == "calendar_year":
            years = self._dates.read_years(texts["licence_year"])
            if years is None:
                raise RowRejected(
                    Reason.INVALID_DATE, f"{self._called('licence_year')} says {texts['licence_year']!r}, no year."
                )
            return tuple(Period(date(year, 1, 1), date(year + 1, 1, 1)) for year in years)
        first, last = self._day("certificate_from", texts), self._day("certificate_until", texts)
        if first and last and last >= first:
            return (Period(first, last + timedelta(days=1)),)
        if first or last:
            raise RowRejected(
                Reason.INVALID_DATE, f"A certificate from {first or 'no day'} to {last or 'no day'} is no period."
            )
        return ()

    def _check_past(
        self, birth_date: date | None, registered_on: date | None, certificates: tuple[Period, ...]
    ) -> None:
        days = {"birth date": birth_date, "date of registration": registered_on}
        if self._mapping.period == "from_until":
            days["certificate's first day"] = max((period.start for period in certificates), default=None)
        for called, day in days.items():
            if day is not None and day > self._list_date:
                raise RowRejected(Reason.DATE_IN_FUTURE, f"The {called}, {day}, is after the day of the list.")

    def _believed_days(
        self, status: StatusWord | None, days: tuple[date | None, date | None], notes: list[tuple[Note, str]]
    ) -> tuple[date | None, date | None]:
        """Return the first day of the standing and the first day after it, which a past end is not."""
        first, last = days
        if status is None or status.standing != Status.SUSPENDED or last is None:
            return first, None
        if last < self._list_date:
            notes.append((Note.SUSPENDED_PAST_ITS_END, f"Still suspended, and the last day was {last}."))
            return first, None
        return first, last + timedelta(days=1)

    def _specialty_codes(self, texts: dict[str, str], notes: list[tuple[Note, str]]) -> tuple[str, ...]:
        codes: dict[str, None] = {}
        for word in filter(None, map(clean, texts.get("specialties", "").split(";"))):
            code = self._specialties.get(word_key(word))
            if code is None:
                notes.append((Note.UNKNOWN_SPECIALTY, f"{word} is no specialty of {self._mapping.regulator}."))
            elif code:
                codes[code] = None
        return tuple(codes)

    def _state(self, texts: dict[str, str], notes: list[tuple[Note, str]]) -> str:
        word = texts.get("state", "")
        code = self._known.states.get(word_key(word), "")
        if word and not code:
            notes.append((Note.UNKNOWN_STATE, f"{word} is no state."))
        return code


def _check_text(column: str, cell: str) -> None:
    if cell.isascii() and cell.isprintable():
        return
    if _NO_TEXT.search(cell):
        raise RowRejected(Reason.UNREADABLE_TEXT, f"{column} holds characters that are no text: '{printable(cell)}'.")
    if _was_decoded_wrongly(cell):
        raise RowRejected(Reason.UNREADABLE_TEXT, f"{column} was decoded wrongly before: {cell!r}.")


def _check_length(name: Name) -> None:
    """Check a name as it was read: given names may have become the surname, and a capital two small letters."""
    for part, called in ((name.surname, "surname"), (name.given_names, "given_names")):
        if len(part) > _LONGEST[called]:
            raise RowRejected(Reason.UNREADABLE_TEXT, f"A name is longer than {_LONGEST[called]} characters.")


def _was_decoded_wrongly(text: str) -> bool:
    try:
        return text.encode("cp1252").decode("utf-8") != text
    except UnicodeError:
        return False


def read_rows(reader: RowReader, rows: Iterable[Row]) -> Iterable[tuple[Row, Record | RowRejected]]:
    """Read rows in their order, each with the record or the refusal that it becomes."""
    for row in rows:
        try:
            yield row, reader.read(row)
        except RowRejected as refusal:
            yield row, refusal
