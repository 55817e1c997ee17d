"""Somebody else's service answers in time and in bounds, or not at all."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import pytest
import responses
from requests.exceptions import ChunkedEncodingError

from common.remote import LARGEST_ANSWER, Answer, NoAnswerError, ask

URL = "https://provider.example.ng/ask"


@contextmanager
def server(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """Accept one connection on this machine, read what comes at once, and do as told."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65_536)
                    behave(connection)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        thread.join(timeout=5)


def test_the_answer_is_whatever_status_and_bytes_came_back() -> None:
    for status in (200, 302, 404, 500):
        with responses.RequestsMock() as wire:
            wire.get(URL, status=status, body=b"\xff", headers={"Location": "https://elsewhere.example"})
            assert ask("GET", URL, seconds=1) == Answer(status, b"\xff")


def test_a_question_has_a_body_of_json_or_of_a_form() -> None:
    with responses.RequestsMock() as wire:
        asked = wire.post(URL)
        ask("POST", URL, seconds=1, headers={"apiKey": "k"}, json={"to": "+234"})
        ask("POST", URL, seconds=1, form={"to": "+234"})
        first, second = (call.request for call in asked.calls)
    assert (json.loads(first.body), first.headers["apiKey"]) == ({"to": "+234"}, "k")
    assert second.body == "to=%2B234"


@pytest.mark.parametrize(
    ("body", "members"),
    [(b'{"code": "ok"}', {"code": "ok"}), (b"[]", {}), (b"", {}), (b"<html>", {}), (b"\xff", {}), (b"null", {})],
)
def test_the_members_of_an_answer_are_those_of_its_object(body: bytes, members: dict[str, object]) -> None:
    assert Answer(200, body).members == members


@pytest.mark.parametrize(
    ("failure", "cause"),
    [
        (ChunkedEncodingError(), "ChunkedEncodingError"),
        (TimeoutError("+2348031234567"), "TimeoutError"),
        (b"x" * (LARGEST_ANSWER + 1), "the answer is too large"),
    ],
    ids=["chunks", "time", "size"],
)
def test_a_failure_is_no_answer_and_tells_its_cause_alone(failure: object, cause: str) -> None:
    with responses.RequestsMock() as wire:
        wire.post(URL, body=failure)
        with pytest.raises(NoAnswerError, match=f"^{cause}$"):
            ask("POST", URL, seconds=1)


def drip(connection: socket.socket) -> None:
    """Send one byte at a time, each long before any timeout of a single read."""
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" * 10:
        time.sleep(0.05)
        connection.send(bytes([byte]))


def say_nothing(connection: socket.socket) -> None:
    connection.recv(1)


@pytest.mark.parametrize("behave", [drip, say_nothing])
def test_a_server_that_dawdles_is_cut_off_at_the_deadline(behave: Callable[[socket.socket], None]) -> None:
    with server(behave) as url:
        started = time.monotonic()
        with pytest.raises(NoAnswerError):
            ask("GET", url, seconds=0.3)
        assert time.monotonic() - started < 0.7


def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with server(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) as url:
        assert ask("GET", url, seconds=2) == Answer(200, b"{}")
