"""Two questions that an orchestrator asks: is the process alive, and may it take traffic."""

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from common.errors import ServiceUnavailable
from common.problems import problem_response


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as the process serves; it asks nobody else, so a slow database kills no process."""
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        refusal = ServiceUnavailable()
        return problem_response(refusal.status, refusal.code, refusal.title, "The database does not answer.")
    return JsonResponse({"status": "ready"})
