"""The files hold together by themselves, whatever the services do."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
CODES = json.loads((ROOT / "errors" / "codes.json").read_text(encoding="utf-8"))
EXAMPLES = sorted((ROOT / "examples").glob("*.json"))
SCHEMAS = sorted(ROOT.glob("*/*.schema.json"))
OPENAPI = sorted((ROOT / "openapi").glob("*.yaml"))


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_a_schema_is_a_schema(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(_read(path))


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_a_status_a_title_a_sentence_and_a_source(code: str) -> None:
    entry = CODES[code]
    assert re.fullmatch(r"[a-z][a-z0-9_]+", code)
    assert set(entry) == {"status", "title", "sentence", "from"}
    assert 400 <= entry["status"] <= 599
    assert entry["title"]
    assert entry["sentence"].endswith(".")
    assert set(entry["from"]) <= {"registry", "hospital", "gateway"}


def test_the_gateways_codes_are_listed() -> None:
    gateway = _read(ROOT.parent / "gateway" / "codes.json")
    listed = {code: entry for code, entry in CODES.items() if "gateway" in entry["from"]}
    assert {code: (e["status"], e["title"], e["sentence"]) for code, e in listed.items()} == {
        code: (e["status"], e["title"], e["sentence"]) for code, e in gateway.items()
    }


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_refusal_in_an_example_is_a_problem_with_a_listed_code(path: Path) -> None:
    response = _read(path)["response"]
    if response["status"] < 400:
        assert response["content_type"].startswith("application/vnd.phb.")
        return
    jsonschema.validate(response["body"], _read(ROOT / "errors" / "problem.v1.schema.json"))
    assert CODES[response["body"]["code"]]["status"] == response["status"]


@pytest.mark.parametrize("path", OPENAPI, ids=lambda path: path.name)
def test_every_operation_has_a_name_and_documents_its_refusals(path: Path) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert document["openapi"].startswith("3.1")
    names = []
    for operations in document["paths"].values():
        for operation in operations.values():
            names.append(operation["operationId"])
            assert "400" in operation["responses"]
    assert len(names) == len(set(names))
