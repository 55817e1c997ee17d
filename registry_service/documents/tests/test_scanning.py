"""The conversation with clamd, held with a server of the test; and which scanner is asked."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from documents.rules import ScanResult
from documents.scanning import Clamd, FakeScanner, ScannerUnavailable, scanner

Start = Callable[[bytes], str]


class FakeClamd:
    """Reads one INSTREAM conversation as clamd does, keeps what it was sent, and gives a prepared answer."""

    def __init__(self, listener: socket.socket, answer: bytes) -> None:
        self.received = b""
        self._listener, self._answer = listener, answer
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, connection.makefile("rb") as said:
            assert said.read(10) == b"zINSTREAM\0"
            while size := int.from_bytes(said.read(4), "big"):
                self.received += said.read(size)
            connection.sendall(self._answer)

    def close(self) -> None:
        self._listener.close()
        self._thread.join(5)


@pytest.fixture
def clamd() -> Iterator[Callable[..., tuple[str, FakeClamd]]]:
    running = []

    def start(answer: bytes, family: int = socket.AF_INET, path: Path | None = None) -> tuple[str, FakeClamd]:
        listener = socket.socket(family)
        listener.bind(str(path) if path else ("127.0.0.1", 0))
        listener.listen()
        running.append(FakeClamd(listener, answer))
        return f"unix://{path}" if path else f"tcp://127.0.0.1:{listener.getsockname()[1]}", running[-1]

    yield start
    for each in running:
        each.close()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"stream: OK\0", ScanResult.CLEAN),
        (b"stream: Eicar-Test-Signature FOUND\0", ScanResult.INFECTED),
        (b"stream: Win.Test.EICAR_HDB-1(44d88612fea8a8f36de82e1278abb02f:68) FOUND\0", ScanResult.INFECTED),
    ],
)
def test_what_clamd_answers_is_understood(clamd: Any, answer: bytes, expected: ScanResult) -> None:
    address, server = clamd(answer)
    content = bytes(range(256)) * 5000
    assert Clamd(address).scan(content) == expected
    assert server.received == content


def test_it_is_found_at_a_socket_too(clamd: Any, tmp_path: Path) -> None:
    address, server = clamd(b"stream: OK\0", socket.AF_UNIX, tmp_path / "clamd.sock")
    assert Clamd(address).scan(b"") == ScanResult.CLEAN
    assert server.received == b""


@pytest.mark.parametrize(
    "answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"UNKNOWN COMMAND\0", b"stream: OK now"]
)
def test_anything_else_is_no_answer(clamd: Any, answer: bytes) -> None:
    address, _ = clamd(answer)
    with pytest.raises(ScannerUnavailable):
        Clamd(address).scan(b"x")


def test_nobody_there_is_no_answer(tmp_path: Path) -> None:
    for address in ("tcp://127.0.0.1:1", f"unix://{tmp_path}/nothing", "tcp://no-such-host.invalid:3310"):
        with pytest.raises(ScannerUnavailable):
            Clamd(address).scan(b"x")


def test_one_that_never_answers_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ScannerUnavailable):
            Clamd(address, seconds=0.2).scan(b"x" * 10_000_000)


def test_the_fake_finds_the_test_string_and_nothing_else() -> None:
    assert FakeScanner().scan(b"x" + FakeScanner.TEST_STRING) == ScanResult.INFECTED
    assert FakeScanner().scan(b"x") == ScanResult.CLEAN
    assert len(FakeScanner.TEST_STRING) == 68


@pytest.mark.parametrize(("chosen", "kind"), [("none", type(None)), ("fake", FakeScanner), ("clamd", Clamd)])
def test_a_setting_chooses(settings: Any, chosen: str, kind: type) -> None:
    settings.DOCUMENTS_SCANNER, settings.CLAMD_ADDRESS = chosen, "tcp://clamd:3310"
    assert isinstance(scanner(), kind)
