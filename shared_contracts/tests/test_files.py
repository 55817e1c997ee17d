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
EVENTS = sorted((ROOT / "events").glob("*.schema.json"))
EVENT_EXAMPLES = sorted((ROOT / "examples" / "events").glob("*.json"))
CONTRACTS = "https://phb.ng/contracts"
OPENAPI = sorted((ROOT / "openapi").glob("*.yaml"))


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_a_schema_is_a_schema(path: Path) -> None:
    schema = _read(path)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"{CONTRACTS}/{path.parent.name}/{path.name}"


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


def test_every_type_of_event_has_its_example() -> None:
    types = {path.name.removesuffix(".schema.json") for path in EVENTS} - {"envelope.v1"}
    assert types
    assert types == {path.stem for path in EVENT_EXAMPLES}


@pytest.mark.parametrize("path", EVENT_EXAMPLES, ids=lambda path: path.stem)
def test_an_event_in_an_example_is_what_its_schemas_say(path: Path) -> None:
    event = _read(path)
    of_its_type = _read(ROOT / "events" / f"{path.stem}.schema.json")
    _validate(event, _read(ROOT / "events" / "envelope.v1.schema.json"))
    _validate(event["data"], of_its_type)
    assert (event["type"], event["dataschema"]) == (of_its_type["title"], of_its_type["$id"])


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("license.suspended.v1", {"position": None}),
        ("application.submitted.v1", {"position": 42}),
        ("license.suspended.v1", {"type": "ng.phb.registry.license.suspended"}),
        ("license.suspended.v1", {"id": "42"}),
    ],
)
def test_the_envelope_refuses_what_is_no_event(name: str, change: dict[str, Any]) -> None:
    example = _read(ROOT / "examples" / "events" / f"{name}.json")
    event = {key: value for key, value in (example | change).items() if value is not None}
    with pytest.raises(jsonschema.ValidationError):
        _validate(event, _read(ROOT / "events" / "envelope.v1.schema.json"))


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


def _validate(value: Any, schema: Any) -> None:
    jsonschema.validate(value, schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
