"""How gunicorn serves the service; bench/README.md has the measurements behind the numbers."""

import os

from prometheus_client import multiprocess

worker_class = os.environ.get("WEB_WORKER_CLASS", "gthread")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 30
graceful_timeout = 20
keepalive = 75
# A worker that leaks is replaced before it matters; the jitter keeps them from going together.
max_requests = 100_000
max_requests_jitter = 10_000
# What the gateway lets through must not meet gunicorn's own refusals, which are HTML.
limit_request_line = 8190
limit_request_field_size = 65536
# The control socket would be written to a home directory that a read-only container does not have.
control_socket_disable = True
DRAINED_BYTES = 13 * 1024 * 1024
# A request must never hold a database connection for longer than its caller would wait.
raw_env = [f"DB_STATEMENT_TIMEOUT_MS={os.environ.get('DB_STATEMENT_TIMEOUT_MS', '10000')}"]


def child_exit(server, worker):
    """Take a finished worker's gauges out of the metrics."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.mark_process_dead(worker.pid)


def post_request(worker, req, environ, resp):
    """Read what a refusal left of the body, as much as the gateway lets through.

    gunicorn drains 64 kB by itself and then closes the connection without a word, which breaks the
    next request that nginx sends over it.
    """
    body, left = environ.get("wsgi.input"), DRAINED_BYTES
    while body is not None and left > 0 and (chunk := body.read(65536)):
        left -= len(chunk)
