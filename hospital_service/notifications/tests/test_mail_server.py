"""E-mail on real sockets: however the mail server fails, dawdles or refuses, the worker goes on in time."""

import socket
import time
from datetime import UTC, datetime, timedelta

import pytest

from notifications import tasks
from notifications.models import OutgoingEmail
from notifications.services import queue_email
from notifications.tasks import BATCH, send_due_emails
from notifications.tests.loopback import answer, drip, hang, leave, running

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
SHORT = 0.4
"""Seconds; a deadline that keeps these tests quick. What hangs here does so until the test is over."""
SPARE = 3
STEPS = ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END"]


@pytest.fixture
def server(settings):
    with running() as server:
        settings.EMAIL_BACKEND = "notifications.mail.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
        yield server


def queue(count=3):
    rows = [
        queue_email(
            recipient=f"p{number}@example.ng",
            template="accounts/confirm_email",
            context={"link": f"https://registry.phb.ng/{number}"},
            now=NOW - timedelta(seconds=count - number),
        )
        for number in range(count)
    ]
    return [row.pk for row in rows]


def row(pk):
    return OutgoingEmail.objects.get(pk=pk)


def sent():
    return sorted(OutgoingEmail.objects.exclude(sent_at=None).values_list("recipient", flat=True))


def untouched(*pks):
    return [(row(pk).attempts, row(pk).next_attempt_at <= NOW) for pk in pks] == [(0, True)] * len(pks)


def timed(call):
    began = time.monotonic()
    result = call()
    return result, time.monotonic() - began


def test_a_batch_goes_over_one_connection(server):
    queue(BATCH + 1)
    assert send_due_emails(NOW) == BATCH
    assert (server.visits, len(server.received), server.heard.count("QUIT")) == (1, BATCH, 1)
    assert "To: p0@example.ng" in server.received[0]
    assert "https://registry.phb.ng/0" in server.received[0]
    assert (send_due_emails(NOW), server.visits, len(sent())) == (1, 2, BATCH + 1)


def test_no_connection_is_made_when_nothing_is_due(server):
    assert (send_due_emails(NOW), server.visits) == (0, 0)


def test_a_long_email_arrives_whole(server):
    (pk,) = queue(1)
    OutgoingEmail.objects.filter(pk=pk).update(body="A line of text.\n" * 5000)
    assert send_due_emails(NOW) == 1
    assert server.received[0].count("A line of text.\r\n") == 5000


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("act", [hang, drip])
def test_a_server_that_does_not_come_to_an_end_costs_one_deadline_and_one_attempt(server, settings, act, step):
    settings.EMAIL_DEADLINE_SECONDS = SHORT
    first, *others = queue()
    server.acts[step] = [act] * 3
    answered, took = timed(lambda: send_due_emails(NOW))
    assert (answered, took < SHORT + SPARE) == (0, True), took
    assert (row(first).attempts, row(first).next_attempt_at, row(first).sent_at) == (1, LATER, None)
    assert row(first).last_error.startswith("NotNowError: ")
    assert untouched(*others)


def test_one_that_hangs_in_the_handshake_does_neither(server, settings):
    settings.EMAIL_USE_TLS, settings.EMAIL_DEADLINE_SECONDS = True, SHORT
    first, *others = queue()
    server.acts["STARTTLS"] = [lambda visit: (answer(b"220 go on")(visit), hang(visit))]
    answered, took = timed(lambda: send_due_emails(NOW))
    assert (answered, took < SHORT + SPARE) == (0, True), took
    assert (row(first).attempts, untouched(*others)) == (1, True)


def test_a_server_that_is_not_there_is_asked_once(server, settings, caplog):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = nobody.getsockname()[1]
        first, *others = queue()
        answered, took = timed(lambda: send_due_emails(NOW))
    assert (answered, took < SPARE) == (0, True)
    assert row(first).next_attempt_at == LATER
    assert "Connection refused" in row(first).last_error
    assert untouched(*others)
    assert [(record.message, record.levelname) for record in caplog.records] == [("email_not_sent", "WARNING")]


@pytest.mark.parametrize("reply", [b"550 5.1.1 no such mailbox", b"550 no such mailbox", b"553 5.1.3 no such address"])
def test_an_address_that_is_refused_for_good_is_given_up_at_once_and_the_others_go_on(server, reply, caplog):
    first, *_ = queue()
    server.acts["RCPT"] = [answer(reply)]
    assert send_due_emails(NOW) == 3
    assert (server.visits, sent()) == (1, ["p1@example.ng", "p2@example.ng"])
    given_up = row(first)
    assert (given_up.attempts, given_up.next_attempt_at, given_up.body, given_up.sent_at) == (1, None, "", None)
    assert given_up.last_error == f"RefusedError: {reply.decode()}"
    assert [(record.message, record.email) for record in caplog.records] == [("email_given_up", str(first))]
    assert "p0@" not in str(vars(caplog.records[0]))


