"""On real sockets: however the registry fails, dawdles or lies, the answer says so in time."""

import gzip
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from common.deadline import Deadline
from license_gate.answers import Answer, Cause, Outcome, Question
from license_gate.reading import BATCH_MEDIA_TYPE, PROBLEM_MEDIA_TYPE, NoReplyError
from license_gate.registry_client import RegistryClient
from license_gate.tests.documents import (
    HTML,
    NUMBER,
    answer_document,
    assert_not_answered,
    batch_document,
    encode,
    found_row,
)
from license_gate.tests.loopback import Behaviour, Connection, Loopback, Request, give_token, response, token_response
from license_gate.transport import Call, Transport

ASKED = Question(NUMBER)
SHORT = 0.5
"""Seconds; a deadline that keeps these tests quick. The default one is tested with twenty threads at once."""
SPARE = 0.4
MANY = 20
BOMB = gzip.compress(b"x" * 20_000_000, compresslevel=1)


def good_answer(**members: Any) -> bytes:
    return response(encode(answer_document(now=datetime.now(UTC), **members)))


def sending(make: Callable[[], bytes]) -> Behaviour:
    return lambda connection, request: connection.send(make())


def dripping(make: Callable[[], bytes]) -> Behaviour:
    return lambda connection, request: connection.drip(make())


def never_answer(connection: Connection, request: Request) -> None:
    connection.never_answer()


def drip_body(connection: Connection, request: Request) -> None:
    head, separator, body = good_answer().partition(b"\r\n\r\n")
    connection.send(head + separator)
    connection.drip(body)


def drip_chunks(connection: Connection, request: Request) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    connection.drip(b"1\r\nx\r\n" * 1_000)


def continue_for_ever(connection: Connection, request: Request) -> None:
    while True:
        connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")


def close_in_the_body(connection: Connection, request: Request) -> None:
    connection.send(good_answer()[:-10])
    connection.close()


def close_at_once(connection: Connection, request: Request) -> None:
    connection.close()


def send_body_without_end(connection: Connection, request: Request) -> None:
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        connection.send(b"x" * 65_536)


