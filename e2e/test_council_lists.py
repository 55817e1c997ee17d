"""Councils' lists come in, and their numbers are verified by anyone and from a hospital."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from e2e.caller import Caller

FILES = Path(__file__).resolve().parent.parent / "registry_service" / "importing" / "tests" / "files"
COUNCILS = ["mdcn", "nmcn", "pcn"]
# The day on which the lists were written; what they say of today is the importer's own tests' part.
LIST_DATE = "2026-11-23"


@pytest.fixture(scope="module", params=COUNCILS)
def spot_checks(request: pytest.FixtureRequest, system: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Import a council's list, and return who stands on it."""
    council = request.param
    folder = tmp_path_factory.mktemp(council)
    copied = shutil.copy(FILES / f"{council}_list.csv", folder)
    mapping = str(FILES / f"{council}.mapping.toml")
    system.manage("registry", "import_register", str(copied), "--mapping", mapping, "--list-date", LIST_DATE)
    expected = json.loads((FILES / f"{council}_list.expected.json").read_text(encoding="utf-8"))
    rejected = (folder / f"{council}_list.csv.rejected.csv").read_text(encoding="utf-8").splitlines()
    assert len(rejected) > expected["counts"]["rejected"]
    return [{**each, "regulator": council} for each in expected["spot_checks"]]


def test_anyone_verifies_a_councils_number_through_the_gateway(anyone: Caller, spot_checks: Any) -> None:
    for entry in spot_checks:
        where = f"?regulator={entry['regulator']}&register={entry['register_part']}"
        answer = anyone.get(f"/api/registry/verify/{entry['number']}/{where}")
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert (body["register_part"], body["registered_on"]) == (entry["register_part"], entry["registered_on"])
        assert entry["surname"] in body["professional"]["full_name"]


def test_a_hospital_verifies_a_councils_number(
    hospital_admin: Caller, hospital: dict[str, Any], spot_checks: Any
) -> None:
    entry = spot_checks[0]
    joined = hospital_admin.post(
        "/api/staff/",
        json={
            "hospital": hospital["id"],
            "full_name": f"{entry['given_names']} {entry['surname']}",
            "job_title": "Staff",
            "license_number": entry["number"],
            "regulator": entry["regulator"],
            "register": entry["register_part"],
        },
    )
    assert joined.status_code == 201, joined.text
    assert joined.json()["verification"]["outcome"] in {"verified", "refused"}
