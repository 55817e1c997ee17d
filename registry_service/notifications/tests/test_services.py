"""An e-mail leaves once its cause is committed, once if all goes well, and its text does not stay behind."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction

from notifications import services, tasks
from notifications.models import OutgoingEmail
from notifications.queries import emails_since
from notifications.rules import KEPT_FOR
from notifications.tasks import forget_old_emails, send_due_emails

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LINK = "https://registry.phb.ng/confirm-email#uid=1&token=2"


def queue(recipient="ada@example.ng", now=NOW):
    context = {"link": LINK}
    return services.queue_email(recipient=recipient, template="accounts/confirm_email", context=context, now=now)


class NoServer(BaseEmailBackend):
    """A mail server that does not take anything."""

    def send_messages(self, email_messages):
        raise ConnectionRefusedError("no server\0")


@pytest.fixture
def no_server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.NoServer"


def test_a_due_email_is_sent_and_its_text_forgotten():
    queue()
    assert send_due_emails(NOW) == 1
    [sent] = mail.outbox
    assert (sent.subject, sent.to) == ("Confirm your e-mail address", ["ada@example.ng"])
    assert LINK in sent.body
    row = OutgoingEmail.objects.get()
    assert (row.sent_at, row.body, row.next_attempt_at, row.attempts) == (NOW, "", None, 1)
    assert send_due_emails(NOW + timedelta(days=1)) == 0


def test_an_email_is_not_sent_before_it_is_due():
    queue(now=NOW + timedelta(minutes=1))
    assert send_due_emails(NOW) == 0


def test_a_long_queue_is_sent_in_batches_the_longest_waiting_first():
    for number in range(tasks.BATCH + 3):
        queue(f"p{number}@example.ng", now=NOW - timedelta(minutes=number))
    assert [send_due_emails(NOW) for _ in range(3)] == [tasks.BATCH, 3, 0]
    assert mail.outbox[0].to == [f"p{tasks.BATCH + 2}@example.ng"]


def test_what_the_server_does_not_take_is_tried_later_and_the_reason_kept(no_server):
    queue()
    send_due_emails(NOW)
    row = OutgoingEmail.objects.get()
    assert row.next_attempt_at == NOW + timedelta(minutes=5)
    assert row.last_error == "NotNowError: ConnectionRefusedError: no server"
    assert LINK in row.body


def test_a_server_that_takes_nothing_is_not_asked_about_the_others(no_server):
    first, second = queue(), queue(now=NOW - timedelta(seconds=1))
    assert send_due_emails(NOW) == 0
    for row in (first, second):
        row.refresh_from_db()
    assert [(row.attempts, row.next_attempt_at) for row in (first, second)] == [
        (0, NOW),
        (1, NOW + timedelta(minutes=5)),
    ]


def test_after_ten_failures_it_is_given_up_without_its_text(no_server):
    queue()
    now = NOW
    for _ in range(12):
        send_due_emails(now)
        now += timedelta(hours=1)
    row = OutgoingEmail.objects.get()
    assert (row.attempts, row.next_attempt_at, row.body, row.sent_at) == (10, None, "", None)
    assert "ConnectionRefusedError" in row.last_error


def test_a_crash_between_sending_and_marking_repeats_the_email():
    queue()
    assert services.claim_next(OutgoingEmail, NOW) is not None
    # Here the worker dies. Nobody else takes the row before its time, and then somebody does.
    assert send_due_emails(NOW + timedelta(minutes=4)) == 0
    assert send_due_emails(NOW + timedelta(minutes=5)) == 1
    assert len(mail.outbox) == 1


def test_a_crash_at_the_last_attempt_loses_nothing():
    queue()
    OutgoingEmail.objects.update(attempts=9)
    services.claim_next(OutgoingEmail, NOW)
    assert send_due_emails(NOW + timedelta(hours=1)) == 1
    assert len(mail.outbox) == 1


def test_no_server_is_spoken_to_while_rows_are_locked(settings):
    settings.EMAIL_BACKEND = f"{__name__}.AsksForALock"
    queue()
    send_due_emails(NOW)
    assert OutgoingEmail.objects.get().sent_at == NOW


class AsksForALock(BaseEmailBackend):
    def send_messages(self, email_messages):
        # The test itself is a transaction; claiming must have added none that is still open.
        assert not transaction.get_connection().savepoint_ids
        return 1


def test_the_emails_of_the_last_hour_are_counted_whether_sent_or_not():
    for minutes in (0, 59, 60):
        queue(now=NOW - timedelta(minutes=minutes))
    send_due_emails(NOW)
    hour_ago = NOW - timedelta(hours=1)
    counted = emails_since(hour_ago, recipient="ada@example.ng", templates=["accounts/confirm_email"])
    assert counted == 2
    assert emails_since(hour_ago, recipient="ada@example.ng", templates=["accounts/other"]) == 0


def test_what_was_sent_is_forgotten_after_a_month():
    queue()
    send_due_emails(NOW)
    assert forget_old_emails(NOW + KEPT_FOR) == 0
    assert forget_old_emails(NOW + KEPT_FOR + timedelta(seconds=1)) == 1
    assert not OutgoingEmail.objects.exists()


def test_what_was_given_up_is_forgotten_too_and_what_may_still_leave_is_not():
    kept, given_up = queue(), queue()
    OutgoingEmail.objects.filter(id=given_up.id).update(next_attempt_at=None, body="", attempts=10)
    assert forget_old_emails(NOW + timedelta(days=365)) == 1
    assert OutgoingEmail.objects.get() == kept


def test_the_database_refuses_a_sent_email_that_keeps_its_text():
    row = queue()
    with pytest.raises(IntegrityError):
        OutgoingEmail.objects.filter(id=row.id).update(sent_at=NOW)


def test_what_is_rolled_back_sends_no_email():
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert not OutgoingEmail.objects.exists()


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("x" * 170, "x" * 170),
        ("x" * 171, "x" * 169 + "…"),
        ("x" * 168 + " yz", "x" * 168 + "…"),
        ("x" * 167 + "ọ\u0301" + "x" * 9, "x" * 167 + "ọ\u0301…"),
        ("x" * 168 + "ọ\u0301" + "x" * 9, "x" * 168 + "…"),
        ("x" * 167 + "\U0001f469\u200d\U0001f52c" + "x" * 9, "x" * 167 + "…"),
        ("two \t\u2028 words", "two words"),
    ],
    ids=["fits", "one too many", "no blank at the end", "marks fit", "marks do not", "joined", "one line"],
)
def test_of_a_subject_as_much_is_kept_as_there_is_room_for(sent, name, ending):
    email = services.queue_email(
        recipient="ada@example.ng", template="notifications/note", context={"name": name, "file": "APP-1"}, now=NOW
    )
    email.refresh_from_db()
    assert email.subject == f"About your file APP-1, called {ending}"
    assert email.body == "PHB: your file has been decided.\n"


def test_links_are_not_escaped_as_in_html():
    assert LINK in queue().body
