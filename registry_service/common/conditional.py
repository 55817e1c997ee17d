"""If-Match (RFC 9110): whoever changes something says which version of it they have seen."""

import re

from rest_framework.request import Request

from common.errors import DomainError, InvalidInput

_VERSION = re.compile(r'"(\d{1,9})"')


class VersionNeeded(DomainError):
    """A change without If-Match could overwrite what the caller has not seen (RFC 6585)."""

    code = "version_needed"
    status = 428
    title = "Say which version you are changing"
    detail = "Send the ETag of what you have read as If-Match."


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
