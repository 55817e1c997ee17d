"""Refusals that a caller can act on. Raised anywhere, rendered in one place (`common.problems`)."""

from typing import Any, ClassVar

_STANDARD_MEMBERS = {"type", "title", "status", "detail", "code", "request_id", "instance"}


class DomainError(Exception):
    """A request that is understood and refused.

    Subclasses state `code` (stable, listed in shared_contracts/errors/codes.json), `status` (HTTP),
    `title` (the same for every occurrence), and `detail` and `headers` (templates for this occurrence).
    Keyword arguments fill the templates and travel as members of the problem; they may not bear the
    names of its standard members. `carries` promises members to callers, each with its JSON Schema.
    """

    code: ClassVar[str]
    status: ClassVar[int] = 409
    title: ClassVar[str]
    detail: ClassVar[str]
    headers: ClassVar[dict[str, str]] = {}
    carries: ClassVar[dict[str, Any]] = {}

    def __init__(self, **members: Any) -> None:
        assert not _STANDARD_MEMBERS & members.keys(), "the problem's own members would be overwritten"
        self.members = members
        super().__init__(self.detail.format(**members))


class InvalidInput(DomainError):
    """Input that fails a rule which only the service can check.

    `errors` is a list of {"pointer", "code", "detail"}; the pointer is a JSON pointer into the body
    or `?name` for a query parameter.
    """

    code = "invalid_input"
    status = 400
    title = "The request has invalid values"
    detail = "Correct the values that errors names, and send it again."


class NotFound(DomainError):
    """Nothing here, or nothing that this caller may know of."""

    code = "not_found"
    status = 404
    title = "Not found"
    detail = "There is nothing at this address that you may see."


class ServiceUnavailable(DomainError):
    """The service cannot answer now; the same request may succeed in a moment."""

    code = "service_unavailable"
    status = 503
    title = "The service cannot answer now"
    detail = "Nothing was changed. Try again in a moment."
    headers = {"Retry-After": "2"}
