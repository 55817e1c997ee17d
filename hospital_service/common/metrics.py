"""What Prometheus scrapes on the service's own port."""

import os
import time
from collections.abc import Callable, Iterator

from django.db import Error
from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from common.models import DueTask
from common.request_log import route_of

REQUESTS = Counter("phb_http_requests_total", "Requests answered.", ["method", "route", "status"])
_METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
DURATION = Histogram(
    "phb_http_request_duration_seconds",
    "Time from the first middleware to the answer.",
    ["route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class OldestDueTask(Collector):
    """For how long the task that waits longest has been due: it grows while no worker does its work."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Ask the database, which is the same for every instance; say nothing when it does not answer."""
        try:
            due_since = DueTask.objects.aggregate(first=Min("next_run_at"))["first"]
        except Error:
            return
        if due_since is not None:
            waited = max(0.0, (timezone.now() - due_since).total_seconds())
            yield GaugeMetricFamily("phb_oldest_due_task_seconds", "How long the oldest due task waits.", value=waited)


OF_THE_WORKER = CollectorRegistry()
OF_THE_WORKER.register(OldestDueTask())


class MetricsMiddleware:
    """Counts and times each request under the route that matched, so that labels stay few."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        route = route_of(request)
        # Anyone may send a method of their own making; each would stay in memory as a series for ever.
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(method, route, response.status_code).inc()
        DURATION.labels(route).observe(time.perf_counter() - started)
        return response


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with the metrics of all processes of this instance, and how long the worker's tasks have been waiting."""
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return HttpResponse(generate_latest(registry) + generate_latest(OF_THE_WORKER), content_type=CONTENT_TYPE_LATEST)
