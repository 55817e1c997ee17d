"""The three council lists, against what their expected.json says."""

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from importing.services import Outcome
from importing.tests.support import FILES, LIST_DATE, expected, imported, may_practise, position, rejections, report
from licenses.models import PHBProfessionalRegistry, PractisingCertificate
from licenses.queries import facts_by_id
from practitioners.models import Practitioner, PractitionerIdentifier
from practitioners.queries import recorded_death
from practitioners.rules import NameUse

LISTS = ("mdcn", "nmcn", "pcn")


@pytest.fixture
def outcomes(committed_db: None, tmp_path: Path):
    def import_all(*names: str, batch_size: int = 1000) -> dict[str, Outcome]:
        return {name: _import(name, tmp_path, batch_size) for name in names}

    return import_all


def _import(name: str, folder: Path, batch_size: int) -> Outcome:
    file = Path(shutil.copy(FILES / f"{name}_list.csv", folder))
    return imported(file, FILES / f"{name}.mapping.toml", batch_size=batch_size)


@pytest.mark.parametrize("batch_size", [1000, 7, 1])
@pytest.mark.parametrize("name", LISTS)
def test_rows_are_rejected_and_noted_as_expected(outcomes, name, batch_size):
    outcome = outcomes(name, batch_size=batch_size)[name]
    want = expected(f"{name}_list.expected.json")
    assert rejections(outcome) == [(row["line"], row["reason"]) for row in want["rejected"]]
    assert [(int(row["line"]), row["code"]) for row in report(outcome, "notes")] == [
        (row["line"], row["note"]) for row in want["notes"]
    ]
    assert report(outcome, "differences") == []
    by_reason = {key.removeprefix("rejected."): n for key, n in outcome.run.counts.items() if "." in key}
    assert by_reason == want["rejected_by_reason"]


@pytest.mark.parametrize("name", LISTS)
def test_the_register_holds_what_is_expected(outcomes, name):
    outcome = outcomes(name, batch_size=7)[name]
    want = expected(f"{name}_list.expected.json")["counts"]
    licenses = list(PHBProfessionalRegistry.objects.select_related("register_part"))
    standings = Counter(facts.status_on(LIST_DATE).value for facts in facts_by_id([x.id for x in licenses]))
    assert {
        "rows": outcome.run.rows_done,
        "accepted": outcome.run.rows_done - sum(n for key, n in outcome.run.counts.items() if "." in key),
        "rejected": sum(n for key, n in outcome.run.counts.items() if "." in key),
        "people": Practitioner.objects.count(),
        "licences": len(licenses),
        "certificates": PractisingCertificate.objects.current().count(),
        "people_with_former_name": Practitioner.objects.filter(names__use=NameUse.OLD).distinct().count(),
        "licences_by_standing": dict(standings),
        "licences_by_register_part": dict(Counter(license.register_part.code for license in licenses)),
    } == want


@pytest.mark.parametrize("name", LISTS)
def test_single_licenses_are_what_the_list_says(outcomes, name):
    outcomes(name)
    for check in expected(f"{name}_list.expected.json")["spot_checks"]:
        license = PHBProfessionalRegistry.objects.select_related("practitioner__state", "register_part").get(
            regulator_number=check["number"], register_part__code=check["register_part"]
        )
        assert _described(license, check) == {key: value for key, value in check.items() if key != "line"}


@pytest.mark.parametrize("name", LISTS)
def test_they_verify_by_the_council_number(outcomes, name):
    outcomes(name)
    for check in expected(f"{name}_list.expected.json")["spot_checks"]:
        answer = may_practise(check["number"].lower(), check["register_part"], name)
        assert answer is check["may_practise"], check


@pytest.mark.parametrize("name", LISTS)
def test_numbers_in_two_registers_are_two_licenses(outcomes, name):
    outcomes(name)
    for number in expected(f"{name}_list.expected.json")["numbers_in_two_registers"]:
        people = PHBProfessionalRegistry.objects.filter(regulator_number=number).values_list("practitioner")
        assert len(set(people)) == 2


def test_three_lists_make_one_register(outcomes):
    before = position()
    outcomes(*LISTS)
    assert PHBProfessionalRegistry.objects.count() == 48 + 47 + 40
    assert position() == before + 3  # one position for each batch


def _described(license, check):
    facts = facts_by_id([license.id])[0]
    person = license.practitioner
    died_on = recorded_death(person.pk)
    name = person.names.current().get(use=NameUse.OFFICIAL)
    status = facts.status_on(LIST_DATE).value
    periods = {"suspended": facts.standing.suspensions, "removed": facts.standing.removals}.get(status, [])
    described = {
        "register_part": license.register_part.code,
        "number": license.regulator_number,
        "person": list(PractitionerIdentifier.objects.filter(practitioner=person).values_list("system", "value")),
        "surname": name.surname,
        "given_names": name.given_names,
        "former_names": [f"{old.surname}, {old.given_names}" for old in person.names.current().filter(use=NameUse.OLD)],
        "birth_date": _iso(person.birth_date),
        "registered_on": _iso(license.registered_on),
        "standing": status,
        "reason": "death" if died_on else "".join(period.code for period in periods),
        "standing_from": _iso(died_on or next((period.start for period in periods), None)),
        "standing_until": next((_last(period.end) for period in periods), None),
        "certificates": [[_iso(period.start), _last(period.end)] for period in facts.standing.certificates],
        "specialties": sorted(period.code for period in facts.specialties),
        "state": person.state.code if person.state else None,
        "may_practise": not facts.obstacles_on(LIST_DATE),
    }
    described["person"] = list(described["person"][0]) if described["person"] else None
    # A check leaves out what is empty, and the first day of a standing that the list gives no day for.
    empty = {key for key, value in described.items() if value in (None, "", []) and key not in check}
    undated = {"standing_from"} - check.keys() if described["standing_from"] == _iso(LIST_DATE) else set()
    return {key: value for key, value in described.items() if key not in empty | undated}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _last(end: date | None) -> str | None:
    return _iso(date.fromordinal(end.toordinal() - 1)) if end else None