def redirect_with_body_without_end(connection: Connection, request: Request) -> None:
    connection.send(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere/\r\n\r\n")
    while True:
        connection.send(b"x" * 65_536)


def send_bomb(connection: Connection, request: Request) -> None:
    connection.send(response(BOMB, "Content-Encoding: gzip"))


def redirect(connection: Connection, request: Request) -> None:
    connection.send(response(b"", "Location: /api/registry/verify/elsewhere/", status="302 Found"))


def refuse_elsewhere(connection: Connection, request: Request) -> None:
    connection.send(response(b'{"detail": "Not found."}', status="404 Not Found", media_type=PROBLEM_MEDIA_TYPE))


def fail_at_gateway(connection: Connection, request: Request) -> None:
    connection.send(response(HTML, status="502 Bad Gateway", media_type="text/html"))


SLOW: dict[str, Behaviour] = {
    "drips its headers": dripping(good_answer),
    "drips its body": drip_body,
    "drips its chunks": drip_chunks,
    "accepts and never answers": never_answer,
    "says to continue for ever": continue_for_ever,
}
WRONG: dict[str, tuple[Behaviour, Cause]] = {
    "closes at once": (close_at_once, Cause.CONNECTION_FAILED),
    "closes in the body": (close_in_the_body, Cause.CONNECTION_FAILED),
    "speaks another protocol": (sending(lambda: b"220 mail.example ESMTP\r\n\r\n"), Cause.CONNECTION_FAILED),
    "sends too many headers": (sending(lambda: b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500), Cause.CONNECTION_FAILED),
    "sends a body without end": (send_body_without_end, Cause.BODY_TOO_LARGE),
    "sends a bomb": (send_bomb, Cause.BODY_TOO_LARGE),
    "sends bad gzip": (sending(lambda: response(b"xx", "Content-Encoding: gzip")), Cause.MALFORMED_BODY),
    "sends HTML with 200": (sending(lambda: response(HTML, media_type="text/html")), Cause.WRONG_MEDIA_TYPE),
    "sends other JSON": (sending(lambda: response(b'{"ok": true}')), Cause.MALFORMED_BODY),
    "sends another person": (sending(lambda: good_answer(license_number="PHB-MLS-0")), Cause.WRONG_LICENSE),
    "sends last year's answer": (
        sending(lambda: good_answer(checked_at="2025-05-03T09:30:00Z")),
        Cause.CLOCK_DISAGREES,
    ),
    "sends a 404 from elsewhere": (refuse_elsewhere, Cause.UNRECOGNISED_REFUSAL),
    "redirects": (redirect, Cause.REDIRECTED),
    "redirects with a body without end": (redirect_with_body_without_end, Cause.BODY_TOO_LARGE),
    "is behind a gateway that fails": (fail_at_gateway, Cause.SERVER_ERROR),
}


def timed(ask: Callable[[], Answer]) -> tuple[Answer, float]:
    started = time.monotonic()
    return ask(), time.monotonic() - started


def ask_in_time(server_url: str, seconds: float = SHORT, **settings: Any) -> Answer:
    """The answer, which must be there by the deadline."""
    registry = RegistryClient(server_url, "id", "secret", deadline_seconds=seconds, **settings)
    answer, took = timed(lambda: registry.verify(ASKED))
    assert took < seconds + SPARE < 3
    return answer


# A registry that answers


def test_a_good_registry_verifies_over_one_connection_that_is_kept() -> None:
    with Loopback(sending(good_answer)) as server:
        registry = RegistryClient(server.url, "id", "secret")
        outcomes = [registry.verify(ASKED).outcome for _ in range(5)]
    assert outcomes == [Outcome.VERIFIED] * 5
    assert server.connections == 1
    assert server.requests[0].body == b"grant_type=client_credentials&scope=verify"


def test_a_kept_connection_that_the_registry_has_closed_is_replaced() -> None:
    def answer_and_close(connection: Connection, request: Request) -> None:
        connection.send(good_answer())
        connection.close()

    with Loopback(answer_and_close) as server:
        registry = RegistryClient(server.url, "id", "secret")
        outcomes = [registry.verify(ASKED).outcome for _ in range(3)]
    assert outcomes == [Outcome.VERIFIED] * 3


def test_no_cookie_is_kept() -> None:
    with Loopback(sending(lambda: good_answer().replace(b"\r\n", b"\r\nSet-Cookie: a=b; Path=/\r\n", 1))) as server:
        registry = RegistryClient(server.url, "id", "secret")
        assert [registry.verify(ASKED).outcome for _ in range(2)] == [Outcome.VERIFIED] * 2
    assert all("cookie" not in request.headers for request in server.requests)


# A registry that is slow


@pytest.mark.parametrize("behaviour", SLOW.values(), ids=SLOW.keys())
def test_a_slow_registry_is_cut_off_at_the_deadline(behaviour: Behaviour) -> None:
    with Loopback(behaviour) as server:
        assert_not_answered(ask_in_time(server.url), Cause.TIMED_OUT)


@pytest.mark.parametrize(
    "behaviour", [dripping(token_response), never_answer], ids=["drips", "accepts and never answers"]
)
def test_a_slow_token_endpoint_is_cut_off_at_the_deadline(behaviour: Behaviour) -> None:
    with Loopback(sending(good_answer), on_token=behaviour) as server:
        assert_not_answered(ask_in_time(server.url), Cause.TIMED_OUT)


def test_the_token_and_the_answer_share_one_deadline() -> None:
    def give_token_late(connection: Connection, request: Request) -> None:
        if not connection.stopped.wait(SHORT * 0.8):
            give_token(connection, request)

    def answer_late(connection: Connection, request: Request) -> None:
        if not connection.stopped.wait(SHORT * 0.8):
            connection.send(good_answer())

    with Loopback(answer_late, on_token=give_token_late) as server:
        assert_not_answered(ask_in_time(server.url), Cause.TIMED_OUT)


def test_a_connection_that_was_good_before_is_cut_off_at_the_deadline_too() -> None:
    behaviours = iter([sending(good_answer), drip_body, sending(good_answer)])

    def in_turn(connection: Connection, request: Request) -> None:
        next(behaviours)(connection, request)

    with Loopback(in_turn) as server:
        registry = RegistryClient(server.url, "id", "secret", deadline_seconds=SHORT)
        answers = [timed(lambda: registry.verify(ASKED)) for _ in range(3)]
    assert [answer.cause for answer, _ in answers] == [None, Cause.TIMED_OUT, None]
    assert all(took < SHORT + SPARE for _, took in answers)


def test_a_host_whose_name_cannot_be_looked_up_in_time_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up_slowly(*_: Any, **__: Any) -> list[Any]:
        time.sleep(2 * SHORT)
        return []

    monkeypatch.setattr("common.deadline.socket.getaddrinfo", look_up_slowly)
    assert_not_answered(ask_in_time("http://registry.test"), Cause.TIMED_OUT)


def test_a_registry_that_does_not_read_what_is_sent_is_cut_off_at_the_deadline() -> None:
    call = Call("POST", "/", largest_body=1, json="x" * 30_000_000)
    with socket.create_server(("127.0.0.1", 0)) as never_accepts:
        transport = Transport(f"http://127.0.0.1:{never_accepts.getsockname()[1]}")
        started = time.monotonic()
        with pytest.raises(NoReplyError, match=Cause.TIMED_OUT):
            transport.send(call, Deadline(SHORT), {})
    assert time.monotonic() - started < SHORT + SPARE


def test_a_question_may_bring_a_deadline_of_its_own() -> None:
    with Loopback(never_answer) as server:
        registry = RegistryClient(server.url, "id", "secret")
        answer, took = timed(lambda: registry.verify(ASKED, deadline_seconds=0.2))
    assert_not_answered(answer, Cause.TIMED_OUT)
    assert took < 0.2 + SPARE


# A registry that is down, or lies


@pytest.mark.parametrize(("behaviour", "cause"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_reply_is_no_answer_and_names_its_cause(behaviour: Behaviour, cause: Cause) -> None:
    with Loopback(behaviour) as server:
        # Generous, because unfolding the bomb needs a processor that may be busy.
        assert_not_answered(ask_in_time(server.url, seconds=2.0), cause)
    assert "/api/registry/verify/elsewhere/" not in server.paths()


def test_a_registry_that_is_not_there_is_a_failed_connection() -> None:
    with Loopback(never_answer) as server:
        pass
    assert_not_answered(ask_in_time(server.url), Cause.CONNECTION_FAILED)


def test_a_host_that_does_not_exist_is_a_failed_connection() -> None:
    assert_not_answered(ask_in_time("http://registry.invalid", seconds=2.5), Cause.CONNECTION_FAILED)


@pytest.mark.parametrize("base_url", ["http://:80", "http://[", "nonsense", "http://a..b"])
def test_an_address_that_makes_no_sense_raises_nothing(base_url: str) -> None:
    assert ask_in_time(base_url).outcome is Outcome.NOT_ANSWERED


# Over TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    signed = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False).sign(key, SHA256())
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + signed.public_bytes(Encoding.PEM))
    return path


def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_good_registry_verifies_over_tls(certificate: Path) -> None:
    with Loopback(sending(good_answer), tls=tls(certificate)) as server:
        answer = ask_in_time(server.url, seconds=2.0, ca_bundle=str(certificate))
    assert answer.outcome is Outcome.VERIFIED


@pytest.mark.parametrize("behaviour", SLOW.values(), ids=SLOW.keys())
def test_a_slow_registry_is_cut_off_over_tls_too(behaviour: Behaviour, certificate: Path) -> None:
    with Loopback(behaviour, tls=tls(certificate)) as server:
        assert_not_answered(ask_in_time(server.url, ca_bundle=str(certificate)), Cause.TIMED_OUT)


def test_a_handshake_that_never_ends_is_cut_off(certificate: Path) -> None:
    with Loopback(never_answer) as server:
        answer = ask_in_time(server.url.replace("http:", "https:"), ca_bundle=str(certificate))
    assert_not_answered(answer, Cause.TIMED_OUT)


def test_a_certificate_that_is_not_trusted_is_a_failed_connection(certificate: Path) -> None:
    with Loopback(sending(good_answer), tls=tls(certificate)) as server:
        assert_not_answered(ask_in_time(server.url, seconds=2.0), Cause.CONNECTION_FAILED)
    assert server.requests == []


# Many at once


def ask_from_many_threads(registry: RegistryClient) -> list[tuple[Answer, float]]:
    with ThreadPoolExecutor(MANY) as threads:
        return list(threads.map(lambda _: timed(lambda: registry.verify(ASKED)), range(MANY)))


@pytest.mark.parametrize("behaviour", [dripping(good_answer), drip_body, never_answer], ids=["headers", "body", "all"])
def test_twenty_threads_at_once_are_all_cut_off_at_the_default_deadline(behaviour: Behaviour) -> None:
    with Loopback(behaviour) as server:
        answers = ask_from_many_threads(RegistryClient(server.url, "id", "secret"))
    for answer, took in answers:
        assert_not_answered(answer, Cause.TIMED_OUT)
        assert took < 3


def test_twenty_threads_that_wait_for_one_token_are_all_cut_off_at_the_default_deadline() -> None:
    with Loopback(sending(good_answer), on_token=dripping(token_response)) as server:
        answers = ask_from_many_threads(RegistryClient(server.url, "id", "secret"))
    for answer, took in answers:
        assert_not_answered(answer, Cause.TIMED_OUT)
        assert took < 3


def test_twenty_threads_at_once_share_one_token_and_do_not_wait_in_line() -> None:
    def answer_late(connection: Connection, request: Request) -> None:
        if not connection.stopped.wait(0.3):
            connection.send(good_answer())

    with Loopback(answer_late) as server:
        answers = ask_from_many_threads(RegistryClient(server.url, "id", "secret"))
    assert {answer.outcome for answer, _ in answers} == {Outcome.VERIFIED}
    assert max(took for _, took in answers) < 1.5
    assert server.paths().count("/api/registry/auth/client-token/") == 1


def test_while_the_circuit_is_open_one_thread_at_a_time_tries_and_the_others_do_not_wait() -> None:
    with Loopback(never_answer) as server:
        registry = RegistryClient(
            server.url, "id", "secret", deadline_seconds=SHORT, outages_to_open=1, open_seconds=0.0
        )
        registry.verify(ASKED)
        answers = ask_from_many_threads(registry)
    causes = [answer.cause for answer, _ in answers]
    assert causes.count(Cause.TIMED_OUT) == 1
    assert causes.count(Cause.CIRCUIT_OPEN) == MANY - 1
    assert sum(took < 0.3 for _, took in answers) == MANY - 1


def test_what_a_slow_batch_has_answered_by_the_deadline_is_kept() -> None:
    def answer_the_first(connection: Connection, request: Request) -> None:
        if b"PHB-MED-0" not in request.body:
            return connection.never_answer()
        rows = [found_row(f"PHB-MED-{n}", checked_at=datetime.now(UTC).isoformat()) for n in range(2)]
        return connection.send(response(encode(batch_document(*rows)), media_type=BATCH_MEDIA_TYPE))

    with Loopback(answer_the_first) as server:
        registry = RegistryClient(server.url, "id", "secret", deadline_seconds=SHORT, batch_size=2)
        started = time.monotonic()
        answers = registry.verify_many([Question(f"PHB-MED-{n}") for n in range(8)])
        took = time.monotonic() - started
    assert [answer.outcome for answer in answers] == [Outcome.VERIFIED] * 2 + [Outcome.NOT_ANSWERED] * 6
    assert {answer.cause for answer in answers[2:]} == {Cause.TIMED_OUT}
    assert took < SHORT + SPARE
