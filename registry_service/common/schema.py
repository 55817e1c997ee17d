"""OpenAPI from the code: what is always sent, what is refused and with which codes, and who may ask."""

import inspect
import json
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from itertools import chain
from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.views import APIView

from common.declared import Refusal, headers_of, opening_of, refusals_of
from common.errors import InvalidInput, NotFound, ServiceUnavailable
from common.problems import CONTENT_TYPE, FRAMEWORK_REFUSALS

PROBLEM = {"$ref": "#/components/schemas/Problem"}

PROBLEM_SCHEMA = {
    "type": "object",
    "description": "RFC 9457 problem details, the same for every refusal; some carry more members, as the operation "
    "says. `code` is stable, and shared_contracts/errors/codes.json lists them all. A code may be added to an "
    "operation: take one that you do not know for its `status`.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string", "description": "The same whenever this code comes; for people."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What it is this time, in sentences for people."},
        "instance": {"type": "string", "description": "The path that was asked for."},
        "code": {"type": "string", "description": "What programs decide by."},
        "request_id": {"type": "string", "description": "To be quoted in a report."},
        "errors": {
            "type": "array",
            "description": "Where several things have to be mended: each of them.",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "A JSON pointer into the body, ?name of a parameter, or the name of a header.",
                    },
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
    "additionalProperties": True,
}

_DESCRIPTIONS = {
    400: "The request is malformed or has invalid values.",
    401: "No credentials, or they were not accepted.",
    403: "Signed in, but not allowed.",
    404: "Nothing here that this caller may know of.",
    405: "Method not allowed.",
    406: "No representation that the caller accepts.",
    409: "The request conflicts with what is stored.",
    412: "Somebody has changed it since the caller read it.",
    413: "The body is too large.",
    415: "The media type is not read here.",
    422: "The request is well formed and cannot be carried out.",
    428: "A change without If-Match.",
    429: "Too many requests; Retry-After says when to come back.",
    500: "The service failed.",
    502: "The gateway got no answer from the service.",
    503: "The service cannot answer now.",
    504: "The service did not answer in time.",
}

# What happens to any request, whatever it asks for; the gateway's own refusals have its name.
_ANY: dict[int, set[str]] = {
    400: {InvalidInput.code, "gateway_bad_request"},
    405: set(),
    406: set(),
    429: {"gateway_too_many_requests"},
    500: {"internal_error", "gateway_internal_error"},
    502: {"gateway_bad_gateway"},
    503: {ServiceUnavailable.code, "gateway_unavailable"},
    504: {"gateway_timeout"},
}
_WITH_A_BODY: dict[int, set[str]] = {413: {"gateway_payload_too_large"}, 415: set()}
_EVERYWHERE: set[Refusal] = {InvalidInput, NotFound, ServiceUnavailable}
# The statuses with which operations refuse the same, but for a few.
_USUAL = {str(status) for status in [*_ANY, *_WITH_A_BODY, 401, 403, 404]}
_WITHOUT_ONE = {"GET", "HEAD", "OPTIONS", "DELETE"}


def codes_of(view: APIView, method: str, *, is_one_of_many: bool) -> dict[int, set[str]]:
    """Return the codes that an operation may answer with, by HTTP status.

    `is_one_of_many` says that its path has parameters, so that there may be nothing at it.
    """
    codes = {status: set(codes) for status, codes in _ANY.items()}
    if method not in _WITHOUT_ONE:
        codes |= {status: set(codes) for status, codes in _WITH_A_BODY.items()}
    if view.get_authenticators():
        codes[401] = set()
    if any(type(permission) not in (AllowAny, IsAuthenticated) for permission in view.get_permissions()):
        codes[403] = set()
    if is_one_of_many:
        codes[404] = set()
    for _, status, code, _ in FRAMEWORK_REFUSALS:
        if status in codes:
            codes[status].add(code)
    for refusal in refusals_of(view, method):
        codes.setdefault(refusal.status, set()).add(refusal.code)
    return codes


