"""What the registry promised in shared_contracts, fed to the client as it would come over the wire."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import responses

from license_gate.answers import Answer, Question
from license_gate.registry_client import RegistryClient

EXAMPLES = Path(__file__).resolve().parents[3] / "shared_contracts" / "examples"
REGISTRY = "http://registry.test"
SINGLE = sorted(path.stem for path in EXAMPLES.glob("*.json") if path.stem != "verification.batch")


def test_there_are_examples() -> None:
    assert len(SINGLE) >= 13


@pytest.mark.parametrize("name", SINGLE)
@responses.activate
def test_the_client_concludes_what_the_example_says(name: str) -> None:
    example = _read(name)
    _serve_token()
    _serve(responses.GET, f"/api/registry/verify/{_quoted(example)}/", example)
    answer = _client(example).verify(Question(example["request"]["license_number"]))
    assert (answer.outcome, answer.cause) == (example["hospital_concludes"], None)
    assert json.loads(answer.body) == example["response"]["body"]


@responses.activate
def test_the_client_concludes_what_the_batch_says_row_by_row() -> None:
    example = _read("verification.batch")
    _serve_token()
    _serve(responses.POST, "/api/registry/verify/batch/", example)
    asked = [Question(item["license_number"]) for item in example["request"]["body"]["items"]]
    answers: list[Answer] = _client(example).verify_many(asked)
    assert [str(answer.outcome) for answer in answers] == example["hospital_concludes"]
    assert json.loads(responses.calls[-1].request.body or b"") == example["request"]["body"]


def _client(example: dict[str, Any]) -> RegistryClient:
    checked_at = datetime.fromisoformat(example["response"]["body"].get("checked_at", "2026-11-23T09:00:00Z"))
    return RegistryClient(REGISTRY, "hospital-service", "secret", now=lambda: checked_at)


def _serve(method: str, path: str, example: dict[str, Any]) -> None:
    response = example["response"]
    responses.add(
        method,
        REGISTRY + path,
        status=response["status"],
        content_type=response["content_type"],
        body=json.dumps(response["body"], ensure_ascii=False).encode(),
    )


def _serve_token() -> None:
    token = {"access_token": "a.b.c", "token_type": "Bearer", "expires_in": 600, "scope": "verify"}
    responses.add(responses.POST, f"{REGISTRY}/api/registry/auth/client-token/", json=token)


def _quoted(example: dict[str, Any]) -> str:
    return str(example["request"]["license_number"]).replace("/", "%2F")


def _read(name: str) -> dict[str, Any]:
    return json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
