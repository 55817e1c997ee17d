"""Lists and mappings for the tests, and what the register holds after an import, without numbers drawn at random."""

import csv
import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from changes.queries import register_position
from changes.services import RegisterChange
from importing.services import Job, Outcome, import_register
from licenses.models import (
    LicenseSpecialty,
    LicenseTransition,
    PHBProfessionalRegistry,
    PractisingCertificate,
    Removal,
    Suspension,
)
from licenses.queries import LicenseFacts, facts_by_id
from practitioners.models import PractitionerName
from practitioners.queries import recorded_death
from verification.queries import answer
from verification.rules import Question

FILES = Path(__file__).parent / "files"
LIST_DATE = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

MAPPING = """
[source]
name = "Test list"
regulator = "mlscn"
encoding = "utf-8"
delimiter = ","
date_formats = ["%Y-%m-%d"]
authority_for = [{authority}]
{more}

[person]
system = "mlscn-number"
column = "PERSON"

[columns]
number = "NO"
surname = "SURNAME"
given_names = "GIVEN"
birth_date = "BORN"
sex = "SEX"
register_part = "CADRE"
registered_on = "REGISTERED"
status = "STATUS"
standing_from = "FROM"
standing_until = "UNTIL"
certificate_from = "CERT FROM"
certificate_until = "CERT UNTIL"
state = "STATE"
email = "E-MAIL"
telephone = "PHONE"

[number]
write = "{{rest}}"

[register_parts]
"SCIENTIST" = "mlscn-scientist-full"
"TECHNICIAN" = "mlscn-technician-full"

[status_words]
"OK" = {{ standing = "registered" }}
"OWING" = {{ standing = "registered", certificate = "none" }}
"SUSPENDED" = {{ standing = "suspended", reason = "tribunal_order" }}
"INTERIM" = {{ standing = "suspended", reason = "interim_order" }}
"STRUCK OFF" = {{ standing = "removed", reason = "erased_by_tribunal" }}
"RETIRED" = {{ standing = "removed", reason = "own_request" }}
"DEAD" = {{ standing = "removed", reason = "death" }}

[certificate]
period = "from_until"
"""
EVERYTHING = ("names", "registration", "standing", "certificate", "contact")
COLUMNS = "PERSON,NO,SURNAME,GIVEN,BORN,SEX,CADRE,REGISTERED,STATUS,FROM,UNTIL,CERT FROM,CERT UNTIL,STATE,E-MAIL,PHONE"
_USUAL = {
    "PERSON": "1",
    "NO": "100",
    "SURNAME": "OKORO",
    "GIVEN": "Ada",
    "BORN": "1980-01-01",
    "SEX": "F",
    "CADRE": "SCIENTIST",
    "REGISTERED": "2005-05-05",
    "STATUS": "OK",
}


class Killed(BaseException):
    """What ends a process, as far as one process can show it."""


def dies_at_change(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process die in its n-th change of the register: everything is written, and nothing committed."""
    left = [number]

    close = RegisterChange.close

    def dies(change: RegisterChange) -> None:
        close(change)
        left[0] -= 1
        if not left[0]:
            raise Killed

    monkeypatch.setattr(RegisterChange, "close", dies)


class Lists:
    """Writes lists into a folder, each with a mapping of its own authority, and imports them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def imported(
        self,
        *rows: dict[str, str],
        authority: tuple[str, ...] = EVERYTHING,
        on: date = LIST_DATE,
        more: str = "",
        **options: Any,
    ) -> Outcome:
        """Import a list of these rows; what a row does not say is usual."""
        self._count += 1
        file = self._folder / f"list{self._count}.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, COLUMNS.split(","), restval="")
            writer.writeheader()
            writer.writerows(_USUAL | row for row in rows)
            stream.write("\n" * self._count)
        mapping = self._folder / f"mapping{self._count}.toml"
        words = ", ".join(f'"{subject}"' for subject in authority)
        mapping.write_text(MAPPING.format(authority=words, more=more), encoding="utf-8")
        return imported(file, mapping, list_date=on, **options)


def imported(file: Path, mapping: Path, **options: Any) -> Outcome:
    """Import a list; its reports go beside it."""
    job = Job(file=file, mapping_file=mapping, **{"list_date": LIST_DATE, **options})
    return import_register(job, clock=lambda: NOW, on_progress=lambda done, total: None)


def report(outcome: Outcome, kind: str) -> list[dict[str, str]]:
    """Return the rows of one report."""
    path = next(path for path in outcome.reports.paths if path.name.endswith(f".{kind}.csv"))
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def rejections(outcome: Outcome) -> list[tuple[int, str]]:
    """Return line and code of every rejected row."""
    return [(int(row["line"]), row["code"]) for row in report(outcome, "rejected")]


def differences(outcome: Outcome) -> list[tuple[str, str, str]]:
    """Return field, ours and theirs of every difference."""
    return [(row["field"], row["register says"], row["source says"]) for row in report(outcome, "differences")]


def expected(name: str) -> dict[str, Any]:
    """Return an expected.json of tests/files."""
    return json.loads((FILES / name).read_text(encoding="utf-8"))


def facts(number: str = "100", part: str = "mlscn-scientist-full") -> LicenseFacts:
    """Return what the register holds of one license now."""
    license = PHBProfessionalRegistry.objects.get(regulator_number=number, register_part__code=part)
    return facts_by_id([license.id])[0]


def may_practise(number: str, part: str, regulator: str) -> bool:
    """Ask the register as anyone would, by the council's number."""
    question = Question(license_number=number, regulator=regulator, register=part)
    return bool(answer(question, now=NOW)["may_practise"])


def position() -> int:
    """Return the register's last position."""
    return register_position().value


def whole_register() -> list[tuple[Any, ...]]:
    """Return all that is held, license by license, so that two registers can be compared."""
    licenses = PHBProfessionalRegistry.objects.select_related("practitioner", "register_part")
    return sorted(
        (
            license.register_part.code,
            license.regulator_number,
            license.registered_on,
            license.practitioner.birth_date,
            recorded_death(license.practitioner_id),
            license.practitioner.gender,
            sorted(license.practitioner.identifiers.values_list("system", "value")),
            sorted(license.practitioner.names.current().values_list("use", "title", "surname", "given_names")),
            [current(model, license.id) for model in (PractisingCertificate, Suspension, Removal, LicenseSpecialty)],
            list(LicenseTransition.objects.filter(license=license).order_by("id").values_list(*_STEP)),
        )
        for license in licenses
    )


_STEP = ("transition", "from_status", "to_status", "reason__code", "effective_on", "note")


def current(model: Any, license_id: int) -> list[tuple[date, date | None]]:
    """Return the periods of one kind that are current."""
    periods = model.objects.current().filter(license_id=license_id).order_by("valid")
    return [(period.valid.lower, period.valid.upper) for period in periods]


def steps(number: str = "100") -> list[tuple[str, str]]:
    """Return the transitions of a license, with the days from which they hold."""
    found = LicenseTransition.objects.filter(license__regulator_number=number).order_by("id")
    return [(step.transition, step.effective_on.isoformat()) for step in found]


def names() -> list[tuple[str, str, str]]:
    """Return every name that is held, the one in use first."""
    found = PractitionerName.objects.current().order_by("practitioner_id", "use", "surname")
    return [(name.use, name.surname, name.given_names) for name in found]


def data_dir() -> Path:
    """Return the folder of public data that is not kept with the code."""
    default = Path(settings.BASE_DIR).parent.parent / "shared" / "data"
    return Path(os.environ.get("PHB_DATA_DIR", default))
