"""Loading the files in `reference/data` into the tables, and what else happens to rows there."""

import csv
import logging
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from reference.models import (
    DatedRow,
    DocumentRequirement,
    DocumentType,
    Fee,
    Lga,
    PractisingTerm,
    Profession,
    Reason,
    RegisterPart,
    Regulator,
    ReviewRule,
    Specialty,
    State,
)
from reference.rules import ReasonKind

logger = logging.getLogger("phb.reference")

DATA = Path(__file__).parent / "data"
EXCLUSION_VIOLATION = "23P01"
"""What PostgreSQL calls it when a constraint such as `fee_one_at_a_time` refuses a row."""

_CODED = ("code", "name", "source")
_DATED = ("valid_from", "valid_until")
_RULE_KEY = ("kind", "regulator_id", "register_part_id", "valid_from")


def mark_register_complete(regulator: str, day: date) -> None:
    """Record that the council's own register is held here in full up to a day; an earlier day changes nothing."""
    council = Regulator.objects.filter(code=regulator)
    council.filter(Q(register_complete_to=None) | Q(register_complete_to__lt=day)).update(register_complete_to=day)


def end_rule(rule: DatedRow, *, first_day_out: date) -> bool:
    """Let a rule end on a day, and say whether that changed anything: one that ends before is left as it is."""
    goes_on = Q(valid_until=None) | Q(valid_until__gt=first_day_out)
    rules = type(rule)._default_manager.filter(goes_on, pk=rule.pk)
    return rules.update(valid_until=first_day_out) == 1


@transaction.atomic
def load_reference(*, update: bool = False, folder: Path = DATA) -> dict[str, int]:
    """Add the rows that are missing, and return how many of each table.

    A row that exists is left as it is, since an administrator may have changed it; with `update`
    it is set to what the file says. What contradicts a rule that an administrator entered is left out,
    and the log says so. Another `folder` needs to hold only the files that it adds to.
    """
    return {
        "states": _load(State, folder / "states.csv", ("code",), _state, update),
        "lgas": _load(Lga, folder / "lgas.csv", ("code",), _lga, update),
        "regulators": _load(Regulator, folder / "regulators.csv", ("code",), _regulator, update),
        "professions": _load(Profession, folder / "professions.csv", ("code",), _profession, update),
        "register_parts": _load(RegisterPart, folder / "register_parts.csv", ("code",), _register_part, update),
        "specialties": _load(Specialty, folder / "specialties.csv", ("code",), _specialty, update),
        "practising_terms": _load(
            PractisingTerm,
            folder / "practising_terms.csv",
            ("regulator_id", "profession_id", "category", "valid_from"),
            _practising_term,
            update,
        ),
        **{
            file: _load(
                Reason,
                folder / f"{file}.csv",
                ("code",),
                lambda row, kind=kind: {**_coded(row), "kind": kind},
                update,
            )
            for file, kind in (
                ("removal_reasons", ReasonKind.REMOVAL),
                ("suspension_reasons", ReasonKind.SUSPENSION),
                ("condition_codes", ReasonKind.CONDITION),
                ("approval_reasons", ReasonKind.APPROVAL),
                ("rejection_reasons", ReasonKind.REJECTION),
                ("question_reasons", ReasonKind.QUESTION),
                ("name_change_reasons", ReasonKind.NAME_CHANGE),
                ("merge_reasons", ReasonKind.MERGE),
                ("doubt_reasons", ReasonKind.DOUBT),
            )
        },
        "document_types": _load(DocumentType, folder / "document_types.csv", ("code",), _document_type, update),
        "document_requirements": _load(
            DocumentRequirement,
            folder / "document_requirements.csv",
            (*_RULE_KEY, "document_type_id"),
            _document_requirement,
            update,
        ),
        "fees": _load(Fee, folder / "fees.csv", _RULE_KEY, _fee, update),
        "review_rules": _load(ReviewRule, folder / "review_rules.csv", _RULE_KEY, _review_rule, update),
    }


def _load(model: type[models.Model], file: Path, key: tuple[str, ...], read: Any, update: bool) -> int:
    added = 0
    for row in _rows(file):
        values = read(row)
        wanted = {name: values.pop(name) for name in key}
        found = model._default_manager.filter(**{_lookup(k, v): _value(v) for k, v in wanted.items()})
        if not found:
            added += _write(partial(model._default_manager.create, **wanted, **values), model, row)
        elif update:
            _write(partial(found.update, **values), model, row)
    return added


