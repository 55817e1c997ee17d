"""OpenAPI: every operation documents its refusals with the one problem schema."""

from typing import Any

from drf_spectacular.openapi import AutoSchema

PROBLEM = {"$ref": "#/components/schemas/Problem"}

PROBLEM_SCHEMA = {
    "type": "object",
    "description": "RFC 9457 problem details. `code` is stable; shared_contracts/errors/codes.json lists them all.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
    "additionalProperties": True,
}

_DESCRIPTIONS = {
    "400": "The request is malformed or has invalid values.",
    "401": "No credentials, or they were not accepted.",
    "403": "Signed in, but not allowed.",
    "404": "Nothing here that this caller may know of.",
    "405": "Method not allowed.",
    "406": "No representation that the caller accepts.",
    "409": "The request conflicts with what is stored.",
    "412": "Somebody has changed it since the caller read it.",
    "413": "The body is too large.",
    "415": "The media type is not read here.",
    "422": "The request is well formed and cannot be carried out.",
    "428": "A change without If-Match.",
    "429": "Too many requests; Retry-After says when to come back.",
    "500": "The service failed.",
    "502": "The gateway got no answer from the service.",
    "503": "The service cannot answer now.",
    "504": "The service did not answer in time.",
}


class ProblemAwareSchema(AutoSchema):
    """drf-spectacular's schema with a problem for each status that any operation may answer."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            for status, description in _DESCRIPTIONS.items():
                operation["responses"].setdefault(status, _problem_response(description))
        return operation


def _problem_response(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/problem+json": {"schema": PROBLEM}}}


def add_problem_component(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the schema that the responses above point at (a drf-spectacular post-processing hook)."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    return result
