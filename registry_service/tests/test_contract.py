"""What the registry promised in shared_contracts, held against what it really answers.

With PHB_WRITE_EXAMPLES=1 the examples are written anew from the answers; a reviewer sees the difference.
"""

import json
import os
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import time_machine
import yaml
from django.conf import settings
from rest_framework.test import APIClient

from accounts.keys import verified
from accounts.tests.factories import as_client, as_user, make_client, make_user
from accounts.tokens import ACCESS_TYP
from audit.rules import Actor
from changes.services import register_change
from common.declared import refusals
from common.problems import FRAMEWORK_REFUSALS
from licenses.services import register_license
from practitioners.services import add_practitioner
from sampling.cast import CAST
from sampling.services import add_cast

CONTRACTS = settings.BASE_DIR.parent / "shared_contracts"
EXAMPLES = CONTRACTS / "examples"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NUMBERS = {member.key: member.licenses[0].number for member in CAST}

# What differs from run to run stands in the examples as one of these.
SETTLED = {"request_id": "0190a1b2c3d4e5f60718293a4b5c6d7e", "position": 42, "changed_at": "2026-11-23T08:59:59Z"}

SINGLE = {
    "verification.may_practise": (NUMBERS["doctor"], "verified"),
    "verification.supervised": (NUMBERS["provisional_doctor"], "verified"),
    "verification.with_conditions": (NUMBERS["limited_physiotherapist"], "verified"),
    "verification.renewal_in_process": (NUMBERS["renewing_scientist"], "verified"),
    "verification.suspended": (NUMBERS["suspended_nurse"], "refused"),
    "verification.certificate_expired": (NUMBERS["expired_pharmacist"], "refused"),
    "verification.removed": (NUMBERS["erased_dentist"], "refused"),
    "verification.deceased": (NUMBERS["deceased_doctor"], "refused"),
    "verification.council_number": ("mdcn/r/980001", "verified"),
    "refusal.license_number_invalid": ("PHB-MED-DEM0-001C", "refused"),
    "refusal.license_not_found": ("PHB-MED-DEM0-999H", "refused"),
    "refusal.council_number_not_held": ("MDCN/R/999999", "unknown"),
    "refusal.license_number_ambiguous": ("777001", "ambiguous"),
}


@pytest.fixture
def cast(db: None) -> Any:
    with time_machine.travel(NOW, tick=False):
        add_cast(NOW)
        _one_number_in_two_registers()
        yield


def _one_number_in_two_registers() -> None:
    for name, part in (("Amina", "nmcn-general-nurse"), ("Bolanle", "nmcn-midwife")):
        with register_change(actor=Actor("test"), reason="An example.", now=NOW) as change:
            person = add_practitioner(change, surname="Ade", given_names=name)
            register_license(
                change,
                practitioner_id=person.pk,
                register_part=part,
                registered_on=NOW.date(),
                regulator_number="777001",
            )


@pytest.mark.parametrize("name", SINGLE)
def test_the_registry_answers_a_single_question_as_the_example_says(name: str, cast: None) -> None:
    number, conclusion = SINGLE[name]
    answer = as_client("verify").get(f"/api/registry/verify/{number}/")
    _hold(
        name,
        request={"method": "GET", "path": f"/api/registry/verify/{number}/", "license_number": number},
        answer=answer,
        hospital_concludes=conclusion,
    )


def test_the_registry_answers_a_batch_as_the_example_says(cast: None) -> None:
    asked = [number for number, _ in SINGLE.values()]
    body = {"items": [{"license_number": number} for number in asked]}
    answer = as_client("verify").post("/api/registry/verify/batch/", body)
    conclusions = [conclusion for _, conclusion in SINGLE.values()]
    request = {"method": "POST", "path": "/api/registry/verify/batch/", "body": body}
    _hold("verification.batch", request=request, answer=answer, hospital_concludes=conclusions)


def test_answers_are_what_the_openapi_file_describes(cast: None) -> None:
    document = yaml.safe_load((CONTRACTS / "openapi" / "registry.v1.yaml").read_text(encoding="utf-8"))
    validator = _validator({**document["components"]["schemas"]["Answer"], "components": document["components"]})
    for number, conclusion in SINGLE.values():
        answer = as_client("verify").get(f"/api/registry/verify/{number}/")
        if answer.status_code == 200:
            validator.validate(json.loads(answer.content))
        assert conclusion


def test_every_refusal_is_a_problem_as_the_schema_says(cast: None, api: APIClient) -> None:
    validator = _validator(_read(CONTRACTS / "errors" / "problem.v1.schema.json"))
    refused = [
        api.get("/api/registry/verify/PHB-MED-DEM0-001C/"),
        api.get("/api/registry/nothing/"),
        api.post("/api/registry/verify/batch/", {}),
        api.get("/api/registry/search/?nothing=1"),
        api.post("/api/registry/auth/token/", {"email": 5}),
    ]
    for answer in refused:
        assert answer["Content-Type"] == "application/problem+json"
        validator.validate(json.loads(answer.content))


def test_every_code_is_listed_with_its_status_and_title() -> None:
    listed = {
        code: (entry["status"], entry["title"])
        for code, entry in _read(CONTRACTS / "errors" / "codes.json").items()
        if "registry" in entry["from"]
    }
    # Everything that serves a request or runs in the worker hangs on these two.
    import_module("config.urls")
    import_module("config.due_tasks")
    ours = [refusal for refusal in refusals() if ".tests." not in refusal.__module__]
    raised = {refusal.code: (refusal.status, refusal.title) for refusal in ours}
    raised |= {code: (status, title) for _, status, code, title in FRAMEWORK_REFUSALS}
    raised["internal_error"] = (500, "The service failed")
    raised["csrf_failed"] = (403, "The form is not from this site")
    assert raised == listed


def test_tokens_carry_what_their_schemas_say(db: None, api: APIClient) -> None:
    person = as_user(make_user())
    access = person.defaults["HTTP_AUTHORIZATION"]
    client, secret = make_client("verify")
    form = "grant_type=client_credentials"
    granted = api.generic(
        "POST",
        "/api/registry/auth/client-token/",
        f"{form}&client_id={client.client_id}&client_secret={secret}",
        content_type="application/x-www-form-urlencoded",
    ).json()
    for kind, token in (("user_token", access.removeprefix("Bearer ")), ("client_token", granted["access_token"])):
        claims = verified(token, typ=ACCESS_TYP, audience=settings.TOKEN_ISSUER)
        _validator(_read(CONTRACTS / "tokens" / f"{kind}.v1.schema.json")).validate(claims)
        assert claims.get("amr") == (["pwd"] if kind == "user_token" else None)


def _hold(name: str, *, request: dict[str, Any], answer: Any, hospital_concludes: Any) -> None:
    example = {
        "request": request,
        "response": {
            "status": answer.status_code,
            "content_type": answer["Content-Type"],
            "body": _settled(json.loads(answer.content)),
        },
        "hospital_concludes": hospital_concludes,
    }
    path = EXAMPLES / f"{name}.json"
    if os.environ.get("PHB_WRITE_EXAMPLES"):
        path.write_text(json.dumps(example, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert example == _read(path)


def _settled(value: Any) -> Any:
    if isinstance(value, list):
        return [_settled(item) for item in value]
    if isinstance(value, dict):
        return {name: SETTLED.get(name, _settled(item)) for name, item in value.items()}
    return value


def _validator(schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
