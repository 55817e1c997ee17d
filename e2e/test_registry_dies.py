"""The registry is killed while a hospital verifies a thousand staff: nobody is told anything untrue."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from e2e.caller import Caller

STAFF = 1000
DEMO = 20
RECOVERY_SECONDS = 90
ROUNDS = 6
MORE_THAN_PROCESSES = 12


@pytest.fixture(scope="module")
def numbers(system: Any, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The license numbers of a thousand people in the register."""
    file = tmp_path_factory.mktemp("numbers") / "numbers.txt"
    system.manage("registry", "sample_numbers", "--count", str(STAFF + DEMO), "--output", str(file))
    # Some of the demo cast work at the hospital already.
    drawn = [number for number in Path(file).read_text(encoding="utf-8").split() if "-DEM0-" not in number]
    return drawn[:STAFF]


def test_every_row_says_what_is_known_and_the_rest_is_verified_when_the_registry_returns(
    system: Any, numbers: list[str], other_hospital: dict[str, Any], other_admin: Caller
) -> None:
    hospital, admin = other_hospital, other_admin
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda number: _join(admin, hospital["id"], number), numbers))
    assert statuses == [201] * STAFF

    before = {each["id"]: each for each in _all_staff(admin, hospital["id"])}
    assert len(before) >= STAFF
    ids = list(before)[:STAFF]
    for _ in range(ROUNDS):
        status, body, seconds = _verify_while_the_registry_is_killed(system, admin, hospital["id"], ids)
        assert (status, sum(body["counts"].values())) == (200, STAFF)
        assert seconds < 3
        assert {each["verification"]["outcome"] for each in body["results"]} <= {"verified", "refused", "not_answered"}
        if 0 < body["counts"]["not_answered"] < STAFF:
            break
        system.start_service("registry")
    else:
        pytest.fail("the registry was never killed between two batches")
    try:
        # With the registry gone for good, the answer is quick and says so in plain words.
        status, body, seconds = _verify(admin, hospital["id"], ids[:50])
        assert (status, body["counts"]["not_answered"]) == (200, 50)
        assert seconds < 3
        sentence = body["results"][0]["verification"]["detail"]
        assert "not licensed" not in sentence
        assert "says nothing" in sentence
    finally:
        system.start_service("registry")

    deadline = time.monotonic() + RECOVERY_SECONDS
    while _unanswered(admin, hospital["id"]) and time.monotonic() < deadline:
        time.sleep(2)
    assert _unanswered(admin, hospital["id"]) == 0

    # Each process of the service finds out by itself that the registry is back: ask more often than there are any.
    answered = 0
    while answered < MORE_THAN_PROCESSES and time.monotonic() < deadline:
        _, body, _ = _verify(admin, hospital["id"], ids[:1])
        answered = 0 if body["counts"]["not_answered"] else answered + 1
        time.sleep(0.1)
    assert answered == MORE_THAN_PROCESSES


def _verify_while_the_registry_is_killed(
    system: Any, admin: Caller, hospital_id: str, ids: list[str]
) -> tuple[int, dict[str, Any], float]:
    """Ask about everyone, and kill the registry as soon as it has answered about some."""
    before = _batches_answered(system)
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(_verify, admin, hospital_id, ids)
        while _batches_answered(system) == before and not asking.done():
            time.sleep(0.005)
        system.stop_service("registry", crash=True)
        return asking.result()


def _batches_answered(system: Any) -> int:
    """How often the registry has answered about many licenses, by its own count."""
    text = requests.get(f"{system.service_url('registry')}/metrics", timeout=5).text
    counts = re.findall(r'^phb_http_requests_total{.*route="api/registry/verify/batch/".*} (.*)$', text, re.MULTILINE)
    return int(sum(map(float, counts)))


def _join(admin: Caller, hospital_id: str, number: str) -> int:
    return admin.post(
        "/api/staff/",
        json={"hospital": hospital_id, "full_name": "Bola Ade", "job_title": "Nurse", "license_number": number},
    ).status_code


def _verify(admin: Caller, hospital_id: str, ids: list[str]) -> tuple[int, dict[str, Any], float]:
    started = time.monotonic()
    answer = admin.post("/api/staff/verify/", json={"hospital": hospital_id, "affiliations": ids})
    return answer.status_code, answer.json(), time.monotonic() - started


def _all_staff(admin: Caller, hospital_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    path: str | None = f"/api/staff/?hospital={hospital_id}&page_size=200"
    while path:
        page = admin.get(path).json()
        found += page["results"]
        path = page["next"] and page["next"].removeprefix(admin.base_url)
    return found


def _unanswered(admin: Caller, hospital_id: str) -> int:
    staff = _all_staff(admin, hospital_id)
    return sum(each["verification"] is None or each["verification"]["outcome"] == "not_answered" for each in staff)
