"""One deadline for a whole conversation over HTTP or SMTP, whatever the other side does.

A timeout of ``requests`` or ``smtplib`` bounds each single read, so a server that sends one byte at a time is never cut
off. Here each operation on a socket may take only what is left until the deadline: connecting to every address, the TLS
handshake, sending, and each read of the headers and the body. Nothing has to watch from another thread.
"""

import io
import socket
import time
from collections.abc import Callable
from contextvars import ContextVar, Token
from http.client import HTTPResponse
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any

import urllib3.util.connection
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError, NewConnectionError

SENT_AT_ONCE = 16_384
"""Bytes; at most one TLS record, because Python bounds the time of each record alone."""


class Deadline:
    """A moment that what happens inside ``with`` may not outlast, if it goes through what is in this file."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._outer: Token[Deadline]

    @property
    def has_passed(self) -> bool:
        return not self.allows(seconds=0)

    def allows(self, seconds: float) -> bool:
        """Whether something will be left after waiting that long."""
        return time.monotonic() + seconds < self._ends

    def seconds_left(self) -> float:
        """More than zero. Raises TimeoutError when nothing is left."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return left

    def __enter__(self) -> "Deadline":
        self._outer = _deadline.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _deadline.reset(self._outer)


# A pooled connection serves many questions one after the other, so it asks for the deadline of the thread that uses it.
_deadline: ContextVar[Deadline] = ContextVar("deadline")


def seconds_left() -> float:
    """Return what is left until the deadline around the call. Raises TimeoutError when nothing is."""
    return _deadline.get().seconds_left()


def connect(host: str, port: int, options: Any = None) -> socket.socket:
    """Return a connection to one of the host's addresses, made before the deadline around the call.

    `options` are set on the socket, as urllib3 has them. The socket's timeout is what is left then.

    Raises:
        socket.gaierror: the name has no address.
        OSError: no address can be reached, or the deadline has passed.
    """
    deadline = _deadline.get()
    addresses = _resolve(host, deadline)
    failure: OSError | None = None
    for tried, address in enumerate(addresses):
        try:
            # An address that swallows packets leaves time for the next one.
            timeout = deadline.seconds_left() / (len(addresses) - tried)
            sock = urllib3.util.connection.create_connection((address, port), timeout, socket_options=options)
            sock.settimeout(deadline.seconds_left())
            return sock
        except OSError as error:
            failure = error
    raise ConnectionError(f"no address of {host} can be reached: {failure}") from failure


class Reader(io.RawIOBase):
    """What a socket receives, as long as something is left, which `seconds_left` says at each read."""

    def __init__(self, sock: socket.socket, seconds_left: Callable[[], float]) -> None:
        self._socket = sock
        self._received = sock.makefile("rb", buffering=0)
        self._seconds_left = seconds_left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._socket.settimeout(self._seconds_left())
        return self._received.readinto(buffer)

    def close(self) -> None:
        self._received.close()
        super().close()


class _ReadableSocket:
    """The one thing that http.client wants of a socket in order to read a response."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(Reader(self._socket, _deadline.get().seconds_left))


class _Response(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(_ReadableSocket(sock), *args, **kwargs)  # type: ignore[arg-type]


class _DeadlineConnection(HTTPConnection):
    response_class = _Response

    def _new_conn(self) -> socket.socket:
        try:
            return connect(self.host, self.port, self.socket_options)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except ConnectionError as error:
            raise NewConnectionError(self, str(error)) from error

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        for start in range(0, len(data), SENT_AT_ONCE):
            self.sock.settimeout(seconds_left())
            super().send(data[start : start + SENT_AT_ONCE])


class _DeadlineTLSConnection(_DeadlineConnection, HTTPSConnection):
    pass


def _resolve(host: str, deadline: Deadline) -> list[str]:
    """The addresses of a host. A lookup cannot be interrupted, so it runs in a thread that may be left behind."""
    found: SimpleQueue[list[str] | OSError] = SimpleQueue()

    def look_up() -> None:
        try:
            entries = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            found.put([str(entry[4][0]) for entry in entries])
        except (OSError, UnicodeError) as error:
            found.put(OSError(str(error)))

    Thread(target=look_up, daemon=True).start()
    try:
        result = found.get(timeout=deadline.seconds_left())
    except Empty:
        raise TimeoutError(f"looking up {host} took too long") from None
    if isinstance(result, OSError):
        raise socket.gaierror(str(result))
    return result


class _Pool(HTTPConnectionPool):
    ConnectionCls = _DeadlineConnection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _DeadlineTLSConnection


class DeadlineAdapter(HTTPAdapter):
    """Mounted on a session, holds everything that is sent through it to the Deadline around the call."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}
