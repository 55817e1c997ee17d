"""If-Match (RFC 9110): whoever changes something says which version of it they have seen."""

import re

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from common.declared import Declaring, refuses, speaks
from common.errors import DomainError, InvalidInput

# A gateway that compresses an answer makes its ETag a weak one; the version that it names is the same.
_VERSION = re.compile(r'(?:W/)?"(\d{1,9})"')


class VersionNeeded(DomainError):
    """A change without If-Match could overwrite what the caller has not seen (RFC 6585)."""

    code = "version_needed"
    status = 428
    title = "Say which version you are changing"
    detail = "Send the ETag of what you have read as If-Match."


def _if_match(*, is_needed: bool) -> OpenApiParameter:
    return OpenApiParameter(
        "If-Match",
        {"type": "string", "pattern": f"^{_VERSION.pattern}$"},
        OpenApiParameter.HEADER,
        required=is_needed,
        description="The ETag of what you have read.",
    )


_ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    response=[200, 201],
    description="The version that is shown, in quotes, to be sent as If-Match; it is in the body as `version`, too.",
)


def shows_version(handler: Declaring) -> Declaring:
    """Declare that a handler answers with the ETag of what it shows."""
    return speaks(_ETAG)(handler)


def needs_version(handler: Declaring) -> Declaring:
    """Declare that a handler asks for If-Match, by `version_seen`."""
    return refuses(VersionNeeded)(speaks(_if_match(is_needed=True))(handler))


def heeds_version(handler: Declaring) -> Declaring:
    """Declare that a handler looks at If-Match where it is given."""
    return speaks(_if_match(is_needed=False))(handler)


def etag_of(version: int) -> str:
    """Return the ETag of a version."""
    return f'"{version}"'


def version_seen(request: Request) -> int:
    """Return the version that the caller has seen.

    Raises:
        VersionNeeded: there is no If-Match.
        InvalidInput: it is not an ETag of ours.
    """
    given = request.headers.get("If-Match")
    if given is None:
        raise VersionNeeded
    match = _VERSION.fullmatch(given.strip())
    if match is None:
        problem = 'Write one ETag as it came with the answer, such as "3".'
        raise InvalidInput(errors=[{"pointer": "If-Match", "code": "invalid", "detail": problem}])
    return int(match[1])
