"""Text that PostgreSQL cannot store is refused at the door."""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse

from common.problems import problem_response


class StorableTextMiddleware:
    """Refuses NUL in the path, and NUL and bytes that are not UTF-8 in the query; bodies are the parsers' part.

    Bytes of the path that are not UTF-8 have been written as %FF by Django, which is text like any other.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = unquote_to_bytes(request.META.get("QUERY_STRING", ""))
        if _is_storable(query) and "\0" not in request.path_info:
            return self.get_response(request)
        return problem_response(
            400, "malformed_request", "The request cannot be read", "The address holds bytes that are not UTF-8 text."
        )


def _is_storable(raw: bytes) -> bool:
    try:
        return "\0" not in raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
