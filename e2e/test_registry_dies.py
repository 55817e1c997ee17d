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
PART = 200
DEMO = 20
CONCLUSIONS = {"verified", "refused", "not_answered"}
RECOVERY_SECONDS = 90
ROUNDS = 6
MORE_THAN_PROCESSES = 12


@pytest.fixture(scope="module")
def numbers(system: Any, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The license numbers of a thousand people in the register, and of one more."""
    file = tmp_path_factory.mktemp("numbers") / "numbers.txt"
    system.manage("registry", "sample_numbers", "--count", str(STAFF + 1 + DEMO), "--output", str(file))
    # Some of the demo cast work at the hospital already.
    drawn = [number for number in Path(file).read_text(encoding="utf-8").split() if "-DEM0-" not in number]
    return drawn[: STAFF + 1]


def test_every_row_says_what_is_known_and_the_rest_is_verified_when_the_registry_returns(
    system: Any, numbers: list[str], other_hospital: dict[str, Any], other_admin: Caller
) -> None:
    hospital, admin = other_hospital, other_admin
    *early, late = numbers
    with ThreadPoolExecutor(4) as pool:
        joined = list(pool.map(lambda number: _join(admin, hospital["id"], number), early))
    assert [each.status_code for each in joined] == [201] * STAFF

    before = {each["id"]: each for each in _all_staff(admin, hospital["id"])}
    assert len(before) >= STAFF
    ids = list(before)[:STAFF]
    # A registry that is well answers about all of them in one round, and a second round at once harms neither.
    with ThreadPoolExecutor(2) as pool:
        rounds = list(pool.map(lambda _: _verify(admin, hospital["id"], ids), range(2)))
    assert [(status, body["counts"]["not_answered"]) for status, body, _ in rounds] == [(200, 0)] * 2
    assert max(seconds for _, _, seconds in rounds) < 3
    for _ in range(ROUNDS):
        rounds = _verify_while_the_registry_is_killed(system, admin, hospital["id"], ids)
        assert [(status, sum(body["counts"].values())) for status, body, _ in rounds] == [(200, PART)] * len(rounds)
        assert max(seconds for _, _, seconds in rounds) < 3
        told = [each for _, body, _ in rounds for each in body["results"]]
        assert {each["verification"]["outcome"] for each in told} <= CONCLUSIONS
        assert all(each["outcome"] == each["verification"]["outcome"] for each in told)
        if 0 < sum(each["outcome"] == "not_answered" for each in told) < STAFF:
            break
        system.start_service("registry")
    else:
        pytest.fail("the registry was never killed between two rounds")
    try:
        # With the registry gone for good, the answer is quick and says so in plain words.
        status, body, seconds = _verify(admin, hospital["id"], ids[:50])
        assert (status, body["counts"]["not_answered"]) == (200, 50)
        assert seconds < 3
        _assert_plain(body["results"])
        # Nor is anyone told otherwise who looks at the list, of whoever joins now either.
        newcomer = _join(admin, hospital["id"], late).json()
        listed = {each["id"]: each for each in _all_staff(admin, hospital["id"])}
        assert listed.keys() == before.keys() | {newcomer["id"]}
        assert {each["outcome"] for each in listed.values()} <= CONCLUSIONS
        unanswered = [each for each in listed.values() if each["outcome"] == "not_answered"]
        assert {newcomer["id"], *ids[:50]} <= {each["id"] for each in unanswered}
        _assert_plain(unanswered)
        # What the registry said before stays beside it.
        assert all(listed[each]["last_answer"] for each, row in before.items() if row["last_answer"])
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


def _assert_plain(unanswered: list[dict[str, Any]]) -> None:
    for each in unanswered:
        assert "not licensed" not in each["detail"]
        assert each["detail"].endswith("This says nothing about the license.")


def _verify_while_the_registry_is_killed(
    system: Any, admin: Caller, hospital_id: str, ids: list[str]
) -> list[tuple[int, dict[str, Any], float]]:
    """Ask about everyone in parts, and kill the registry as soon as it has answered about some."""
    before = _batches_answered(system)
    parts = [ids[start : start + PART] for start in range(0, len(ids), PART)]
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(lambda: [_verify(admin, hospital_id, part) for part in parts])
        while _batches_answered(system) == before and not asking.done():
            time.sleep(0.005)
        system.stop_service("registry", crash=True)
        return asking.result()


def _batches_answered(system: Any) -> int:
    """How often the registry has answered about many licenses, by its own count."""
    text = requests.get(f"{system.service_url('registry')}/metrics", timeout=5).text
    counts = re.findall(r'^phb_http_requests_total{.*route="api/registry/verify/batch/".*} (.*)$', text, re.MULTILINE)
    return int(sum(map(float, counts)))


def _join(admin: Caller, hospital_id: str, number: str) -> requests.Response:
    return admin.post(
        "/api/staff/",
        json={"hospital": hospital_id, "full_name": "Bola Ade", "job_title": "Nurse", "license_number": number},
    )


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
    return sum(each["outcome"] == "not_answered" for each in _all_staff(admin, hospital_id))
