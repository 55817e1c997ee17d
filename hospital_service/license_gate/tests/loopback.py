"""A server on a real socket of this machine that behaves as badly as a test asks.

`responses` replaces the sockets, so only this can show that a deadline holds on them.
"""

import json
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from io import BufferedReader
from threading import Event, Lock, Thread
from types import TracebackType

from license_gate.reading import ANSWER_MEDIA_TYPE

TOKEN_PATH = "/api/registry/auth/client-token/"
DRIP_SECONDS = 0.05


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]
    body: bytes


def response(body: bytes, *headers: str, status: str = "200 OK", media_type: str = ANSWER_MEDIA_TYPE) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {media_type}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def token_response(text: str = "token-1") -> bytes:
    document = {"access_token": text, "token_type": "Bearer", "expires_in": 300}
    return response(json.dumps(document).encode(), media_type="application/json")


@dataclass
class Connection:
    """One accepted connection; what a behaviour does with it."""

    sock: socket.socket
    stopped: Event

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def drip(self, data: bytes) -> None:
        """One byte at a time, each long before any timeout of a single read, and then no more."""
        for each in data:
            if self.stopped.wait(DRIP_SECONDS):
                return
            self.send(bytes([each]))
        self.never_answer()

    def close(self) -> None:
        # Closing alone would wait for the file that the server reads requests from.
        self.sock.shutdown(socket.SHUT_RDWR)

    def never_answer(self) -> None:
        self.stopped.wait()


Behaviour = Callable[[Connection, Request], None]


def give_token(connection: Connection, request: Request) -> None:
    connection.send(token_response())


@dataclass
class Loopback:
    """Serves any number of connections, each in a thread, until it is left."""

    on_verify: Behaviour
    on_token: Behaviour = give_token
    tls: ssl.SSLContext | None = None
    connections: int = 0
    requests: list[Request] = field(default_factory=list)

    def __enter__(self) -> "Loopback":
        self._stopped = Event()
        self._lock = Lock()
        self._accepted: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"{'https' if self.tls else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}"
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in self._accepted:
            sock.close()

    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                with self._lock:
                    self.connections += 1
                    self._accepted.append(sock)
                Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError, ValueError), self._secured(sock) as secured, secured.makefile("rb") as received:
            connection = Connection(secured, self._stopped)
            while (request := _read(received)) is not None:
                with self._lock:
                    self.requests.append(request)
                behave = self.on_token if request.path == TOKEN_PATH else self.on_verify
                behave(connection, request)

    def _secured(self, sock: socket.socket) -> socket.socket:
        return self.tls.wrap_socket(sock, server_side=True) if self.tls else sock


def _read(received: BufferedReader) -> Request | None:
    first = received.readline()
    if not first:
        return None
    headers: dict[str, str] = {}
    while line := received.readline().decode().strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = received.read(int(headers.get("content-length", 0)))
    return Request(first.decode().split()[1], headers, body)
