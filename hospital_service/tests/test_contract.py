"""What the hospital promised in shared_contracts, held against what it really answers."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import jsonschema
from django.conf import settings
from rest_framework.test import APIClient

from accounts.keys import verified
from accounts.tests.factories import as_user, make_user
from accounts.tokens import ACCESS_TYP
from common.declared import refusals
from common.problems import FRAMEWORK_REFUSALS

CONTRACTS = settings.BASE_DIR.parent / "shared_contracts"


def test_every_code_is_listed_with_its_status_and_title() -> None:
    listed = {
        code: (entry["status"], entry["title"])
        for code, entry in _read(CONTRACTS / "errors" / "codes.json").items()
        if "hospital" in entry["from"]
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


def test_every_refusal_is_a_problem_as_the_schema_says(db: None, api: APIClient) -> None:
    schema = _read(CONTRACTS / "errors" / "problem.v1.schema.json")
    refused = [
        api.get("/api/nothing/"),
        api.get("/api/staff/"),
        api.get("/api/hospitals/?nothing=1"),
        api.post("/api/auth/token/", {"email": 5}),
        api.delete("/api/hospitals/"),
    ]
    for answer in refused:
        assert answer["Content-Type"] == "application/problem+json"
        jsonschema.validate(json.loads(answer.content), schema)


def test_tokens_carry_what_their_schema_says(db: None) -> None:
    token = as_user(make_user()).defaults["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    claims = verified(token, typ=ACCESS_TYP, audience=settings.TOKEN_ISSUER)
    jsonschema.validate(claims, _read(CONTRACTS / "tokens" / "user_token.v1.schema.json"))
    assert claims["amr"] == ["pwd"]


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
