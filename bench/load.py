"""A load on one address of this machine: as many connections as wanted, one request at a time on each.

One thread and epoll, so that the client takes as little of the machine from the system as it can.
"""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

HEAD_END = b"\r\n\r\n"


@dataclass
class Measured:
    """What came of a load: seconds each answer took, how many of each status, and how long it all lasted."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    caches: Counter[str] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency, in milliseconds, that this share of the answers stayed below."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


def put_load(port: int, requests: Iterator[bytes], *, connections: int, seconds: float) -> Measured:
    """Send `requests` over `connections` kept-alive connections to a port of this machine, for some seconds.

    What has been sent by then is waited for and counted, so that no work is left to whatever is measured next.
    """
    measured = Measured()
    chooser = selectors.DefaultSelector()
    opened = [_Connection(port) for _ in range(connections)]
    for connection in opened:
        chooser.register(connection, selectors.EVENT_READ)
    begun = time.perf_counter()
    for connection in opened:
        connection.send(next(requests))
    end = begun + seconds
    waiting = connections
    while waiting:
        for key, _ in chooser.select():
            connection = key.fileobj  # type: ignore[assignment]
            if connection.receive(measured):
                if connection.is_last:
                    # nginx ends a connection after a thousand requests, and says so in the last answer.
                    chooser.unregister(connection)
                    connection.open_again()
                    chooser.register(connection, selectors.EVENT_READ)
                if time.perf_counter() < end:
                    connection.send(next(requests))
                else:
                    waiting -= 1
    measured.seconds = time.perf_counter() - begun
    for connection in opened:
        connection.close()
    return measured


class _Connection:
    """One connection, with the answer that is arriving on it."""

    def __init__(self, port: int) -> None:
        self._address = ("127.0.0.1", port)
        self._arrived = bytearray()
        self._head = b""
        self._sent_at = 0.0
        self.is_last = False
        self._socket = self._open()

    def _open(self) -> socket.socket:
        opened = socket.create_connection(self._address)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def open_again(self) -> None:
        """Take a new connection in place of one that has ended."""
        self._socket.close()
        self._socket = self._open()
        self.is_last = False

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, request: bytes) -> None:
        self._sent_at = time.perf_counter()
        self._socket.sendall(request)

    def receive(self, measured: Measured) -> bool:
        """Take what has arrived; True when the answer is whole."""
        chunk = self._socket.recv(65536)
        if not chunk:
            raise ConnectionError("the gateway closed the connection")
        self._arrived += chunk
        if not self._is_whole():
            return False
        measured.latencies.append(time.perf_counter() - self._sent_at)
        measured.statuses[int(self._head[9:12])] += 1
        measured.caches[_header(self._head, b"x-cache: ")] += 1
        self.is_last = _header(self._head, b"connection: ") == "close"
        self._arrived.clear()
        self._head = b""
        return True

    def _is_whole(self) -> bool:
        # The answer to a batch arrives in hundreds of parts: once its head is there, it is looked for no more.
        if not self._head:
            end = self._arrived.find(HEAD_END)
            if end < 0:
                return False
            self._head = bytes(self._arrived[:end])
        return len(self._arrived) >= len(self._head) + len(HEAD_END) + _length(self._head)

    def close(self) -> None:
        self._socket.close()


def _length(head: bytes) -> int:
    return int(_header(head, b"content-length: ") or 0)


def _header(head: bytes, name: bytes) -> str:
    start = head.lower().find(b"\r\n" + name)
    if start < 0:
        return ""
    start += len(name) + 2
    end = head.find(b"\r\n", start)
    return head[start : end if end >= 0 else None].decode()