@pytest.mark.parametrize(
    ("step", "reply"),
    [
        ("RCPT", b"450 4.2.0 greylisted"),
        ("RCPT", b"554 5.7.1 relay access denied"),
        ("DATA", b"554 no valid recipients"),
        ("END", b"451 try again"),
        ("END", b"554 5.6.0 we do not like it"),
    ],
)
def test_what_is_not_taken_now_is_tried_later_and_the_others_go_on(server, step, reply):
    first, *_ = queue()
    server.acts[step] = [answer(reply)]
    assert send_due_emails(NOW) == 3
    assert (server.visits, sent()) == (1, ["p1@example.ng", "p2@example.ng"])
    assert (row(first).next_attempt_at, row(first).last_error) == (LATER, f"PutOffError: {reply.decode()}")


def test_one_that_cannot_be_written_as_an_email_does_not_stop_the_others(server):
    first, *_ = queue()
    OutgoingEmail.objects.filter(pk=first).update(recipient="ada@example.ng\nBcc: eve@example.ng")
    assert send_due_emails(NOW) == 3
    assert (server.visits, sent()) == (1, ["p1@example.ng", "p2@example.ng"])
    assert row(first).last_error.startswith("PutOffError: ValueError: ")


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "END"])
@pytest.mark.parametrize("act", [answer(b"421 too many of yours"), leave], ids=["421", "gone"])
def test_a_server_that_takes_its_leave_after_one_ends_the_batch(server, step, act):
    _, second, third = queue()
    server.acts[step] = [answer(b"250 fine"), act]
    assert send_due_emails(NOW) == 1
    assert sent() == ["p0@example.ng"]
    assert (row(second).next_attempt_at, row(second).last_error[:12]) == (LATER, "NotNowError:")
    assert untouched(third)
    assert send_due_emails(NOW) == 1
    assert sent() == ["p0@example.ng", "p2@example.ng"]


@pytest.mark.parametrize(
    ("step", "answered"),
    [
        ("AUTH", (b"535 5.7.8 wrong password", "ERROR")),
        ("AUTH", (b"454 4.7.0 come again", "WARNING")),
        ("MAIL", (b"550 5.7.1 not your address", "ERROR")),
        ("MAIL", (b"452 4.3.1 no room", "WARNING")),
        ("RCPT", (b"530 5.7.0 sign in first", "ERROR")),
        ("CONNECT", (b"554 no mail here", "ERROR")),
    ],
)
def test_what_the_server_has_against_us_ends_the_batch_and_is_an_error_where_a_person_must_mend_it(
    server, settings, caplog, step, answered
):
    reply, level = answered
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "phb", "key-of-nobody"
    first, *others = queue()
    server.acts[step] = [answer(reply)] * 3
    assert send_due_emails(NOW) == 0
    assert (row(first).attempts, row(first).next_attempt_at, untouched(*others)) == (1, LATER, True)
    assert [(record.message, record.levelname) for record in caplog.records] == [("email_not_sent", level)]
    assert "key-of-nobody" not in row(first).last_error


def test_a_server_without_tls_gets_no_password_where_tls_is_wanted(server, settings):
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = True, "phb", "key-of-nobody"
    (first,) = queue(1)
    server.acts["EHLO"] = [answer(b"250 loopback")]
    assert send_due_emails(NOW) == 0
    assert row(first).last_error.startswith("AccountError: SMTPNotSupportedError")
    assert not [line for line in server.heard if line.startswith("AUTH")]


def test_a_slow_server_does_not_keep_the_worker_longer_than_a_turn(server, monkeypatch):
    queue()
    server.acts["END"] = [lambda visit: (time.sleep(1), answer(b"250 taken")(visit))]
    with monkeypatch.context() as patch:
        patch.setattr(tasks, "TURN_SECONDS", 0.5)
        assert (send_due_emails(NOW), sent()) == (1, ["p0@example.ng"])
    assert (send_due_emails(NOW), len(sent())) == (2, 3)
    assert set(OutgoingEmail.objects.values_list("attempts", flat=True)) == {1}


def test_a_goodbye_that_is_not_answered_changes_nothing(server):
    queue(1)
    server.acts["QUIT"] = [answer(b"500 what?")]
    assert send_due_emails(NOW) == 1
    assert sent() == ["p0@example.ng"]
