"""Reading JSON from the network without trusting it: each member has the contract's type, or nothing is believed."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NoReturn, TypeVar

from license_gate.answers import Certificate, Facts, Freshness, Register

ANSWER_MARKER = "ng.phb.registry.verification.v1"

T = TypeVar("T", str, bool, int, list[Any], dict[str, Any])
Document = Mapping[str, Any]


class MalformedError(Exception):
    """What came back is not what the contract promises."""


def parse(body: bytes) -> Document:
    """Read a JSON object that can also be stored: PostgreSQL takes neither NUL nor half a surrogate pair.

    Raises MalformedError.
    """
    try:
        document = json.loads(body.decode(), parse_constant=_refuse_constant)
        storable = "\\u0000" not in dump(document)
    except (ValueError, RecursionError) as error:
        raise MalformedError from error
    if not storable or type(document) is not dict:
        raise MalformedError
    return document


def dump(document: Any) -> str:
    """Raises UnicodeEncodeError for what cannot be written as UTF-8."""
    text = json.dumps(document, ensure_ascii=False)
    text.encode()
    return text


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def optional(document: Document, name: str, kind: type[T]) -> T | None:
    """The member, or None where it is absent or null. Raises MalformedError when it has another type."""
    value = document.get(name)
    # Not isinstance: a JSON true is no whole number, although Python's True is an int.
    if value is not None and type(value) is not kind:
        raise MalformedError(name)
    return value


def needed(document: Document, name: str, kind: type[T]) -> T:
    """The member. Raises MalformedError when it is absent, null, empty text, or has another type."""
    value = optional(document, name, kind)
    if value is None or (isinstance(value, str) and not value.strip()):
        raise MalformedError(name)
    return value


def optional_day(document: Document, name: str) -> date | None:
    text = optional(document, name, str)
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise MalformedError(name) from error


def optional_instant(document: Document, name: str) -> datetime | None:
    text = optional(document, name, str)
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedError(name) from error
    if instant.tzinfo is None:
        raise MalformedError(name)
    return instant


def items(document: Document, name: str) -> tuple[Any, ...]:
    return tuple(optional(document, name, list) or ())


def objects(document: Document, name: str) -> tuple[Document, ...]:
    found = items(document, name)
    if any(type(each) is not dict for each in found):
        raise MalformedError(name)
    return found


def read_facts(document: Document) -> Facts:
    """The facts of one 200 answer. Raises MalformedError."""
    if document.get("type") != ANSWER_MARKER:
        raise MalformedError("type")
    checked_at = optional_instant(document, "checked_at")
    if checked_at is None:
        raise MalformedError("checked_at")
    person = needed(document, "professional", dict)
    return Facts(
        license_number=needed(document, "license_number", str),
        may_practise=needed(document, "may_practise", bool),
        status=needed(document, "status", str),
        full_name=needed(person, "full_name", str),
        checked_at=checked_at,
        registered_on=optional_day(document, "registered_on"),
        register=optional(document, "register", str),
        register_part=optional(document, "register_part", str),
        reasons=items(document, "reasons"),
        profession=optional(person, "profession", str),
        regulator=optional(person, "regulator", str),
        regulator_number=optional(person, "regulator_number", str),
        specialties=items(person, "specialties"),
        certificate=_read_certificate(optional(document, "certificate", dict)),
        renewal=optional(document, "renewal", str),
        grace_until=optional_day(document, "grace_until"),
        conditions=objects(document, "conditions"),
        discipline=items(document, "discipline"),
        data_as_of=_read_freshness(optional(document, "data_as_of", dict)),
        position=optional(document, "position", int),
    )


def _read_freshness(document: Document | None) -> Freshness | None:
    if document is None:
        return None
    changed_at = optional_instant(document, "changed_at")
    if changed_at is None:
        raise MalformedError("changed_at")
    return Freshness(position=needed(document, "position", int), changed_at=changed_at)


def _read_certificate(document: Document | None) -> Certificate | None:
    if document is None:
        return None
    return Certificate(
        number=optional(document, "number", str),
        valid_from=optional_day(document, "valid_from"),
        valid_until=optional_day(document, "valid_until"),
    )


def read_registers(document: Document) -> tuple[Register, ...]:
    """The registers that a 409 names; at least one. Raises MalformedError."""
    registers = tuple(
        Register(needed(each, "regulator", str), needed(each, "register", str))
        for each in objects(document, "registers")
    )
    if not registers:
        raise MalformedError("registers")
    return registers
