"""The real nginx in front of two tiny services that say what they were asked."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from local.gateway import Gateway, Limits
from local.paths import Home
from local.ports import free_port

TOKEN = "a-token-that-lifts-the-limits"


class FakeService:
    """An HTTP server that answers with what it received, after `delay` seconds, with `headers` added.

    `asked` counts requests by path and query. A request for /error/<status> is answered with that status and a
    body of the service's own.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.delay = 0.0
        self.headers: dict[str, str] = {}
        self.asked: list[str] = []
        self.dead = False
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                if fake.dead:
                    self.close_connection = True
                    return
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                fake.asked.append(self.path)
                time.sleep(fake.delay)
                status = int(self.path.rsplit("/", 1)[1]) if self.path.startswith("/error/") else 200
                said = {
                    "service": fake.name,
                    "method": self.command,
                    "path": self.path,
                    "headers": {name.lower(): value for name, value in self.headers.items()},
                    "body_bytes": len(body),
                    "answer_number": len(fake.asked),
                }
                content = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.send_header("X-Request-ID", "made-by-the-service")
                self.send_header("X-Frame-Options", "SAMEORIGIN")
                for header in fake.headers.items():
                    self.send_header(*header)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer  # noqa: N815

            def log_message(self, *args: Any) -> None:
                """Stay silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def reset(self) -> None:
        """Forget what was asked and how to answer."""
        self.delay, self.headers, self.asked = 0.0, {}, []

    def die(self) -> None:
        """Stop listening; connections that nginx keeps open end with their next request."""
        self.dead = True
        self._server.shutdown()
        self._server.server_close()


class Answerer:
    """Requests to a gateway; `client` opens no connection twice unless told to."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"

    def __call__(self, method: str, path: str, *, host: str = "", **arguments: Any) -> requests.Response:
        headers = dict(arguments.pop("headers", {}))
        if host:
            headers["Host"] = host
        return requests.request(method, self.base + path, headers=headers, timeout=10, **arguments)


@contextmanager
def gateway_to(registry_port: int, hospital_port: int, limits: Limits) -> Iterator[Answerer]:
    """Run nginx for the length of the block."""
    port = free_port()
    home = Home.throwaway(f"gateway-{port}")
    gateway = Gateway(home, port)
    gateway.configure(registry_port=registry_port, hospital_port=hospital_port, limits=limits)
    try:
        gateway.start()
        answerer = Answerer(port)
        answerer.log = gateway.child.log
        answerer.documents = home.documents
        yield answerer
    finally:
        gateway.stop()
        home.remove()


@pytest.fixture(scope="session")
def fakes() -> Iterator[dict[str, FakeService]]:
    services = {name: FakeService(name) for name in ("registry", "hospital")}
    yield services
    for service in services.values():
        service.die()


@pytest.fixture(scope="session")
def shared_gateway(fakes: dict[str, FakeService]) -> Iterator[Answerer]:
    limits = Limits(
        body="10k", read_timeout="1s", joined_wait="5s", verify_rate="1000r/s", verify_burst=1000,
        batch_rate="1000r/s", batch_burst=1000, search_rate="1000r/s", search_burst=1000,
        general_rate="1000r/s", general_burst=1000, auth_rate="1r/m", auth_burst=2, unlimited_token=TOKEN,
    )  # fmt: skip
    with gateway_to(fakes["registry"].port, fakes["hospital"].port, limits) as answerer:
        yield answerer


@pytest.fixture
def ask(shared_gateway: Answerer, fakes: dict[str, FakeService]) -> Answerer:
    """A gateway in front of both fakes, whose memory of earlier tests is empty."""
    for fake in fakes.values():
        fake.reset()
    return shared_gateway


@pytest.fixture
def registry(ask: Answerer, fakes: dict[str, FakeService]) -> FakeService:
    return fakes["registry"]


@pytest.fixture
def hospital(ask: Answerer, fakes: dict[str, FakeService]) -> FakeService:
    return fakes["hospital"]


@pytest.fixture(scope="session")
def gateway_folder() -> Path:
    return Path(__file__).resolve().parent.parent
