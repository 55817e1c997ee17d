"""The system stands: a license is verified for real, by anyone, by a machine, and by a hospital."""

import time
from typing import Any

import pytest

from e2e.caller import Caller

ANSWER = "application/vnd.phb.verification.v1+json"
PROBLEM = "application/problem+json"


def license_of(demo: dict[str, Any], key: str) -> str:
    """The license number of one of the demo cast."""
    number: str = next(each["license_number"] for each in demo["registry"]["licenses"] if each["key"] == key)
    return number


def test_anyone_verifies_a_license_through_the_gateway(anyone: Caller, demo: dict[str, Any]) -> None:
    number = license_of(demo, "doctor")
    answer = anyone.get(f"/api/registry/verify/{number}/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, ANSWER)
    body = answer.json()
    assert (body["license_number"], body["status"], body["may_practise"]) == (number, "registered", True)


def test_a_number_is_read_however_it_was_typed(anyone: Caller, demo: dict[str, Any]) -> None:
    number = license_of(demo, "doctor")
    typed = number.lower().replace("-", " ")
    assert anyone.get(f"/api/registry/verify/{typed}/").json()["license_number"] == number


@pytest.mark.parametrize(
    ("key", "status", "reason"),
    [
        ("suspended_nurse", "suspended", "suspended"),
        ("expired_pharmacist", "registered", "certificate_expired"),
        ("erased_dentist", "removed", "removed"),
        ("deceased_doctor", "removed", "deceased"),
    ],
)
def test_who_may_not_practise_is_told_why(
    anyone: Caller, demo: dict[str, Any], key: str, status: str, reason: str
) -> None:
    body = anyone.get(f"/api/registry/verify/{license_of(demo, key)}/").json()
    assert (body["status"], body["may_practise"]) == (status, False)
    assert reason in [each["code"] for each in body["reasons"]]


def test_never_issued_mistyped_and_not_held_are_different_answers(anyone: Caller, demo: dict[str, Any]) -> None:
    number = license_of(demo, "doctor")
    mistyped = number[:-1] + ("0" if number[-1] != "0" else "1")
    never_issued = demo["registry"]["never_issued"]
    answers = [anyone.get(f"/api/registry/verify/{each}/") for each in (mistyped, never_issued, "MDCN/R/999999")]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [
        (422, "license_number_invalid"),
        (404, "license_not_found"),
        (404, "council_number_not_held"),
    ]
    assert {each.headers["Content-Type"] for each in answers} == {PROBLEM}


def test_a_machine_verifies_many_licenses_in_one_question(machine: Caller, demo: dict[str, Any]) -> None:
    numbers = [each["license_number"] for each in demo["registry"]["licenses"]]
    asked = [*numbers, demo["registry"]["never_issued"], numbers[0]]
    answer = machine.post("/api/registry/verify/batch/", json={"items": [{"license_number": each} for each in asked]})
    assert answer.status_code == 200, answer.text
    rows = answer.json()["results"]
    assert [row["license_number"] for row in rows] == asked
    assert [row["outcome"] for row in rows] == ["found"] * len(numbers) + ["refused", "found"]


def test_the_batch_is_closed_to_callers_without_a_clients_token(anyone: Caller, hospital_admin: Caller) -> None:
    items = {"items": [{"license_number": "MDCN/R/1"}]}
    refused = anyone.post("/api/registry/verify/batch/", json=items)
    assert (refused.status_code, refused.json()["code"]) == (401, "authentication_required")
    # A token of the other service is nobody here.
    foreign = hospital_admin.post("/api/registry/verify/batch/", json=items)
    assert (foreign.status_code, foreign.json()["code"]) == (401, "token_invalid")


def test_a_hospital_verifies_a_license_when_someone_joins(
    hospital_admin: Caller, hospital: dict[str, Any], demo: dict[str, Any]
) -> None:
    number = license_of(demo, "nurse_midwife")
    joined = hospital_admin.post(
        "/api/staff/",
        json={
            "hospital": hospital["id"],
            "full_name": "Ngozi Eze",
            "job_title": "Staff nurse",
            "license_number": number,
        },
    )
    assert joined.status_code == 201, joined.text
    verification = joined.json()["verification"]
    assert (verification["outcome"], verification["license_number"]) == ("verified", number)
    assert verification["facts"]["facts"]["may_practise"] is True

    kept = hospital_admin.get(f"/api/staff/{joined.json()['id']}/verifications/").json()["results"]
    assert kept[0]["id"] == verification["id"]


def test_demo_staff_are_verified_by_the_worker_without_anyone_asking(
    hospital_admin: Caller, hospital: dict[str, Any]
) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        staff = hospital_admin.get(f"/api/staff/?hospital={hospital['id']}").json()["results"]
        outcomes = {each["verification"] and each["verification"]["outcome"] for each in staff}
        if outcomes <= {"verified", "refused"}:
            break
        time.sleep(0.5)
    assert outcomes <= {"verified", "refused"}


def test_another_hospitals_staff_cannot_be_seen(hospital_admin: Caller, other_hospital: dict[str, Any]) -> None:
    refused = hospital_admin.get(f"/api/staff/?hospital={other_hospital['id']}")
    assert (refused.status_code, refused.json()["code"]) == (403, "hospital_role_needed")


def test_the_register_is_searched_by_name(anyone: Caller) -> None:
    found = anyone.get("/api/registry/search/?q=abdullahi")
    assert found.status_code == 200
    assert found.json()["results"]


def test_the_gateway_hides_what_only_operators_scrape(anyone: Caller) -> None:
    for path in ("/metrics", "/readyz"):
        refused = anyone.get(path)
        assert (refused.status_code, refused.headers["Content-Type"]) == (404, PROBLEM)


def test_both_services_publish_their_contract_and_a_page_to_read_it(anyone: Caller) -> None:
    for base in ("/api/registry", "/api"):
        assert anyone.get(f"{base}/schema/").status_code == 200
        assert "swagger" in anyone.get(f"{base}/docs/").text.lower()
