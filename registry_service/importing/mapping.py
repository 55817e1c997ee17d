"""The mapping file: how one kind of list is read. Everything that can be wrong in it is said before the first row."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from importing.names import READERS
from importing.rules import Subject, clean, word_key
from importing.tables import Table, table_of
from licenses.rules import Status

ENCODINGS = {"utf-8": "utf-8-sig", "cp1252": "cp1252"}
DELIMITERS = frozenset({",", ";", "\t"})
ONE_REGISTER = "*"
REST = "{rest}"

FIELDS = (
    "number",
    "surname",
    "given_names",
    "full_name",
    "former_surname",
    "former_given_names",
    "sex",
    "birth_date",
    "registered_on",
    "register_part",
    "status",
    "standing_from",
    "standing_until",
    "licence_year",
    "certificate_from",
    "certificate_until",
    "specialties",
    "state",
    "email",
    "telephone",
)
_SECTIONS = frozenset(
    {
        "source",
        "person",
        "columns",
        "names",
        "number",
        "register_parts",
        "status_words",
        "specialty_words",
        "certificate",
        "skip",
    }
)
_DATE_PARTS = re.compile(r"%.")
_SEPARATORS = re.compile(r"[\s/.\-]+")


@dataclass(frozen=True)
class KnownPart:
    """A part of a register: whose it is, and what its numbers usually look like."""

    regulator: str
    number_pattern: str


@dataclass(frozen=True)
class KnownCodes:
    """What the reference data holds of what a mapping or a list may name; words are keys of `word_key`."""

    regulators: frozenset[str]
    register_parts: Mapping[str, KnownPart]
    reasons: Mapping[Status, frozenset[str]]
    specialties: Mapping[str, Mapping[str, str]]
    states: Mapping[str, str]
    titles: frozenset[str]


@dataclass(frozen=True)
class StatusWord:
    """What a council's status word means."""

    standing: Status
    reason: str = ""
    holds_certificate: bool = True


@dataclass(frozen=True)
class PersonNumber:
    """The number that stays with one person, and its column."""

    system: str
    column: str


@dataclass(frozen=True)
class NumberForm:
    """The one form in which numbers are stored: these parts, then what is left of theirs."""

    prefix: str

    def write(self, text: str) -> str:
        """Return a number in this form, or nothing when nothing is left after the parts before it."""
        rest = text.upper()
        for part in filter(None, _SEPARATORS.split(self.prefix.upper())):
            if rest.startswith(part):
                rest = rest[len(part) :].lstrip(" /.-")
        rest = "".join(rest.split())
        return self.prefix + rest if rest else ""


@dataclass(frozen=True)
class Skip:
    """Rows whose cell in this column says one of these words are no people."""

    column: str
    words: frozenset[str]


@dataclass(frozen=True)
class ListMapping:
    """A mapping without mistakes; MAPPING.md gives the meaning of each part."""

    name: str
    regulator: str
    encoding: str
    delimiter: str
    date_formats: tuple[str, ...]
    authority_for: frozenset[Subject]
    complete: bool
    person: PersonNumber | None
    columns: Mapping[str, tuple[str, ...]]
    name_style: str
    extra_titles: frozenset[str]
    number: NumberForm
    number_for: Mapping[str, NumberForm]
    register_parts: Mapping[str, str]
    status_words: Mapping[str, StatusWord]
    specialty_words: Mapping[str, str]
    period: str
    skips: tuple[Skip, ...]

    @property
    def columns_read(self) -> frozenset[str]:
        """Every column of the list that is read."""
        named = {column for columns in self.columns.values() for column in columns}
        person = {self.person.column} if self.person else set()
        return frozenset(named | person | {skip.column for skip in self.skips})


class MappingError(Exception):
    """The mapping cannot be used; `mistakes` are sentences that begin with the path of a key."""

    def __init__(self, mistakes: list[str]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(mistakes))


def read_mapping(content: bytes, known: KnownCodes) -> ListMapping:
    """Read a mapping file.

    Raises:
        MappingError: with every mistake in it.
    """
    try:
        tables = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise MappingError(["The mapping file is not UTF-8 text."]) from None
    except tomllib.TOMLDecodeError as error:
        raise MappingError([f"The mapping file is not TOML: {error}."]) from None
    mistakes = [f"{name}: there is no such section." for name in sorted(tables.keys() - _SECTIONS)]
    mapping = _read(tables, known, mistakes)
    if mistakes:
        raise MappingError(mistakes)
    return mapping