def _write(write: Callable[[], Any], model: type[models.Model], row: dict[str, str]) -> bool:
    """Write what a row of a file says, and say whether that was done: not where it contradicts another rule."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError as error:
        if getattr(error.__cause__, "pgcode", "") != EXCLUSION_VIOLATION:
            raise
        logger.warning("reference_row_left_out", extra={"table": model._meta.model_name, "row": row})
        return False
    return True


def _lookup(name: str, value: Any) -> str:
    return f"{name}__isnull" if value is None else name


def _value(value: Any) -> Any:
    return True if value is None else value


def _rows(file: Path) -> Iterator[dict[str, str]]:
    if file.parent != DATA and not file.exists():
        return
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _coded(row: dict[str, str]) -> dict[str, Any]:
    return {name: row[name] for name in _CODED} | {name: _day(row.get(name, "")) for name in _DATED}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _id(model: type[models.Model], code: str) -> int | None:
    return model._default_manager.values_list("pk", flat=True).get(code=code) if code else None


def _aliases(row: dict[str, str]) -> list[str]:
    return [alias for alias in row["aliases"].split("|") if alias]


def _state(row: dict[str, str]) -> dict[str, Any]:
    names = ("code", "name", "kind", "capital", "iso_3166_2", "ocha_pcode", "inec_code")
    return {name: row[name] for name in names} | {"geopolitical_zone": row["zone"], "aliases": _aliases(row)}


def _lga(row: dict[str, str]) -> dict[str, Any]:
    names = ("code", "name", "inec_code")
    return {name: row[name] for name in names} | {"state_id": _id(State, row["state"]), "aliases": _aliases(row)}


def _regulator(row: dict[str, str]) -> dict[str, Any]:
    names = ("former_name", "legal_basis", "appeals_to", "ministry", "website")
    return _coded(row) | {name: row[name] for name in names} | {"status": row["kind_of_status"]}


def _profession(row: dict[str, str]) -> dict[str, Any]:
    return _coded(row) | {
        "plural": row["plural"],
        "number_prefix": row["number_prefix"],
        "regulator_id": _id(Regulator, row["regulator"]),
    }


def _register_part(row: dict[str, str]) -> dict[str, Any]:
    names = ("category", "legal_section", "number_pattern", "number_example")
    return (
        _coded(row)
        | {name: row[name] for name in names}
        | {
            "supervised": row["supervised"] == "true",
            "regulator_id": _id(Regulator, row["regulator"]),
            "profession_id": _id(Profession, row["profession"]),
        }
    )


def _specialty(row: dict[str, str]) -> dict[str, Any]:
    return _coded(row) | {
        "regulator_id": _id(Regulator, row["regulator"]),
        "profession_id": _id(Profession, row["profession"]),
    }


def _practising_term(row: dict[str, str]) -> dict[str, Any]:
    names = ("category", "kind", "renewal_deadline", "cpd_unit", "cpd_per", "source")
    return {name: row[name] for name in names} | {
        "regulator_id": _id(Regulator, row["regulator"]),
        "profession_id": _id(Profession, row["profession"]),
        "months": int(row["months"]),
        "grace_months": int(row["grace_months"] or 0),
        "cpd_points": int(row["cpd_points"]) if row["cpd_points"] else None,
        "valid_from": _day(row["valid_from"]),
        "valid_until": _day(row["valid_until"]),
    }


def _document_type(row: dict[str, str]) -> dict[str, Any]:
    return _coded(row) | {"form": row["form"], "advice": row["advice"]}


def _rule(row: dict[str, str]) -> dict[str, Any]:
    return {name: row[name] for name in ("kind", "source")} | {
        "regulator_id": _id(Regulator, row["regulator"]),
        "register_part_id": _id(RegisterPart, row["register_part"]),
        "valid_from": _day(row["valid_from"]),
        "valid_until": _day(row["valid_until"]),
    }


def _document_requirement(row: dict[str, str]) -> dict[str, Any]:
    return _rule(row) | {
        "document_type_id": _id(DocumentType, row["document_type"]),
        "necessity": row["necessity"],
        "supplied_by": row["supplied_by"],
    }


def _fee(row: dict[str, str]) -> dict[str, Any]:
    return _rule(row) | {"amount_kobo": int(row["amount_kobo"]), "currency": row["currency"]}


def _review_rule(row: dict[str, str]) -> dict[str, Any]:
    return _rule(row) | {
        "second_officer": row["second_officer"] == "true",
        "issues_certificate": row["issues_certificate"] == "true",
        "answer_days": int(row["answer_days"]),
        "reaudit_percent": int(row["reaudit_percent"]),
    }