class ProblemAwareSchema(AutoSchema):
    """drf-spectacular's schema, with what it cannot know by itself."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """Describe the operation with every status that it may answer with, and each problem with its codes."""
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            responses = {**self._other_answers(), **operation["responses"]}
            operation["responses"] = {status: responses[status] for status in sorted(responses)}
        return operation

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it
        """Say what the handler or its own view says, or else the service that it declares."""
        handler = getattr(self.view, self.method.lower())
        # What a base class says is for whoever writes views.
        own = inspect.cleandoc(handler.__doc__ or vars(type(self.view)).get("__doc__") or "")
        if own.rstrip(".") in ("", self.get_summary()):
            return "" if self.method in _WITHOUT_ONE else opening_of(*getattr(handler, "refuses", ()))
        return own

    def get_override_parameters(self) -> list[Any]:
        """Add the headers that the operation declares to those that `extend_schema` names."""
        return [*super().get_override_parameters(), *headers_of(self.view, self.method)]

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Leave out the tokens that a permission never lets in, and name the scopes that it asks for."""
        ways: list[dict[str, list[str]]] = super().get_auth()
        for permission in self.view.get_permissions():
            if lets_in := getattr(permission, "lets_in", None):
                ways = [{name: lets_in[name]} for name in chain(*ways) if name in lets_in]
        return ways

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Any:
        """Require of an answer whatever is always in it: all but what the serializer calls `sometimes_absent`."""
        schema = super()._map_basic_serializer(serializer, direction)
        if direction == "response" and "properties" in schema:
            schema["required"] = sorted(schema["properties"].keys() - getattr(serializer, "sometimes_absent", set()))
        return schema

    def _other_answers(self) -> dict[str, Any]:
        codes = codes_of(self.view, self.method, is_one_of_many="{" in self.path)
        refusals = refusals_of(self.view, self.method)
        answers: dict[str, Any] = {
            str(status): _problem_response(status, codes[status], [each for each in refusals if each.status == status])
            for status in codes
        }
        if any(header.name == "If-None-Match" for header in headers_of(self.view, self.method)):
            answers["304"] = {"description": "It is still what the caller has."}
        return answers


def _problem_response(status: int, codes: set[str], refusals: list[Refusal]) -> dict[str, Any]:
    told = sorted(set(refusals) - _EVERYWHERE, key=lambda refusal: refusal.code)
    members = {name: schema for refusal in told for name, schema in refusal.carries.items()}
    this: dict[str, Any] = {
        "type": "object",
        "properties": {"code": {"type": "string", "enum": sorted(codes)}, **members},
    }
    if codes == {refusal.code for refusal in told}:
        always = set.intersection(*(set(refusal.carries) for refusal in told))
        this |= {"required": sorted(always)} if always else {}
    lines = [_DESCRIPTIONS[status], *(f"- `{refusal.code}`: {refusal.title}" for refusal in told)]
    return {
        "description": "\n".join(lines),
        "content": {CONTENT_TYPE: {"schema": {"allOf": [PROBLEM, this]}}},
    }


def add_problem_components(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the schema of problems, and describe what most operations refuse alike once (a post-processing hook)."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    usual = _usual_problems(result)
    components["responses"] = {_name(status): response for status, response in sorted(usual.items())}
    for responses, status in _problems(result):
        if responses[status] == usual.get(status):
            responses[status] = {"$ref": f"#/components/responses/{_name(status)}"}
    return result


def _usual_problems(result: dict[str, Any]) -> dict[str, Any]:
    """Return, for each status, the problem that operations have most often, if more than one has it."""
    counts = Counter((status, json.dumps(responses[status], sort_keys=True)) for responses, status in _problems(result))
    usual: dict[str, Any] = {}
    for (status, response), count in sorted(counts.items(), key=lambda found: (-found[1], found[0])):
        if count > 1:
            usual.setdefault(status, json.loads(response))
    return usual


def _problems(result: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if status in _USUAL and CONTENT_TYPE in response.get("content", {}):
                    yield operation["responses"], status


def _name(status: str) -> str:
    return HTTPStatus(int(status)).phrase.title().replace(" ", "").replace("-", "")