def check_heading(mapping: ListMapping, heading: list[str]) -> None:
    """Check that the list has every column that the mapping names, once.

    Raises:
        MappingError: with every column that is missing or stands there twice.
    """
    mistakes = []
    for path, column in _named_columns(mapping):
        count = heading.count(column)
        if count != 1:
            problem = "the list has no column" if count == 0 else "the list has several columns called"
            mistakes.append(f"{path}: {problem} {column!r}; its columns are {', '.join(map(repr, heading))}.")
    if mistakes:
        raise MappingError(mistakes)


def _named_columns(mapping: ListMapping) -> Iterable[tuple[str, str]]:
    if mapping.person:
        yield "person.column", mapping.person.column
    for field_name, columns in mapping.columns.items():
        yield from ((f"columns.{field_name}", column) for column in columns)
    for index, skip in enumerate(mapping.skips):
        yield f"skip[{index}].column", skip.column


def _read(tables: dict[str, Any], known: KnownCodes, mistakes: list[str]) -> ListMapping:
    source = table_of(tables, "source", mistakes, required=True)
    regulator = source.text("regulator", among=known.regulators)
    authority = _authority(source)
    columns = _columns(table_of(tables, "columns", mistakes, required=True), authority)
    number = table_of(tables, "number", mistakes, required=True)
    parts = _register_parts(table_of(tables, "register_parts", mistakes, required=True), regulator, known, columns)
    names = table_of(tables, "names", mistakes)
    mapping = ListMapping(
        name=_source_name(source),
        regulator=regulator,
        encoding=ENCODINGS.get(source.text("encoding", among=ENCODINGS), ""),
        delimiter=source.text("delimiter", among=DELIMITERS),
        date_formats=_date_formats(source),
        authority_for=authority,
        complete=source.take("complete", bool, "true or false", False),
        person=_person(table_of(tables, "person", mistakes)) if "person" in tables else None,
        columns=columns,
        name_style=names.text("style", None if "full_name" in columns else "", READERS),
        extra_titles=frozenset(word_key(title) for title in names.texts("extra_titles", [])),
        number=_number_form(number, "write", number.text("write")),
        number_for=_number_forms(number, parts),
        register_parts=parts,
        status_words=_status_words(table_of(tables, "status_words", mistakes), known, columns),
        specialty_words=_specialty_words(table_of(tables, "specialty_words", mistakes), regulator, known),
        period=_period(table_of(tables, "certificate", mistakes), columns),
        skips=_skips(tables.get("skip", []), mistakes),
    )
    for table in (source, number, names):
        table.close()
    return mapping


def _source_name(source: Table) -> str:
    name = source.text("name")
    if not 0 < len(name) <= 80:
        source.wrong("name", "it must have between 1 and 80 characters.")
    return name


def _authority(source: Table) -> frozenset[Subject]:
    words = source.texts("authority_for")
    for word in words:
        if word not in Subject.values:
            source.wrong("authority_for", f"{word!r} is none of {', '.join(Subject.values)}.")
    return frozenset(Subject(word) for word in words if word in Subject.values)


def _date_formats(source: Table) -> tuple[str, ...]:
    formats = source.texts("date_formats")
    if not formats and "date_formats" in source.values:
        source.wrong("date_formats", "it must hold one format at least.")
    for text in formats:
        parts = sorted(_DATE_PARTS.findall(text))
        if parts not in (["%Y", "%d", "%m"], ["%Y", "%b", "%d"]):
            source.wrong("date_formats", f"{text!r} must have %d, %m or %b, and %Y, once each and nothing else.")
    return tuple(formats)


def _person(table: Table) -> PersonNumber:
    person = PersonNumber(table.text("system"), clean(table.text("column")))
    if len(person.system) > 60:
        table.wrong("system", "it must have at most 60 characters.")
    table.close()
    return person


def _columns(table: Table, authority: frozenset[Subject]) -> dict[str, tuple[str, ...]]:
    columns = {}
    for name in FIELDS:
        if name in table.values:
            value = table.values[name]
            listed = table.texts(name) if isinstance(value, list) else [table.text(name)]
            columns[name] = tuple(clean(column) for column in listed)
            if not all(columns[name]) or not listed:
                table.wrong(name, "it must name a column.")
    table.close()
    if table.values:
        _check_columns(table, columns.keys(), authority)
    return columns


def _check_columns(table: Table, named: Iterable[str], authority: frozenset[Subject]) -> None:
    has = set(named)
    if "number" not in has:
        table.wrong("number", "it is required.")
    if "full_name" in has and has & {"surname", "given_names"}:
        table.wrong("full_name", "name either full_name, or surname and given_names.")
    if "full_name" not in has and not {"surname", "given_names"} <= has:
        table.wrong("surname", "surname and given_names are required, or full_name instead of both.")
    if "registered_on" not in has and Subject.REGISTRATION in authority:
        table.wrong("registered_on", "it is required where the list is the authority for registration.")
    if "status" not in has and Subject.STANDING in authority:
        table.wrong("status", "it is required where the list is the authority for standing.")
    if "status" not in has and has & {"standing_from", "standing_until"}:
        table.wrong("status", "it is required where standing_from or standing_until is named.")
    if ("certificate_from" in has) != ("certificate_until" in has):
        table.wrong("certificate_from", "certificate_from and certificate_until go together.")


