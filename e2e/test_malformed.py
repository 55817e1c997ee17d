"""Two thousand malformed requests on every endpoint: each is refused in the one shape, and none is a 5xx."""

import itertools
import json
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from e2e.caller import Caller

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "shared_contracts"
CODES = json.loads((CONTRACTS / "errors" / "codes.json").read_text(encoding="utf-8"))
TOKEN_ENDPOINT = "/api/registry/auth/client-token/"
AT_LEAST = 2000

TEXTS = ["", " ", "\x00", "../../etc/passwd", "' OR 1=1 --", "\u202e\u0000abc", "ọ" * 5000, "💉" * 100, "%00", "\ud800"]
VALUES: list[Any] = [None, True, 0, -1, 10**40, 1.5, [], {}, [[]], *TEXTS[:8]]
BODIES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b"5",
    b'{"a": NaN}',
    b'{"a": 1e999}',
    b'{"a":1,"a":2}',
    b'{"a":"\\ud800"}',
    b'{"a":"\\u0000"}',
    b"\xff\xfe\x00",
    b"[" * 2000 + b"]" * 2000,
    b'{"a":' * 500 + b"1" + b"}" * 500,
    b"{" + b" " * 100_000,
]
HUGE = b'{"a": "' + b"x" * 3_000_000 + b'"}'
AUTHORIZATIONS = [
    "Bearer",
    "Bearer x",
    "Bearer a.b.c",
    "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
    "Basic Og==",
    "Basic %%%",
    "Bearer " + "x" * 3000,
    "Digest x",
]
QUERIES = [
    "?page_size=0",
    "?page_size=x",
    "?cursor=%00",
    "?cursor=zzz",
    "?%ff=1",
    "?q=%00",
    "?nothing=1",
    "?hospital=x",
]


@dataclass(frozen=True)
class Attempt:
    """One request that should not have been sent."""

    method: str
    path: str
    what: str
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


def operations() -> Iterator[tuple[str, str]]:
    """Every method and path that the two OpenAPI files describe."""
    for file in ("registry.v1.yaml", "hospital.v1.yaml"):
        document = yaml.safe_load((CONTRACTS / "openapi" / file).read_text(encoding="utf-8"))
        for path, methods in document["paths"].items():
            for method in methods:
                if method in ("get", "post", "put", "patch", "delete"):
                    yield method.upper(), path


def attempts(seed: int) -> Iterator[Attempt]:
    draw = random.Random(seed)
    for method, template in operations():
        path = _filled(template, "01890000-0000-7000-8000-000000000000")
        for text in ("x", "PHB-MED-OOOO-OOOO", "%00", "%ff%fe", "..%2f..%2f", "ọ" * 300, "💉"):
            if "{" in template:
                yield Attempt(method, _filled(template, text), f"path {text[:10]!r}")
        for query in QUERIES:
            yield Attempt(method, path + query, f"query {query}")
        for authorization in AUTHORIZATIONS:
            yield Attempt(method, path, f"authorization {authorization[:20]}", headers={"Authorization": authorization})
        yield Attempt("TRACE" if method == "GET" else "PUT", path, "another method")
        yield Attempt(method, path, "accepts nothing", headers={"Accept": "application/x-nothing"})
        if method == "GET":
            continue
        for body in BODIES:
            yield Attempt(method, path, f"body {body[:20]!r}", body, {"Content-Type": "application/json"})
        yield Attempt(method, path, "huge body", HUGE, {"Content-Type": "application/json"})
        yield Attempt(method, path, "another media type", b"<a/>", {"Content-Type": "application/xml"})
        yield Attempt(
            method, path, "a form", b"grant_type=%ff&x", {"Content-Type": "application/x-www-form-urlencoded"}
        )
        for names in itertools.islice(_objects(draw), 12):
            yield Attempt(method, path, "wrong types", json.dumps(names).encode(), {"Content-Type": "application/json"})


def _objects(draw: random.Random) -> Iterator[dict[str, Any]]:
    names = ["email", "password", "full_name", "token", "uid", "refresh", "items", "hospital", "license_number"]
    names += ["affiliations", "job_title", "joined_on", "left_on", "current_password", "new_password", "code"]
    while True:
        yield {name: draw.choice(VALUES) for name in names}


def _filled(template: str, text: str) -> str:
    while "{" in template:
        before, _, rest = template.partition("{")
        template = before + text + rest.partition("}")[2]
    return template


@pytest.fixture(scope="module")
def tokens(machine: Caller, hospital_admin: Caller) -> dict[str, str]:
    return {
        "machine": str(machine.headers["Authorization"]),
        "person": str(hospital_admin.headers["Authorization"]),
    }


def test_no_malformed_request_breaks_anything_and_every_refusal_has_the_one_shape(
    url: str, tokens: dict[str, str]
) -> None:
    tried = list(attempts(seed=20261123))
    # Each also with the right and with the other service's token, so that refusals behind the door are reached.
    for_each = [
        Attempt(each.method, each.path, f"{each.what} as {who}", each.body, {**each.headers, "Authorization": token})
        for each in tried
        for who, token in tokens.items()
        if "Authorization" not in each.headers and "huge" not in each.what
    ]
    everything = tried + for_each
    assert len(everything) >= AT_LEAST
    with ThreadPoolExecutor(4) as pool:
        faults = [fault for fault in pool.map(lambda each: _fault_of(url, each), everything) if fault]
    assert faults == [], f"{len(faults)} of {len(everything)}: {Counter(fault[0] for fault in faults)}"
    print(f"{len(everything)} malformed requests on {len(list(operations()))} operations")  # noqa: T201


def _fault_of(url: str, attempt: Attempt) -> tuple[str, str, str] | None:
    """What is wrong with the answer, if anything."""
    named = f"{attempt.method} {attempt.path[:80]} ({attempt.what})"
    try:
        answer = requests.request(
            attempt.method,
            url + attempt.path,
            data=attempt.body,
            headers=attempt.headers,
            timeout=20,
            allow_redirects=False,
        )
    except requests.ConnectionError as error:
        return "connection", named, str(error)[:200]
    if answer.status_code < 400:
        return None
    if answer.status_code >= 500:
        return "5xx", named, answer.text[:200]
    return _fault_of_refusal(attempt, answer, named)


def _fault_of_refusal(attempt: Attempt, answer: requests.Response, named: str) -> tuple[str, str, str] | None:
    if attempt.method == "TRACE" or not answer.content:
        return None if attempt.method == "TRACE" else ("empty", named, str(answer.status_code))
    media_type = answer.headers.get("Content-Type", "").partition(";")[0]
    at_token_endpoint = attempt.path.partition("?")[0] == TOKEN_ENDPOINT
    if media_type != "application/problem+json" and not (at_token_endpoint and media_type == "application/json"):
        return "media type", named, f"{answer.status_code} {media_type} {answer.text[:120]}"
    body = answer.json()
    if body.get("code") not in CODES:
        return "code", named, answer.text[:200]
    if body.get("status") != answer.status_code or not body.get("request_id"):
        return "members", named, answer.text[:200]
    if at_token_endpoint and media_type == "application/json" and "error" not in body:
        return "error", named, answer.text[:200]
    return None
