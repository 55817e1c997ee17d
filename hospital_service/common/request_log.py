"""One line for each request: who asked for which route, and what came of it."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("phb.request")


def route_of(request: HttpRequest) -> str:
    """Return the URL pattern that matched; the path itself may hold a name or a number and stays out of logs."""
    return request.resolver_match.route if request.resolver_match else "unmatched"


class RequestLogMiddleware:
    """Writes the line after the answer is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        logger.info(
            "request",
            extra={
                "method": request.method,
                "route": route_of(request),
                "status": response.status_code,
                "actor": getattr(request, "actor", "anonymous"),
                "duration_ms": round((time.perf_counter() - started) * 1000, 1),
            },
        )
        return response