def _number_form(table: Table, key: str, form: str) -> NumberForm:
    if key in table.values and (not form.endswith(REST) or form.count("{") != 1 or len(form) > 30):
        table.wrong(key, f"{form!r} must end with {REST}, have it once, and be at most 30 characters long.")
    return NumberForm(form.removesuffix(REST))


def _number_forms(number: Table, parts: Mapping[str, str]) -> dict[str, NumberForm]:
    table = Table("number.write_for", number.take("write_for", dict, "a section", {}), number.mistakes)
    for part in sorted(table.values.keys() - set(parts.values())):
        table.wrong(part, "[register_parts] names no such part.")
    return {part: _number_form(table, part, table.text(part)) for part in table.values}


def _register_parts(table: Table, regulator: str, known: KnownCodes, columns: Mapping[str, Any]) -> dict[str, str]:
    parts = {word_key(word): table.text(word) for word in table.values}
    for word, code in table.values.items():
        part = known.register_parts.get(code) if isinstance(code, str) else None
        if regulator in known.regulators and (part is None or part.regulator != regulator):
            table.wrong(word, f"{regulator} has no part of its register with the code {code!r}.")
    if "register_part" in columns and ONE_REGISTER in parts:
        table.wrong(ONE_REGISTER, "it stands only where [columns] names no register_part.")
    if "register_part" not in columns and set(parts) != {ONE_REGISTER}:
        table.wrong(ONE_REGISTER, "without a column for register_part this word, and no other, must stand here.")
    _no_word_twice(table)
    return parts


def _status_words(table: Table, known: KnownCodes, columns: Mapping[str, Any]) -> dict[str, StatusWord]:
    if "status" in columns and not table.values:
        table.mistakes.append("status_words: it must give the words of the column that status names.")
    _no_word_twice(table)
    return {word_key(word): _status_word(table, word, known) for word in table.values}


def _status_word(table: Table, word: str, known: KnownCodes) -> StatusWord:
    meaning = Table(f"{table.path}.{word}", table.take(word, dict, "a table, { standing = … }", None), table.mistakes)
    standing = meaning.text("standing", among=Status.values)
    reason = meaning.text("reason", "", known.reasons.get(Status(standing), ()) if standing in Status.values else ())
    if standing in (Status.SUSPENDED, Status.REMOVED) and not reason:
        meaning.wrong("reason", f"it is required with {standing!r}.")
    if standing == Status.REGISTERED and reason:
        meaning.wrong("reason", "it has no meaning with 'registered'.")
    certificate = meaning.text("certificate", "as_listed", ("as_listed", "none"))
    meaning.close()
    return StatusWord(
        Status(standing) if standing in Status.values else Status.REGISTERED, reason, certificate == "as_listed"
    )


def _specialty_words(table: Table, regulator: str, known: KnownCodes) -> dict[str, str]:
    codes = set(known.specialties.get(regulator, {}).values())
    words = {word: table.text(word) for word in table.values}
    for word, code in words.items():
        if regulator in known.regulators and code and code not in codes:
            table.wrong(word, f"{regulator} has no specialty with the code {code!r}.")
    _no_word_twice(table)
    return {word_key(word): code for word, code in words.items()}


def _no_word_twice(table: Table) -> None:
    seen: dict[str, str] = {}
    for word in table.values:
        first = seen.setdefault(word_key(word), word)
        if first != word:
            table.wrong(word, f"it is the same word as {first!r}, but for case, dots or spaces.")


def _period(table: Table, columns: Mapping[str, Any]) -> str:
    needs = {"calendar_year": "licence_year", "from_until": "certificate_from"}
    period = table.text("period", "", needs)
    table.close()
    for kind, column in needs.items():
        if column in columns and period != kind:
            table.wrong("period", f"it must be {kind!r}, since [columns] names {column}.")
        if period == kind and column not in columns:
            table.wrong("period", f"with {kind!r} [columns] must name {column}.")
    return period


def _skips(value: Any, mistakes: list[str]) -> tuple[Skip, ...]:
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        mistakes.append("skip: it must be written [[skip]].")
        return ()
    skips = []
    for index, entry in enumerate(value):
        table = Table(f"skip[{index}]", entry, mistakes)
        words = frozenset(word_key(word) for word in table.texts("words"))
        skips.append(Skip(clean(table.text("column")), words))
        table.close()
    return tuple(skips)
