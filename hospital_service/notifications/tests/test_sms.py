"""An SMS leaves once its cause is committed, once if all goes well, and its text does not stay behind."""

from datetime import UTC, datetime, timedelta

import pytest
import responses
from django.db import IntegrityError, transaction

from notifications import services
from notifications.models import OutgoingSms
from notifications.rules import KEPT_FOR
from notifications.sms import current_provider
from notifications.sms.interface import Sms
from notifications.tasks import BATCH, forget_old_sms, send_due_sms

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NUMBER = "+2348031234567"
TEXT = "PHB: Sola, your file APP-1 has been decided. See registry.phb.ng"
TERMII = "https://termii.example.ng/api/sms/send"


def queue(recipient=NUMBER, name="Ṣọlá", now=NOW):
    context = {"name": name, "file": "APP-1"}
    return services.queue_sms(recipient=recipient, template="notifications/note", context=context, now=now)


@pytest.fixture(autouse=True)
def _fake(sent):
    """The fake provider and the tests' templates, for every test here."""


@pytest.fixture
def termii(settings):
    """A provider on the wire, so that a test can say what it answers."""
    settings.SMS_PROVIDER, settings.TERMII_URL, settings.TERMII_API_KEY = (
        "termii",
        TERMII.removesuffix("/api/sms/send"),
        "key-of-nobody",
    )
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        yield wire


def test_a_due_sms_is_sent_in_plain_letters_and_its_text_forgotten(sent):
    row = queue()
    assert row.body == TEXT
    assert send_due_sms(NOW) == 1
    assert sent() == [{"id": str(row.id), "from": "PHB", "to": NUMBER, "text": TEXT}]
    row.refresh_from_db()
    assert (row.sent_at, row.body, row.next_attempt_at, row.attempts) == (NOW, "", None, 1)
    assert row.provider_reference == f"fake-{row.id}"
    assert send_due_sms(NOW + timedelta(days=1)) == 0


@pytest.mark.parametrize("recipient", ["", "+2342014630643", "+2347002255426", "0803 123 4567", "nobody"])
def test_nothing_is_written_to_what_is_no_mobile_number(recipient):
    assert queue(recipient) is None
    assert not OutgoingSms.objects.exists()


def test_nothing_is_written_where_sms_is_switched_off(settings):
    settings.SMS_PROVIDER = "none"
    assert queue() is None
    assert not OutgoingSms.objects.exists()


def test_people_abroad_get_theirs_too(sent):
    queue("+447911123456")
    send_due_sms(NOW)
    assert [line["to"] for line in sent()] == ["+447911123456"]


def test_what_takes_more_than_one_message_is_cut_and_said_once_without_its_text(sent, caplog):
    queue(name="Adé " * 60)
    queue()
    assert [(record.message, record.template, record.places) for record in caplog.records] == [
        ("sms_cut", "notifications/note", len(TEXT) - len("Sola") + 60 * 4)
    ]
    assert "Ad" not in str(vars(caplog.records[0]))
    send_due_sms(NOW)
    assert sent()[0]["text"].endswith("Adé Adé...")
    assert len(sent()[0]["text"]) <= 160


def test_an_sms_is_not_sent_before_it_is_due():
    queue(now=NOW + timedelta(minutes=1))
    assert send_due_sms(NOW) == 0


def test_a_long_queue_is_sent_in_batches_the_longest_waiting_first(sent):
    rows = [queue(now=NOW - timedelta(minutes=number)) for number in range(BATCH + 3)]
    assert [send_due_sms(NOW) for _ in range(3)] == [BATCH, 3, 0]
    assert [line["id"] for line in sent()] == [str(row.id) for row in reversed(rows)]


def test_a_number_that_the_provider_refuses_is_given_up_at_once_and_the_others_go_on(termii):
    first, second = queue(), queue(now=NOW + timedelta(seconds=1))
    termii.post(TERMII, status=400, json={"message": "Invalid phone number"})
    termii.post(TERMII, json={"code": "ok", "message_id": "9122821270554876574"})
    assert send_due_sms(NOW + timedelta(seconds=1)) == 2
    first.refresh_from_db()
    assert (first.sent_at, first.body, first.next_attempt_at, first.attempts) == (None, "", None, 1)
    assert first.last_error == "RefusedError: status 400: Invalid phone number"
    second.refresh_from_db()
    assert (second.sent_at, second.provider_reference) == (NOW + timedelta(seconds=1), "9122821270554876574")


@pytest.mark.parametrize(
    ("answer", "level", "error"),
    [
        ({"status": 503}, "WARNING", "NotNowError"),
        ({"status": 429}, "WARNING", "NotNowError"),
        ({"body": TimeoutError()}, "WARNING", "NotNowError"),
        ({"status": 401, "json": {"message": "Unauthorized"}}, "ERROR", "AccountError"),
        ({"status": 400, "json": {"message": "Insufficient balance"}}, "ERROR", "AccountError"),
    ],
    ids=str,
)
def test_what_the_provider_does_not_pass_on_is_tried_later_and_ends_the_batch(termii, caplog, answer, level, error):
    first, second = queue(), queue(now=NOW + timedelta(seconds=1))
    termii.post(TERMII, **answer)
    assert send_due_sms(NOW + timedelta(seconds=1)) == 0
    assert len(termii.calls) == 1
    first.refresh_from_db()
    assert (first.body, first.attempts, first.next_attempt_at) == (TEXT, 1, NOW + timedelta(minutes=5, seconds=1))
    assert first.last_error.startswith(error)
    second.refresh_from_db()
    assert (second.attempts, second.next_attempt_at) == (0, NOW + timedelta(seconds=1))
    (record,) = caplog.records
    assert (record.message, record.levelname, record.sms, record.error) == ("sms_not_sent", level, str(first.id), error)


def test_logs_hold_neither_the_number_nor_the_text(termii, caplog):
    queue()
    termii.post(TERMII, status=400, json={"message": f"Invalid phone number {NUMBER[1:]}: {TEXT}"})
    send_due_sms(NOW)
    (record,) = caplog.records
    assert record.message == "sms_given_up"
    assert NUMBER[1:] not in str(vars(record))
    assert "APP-1" not in str(vars(record))
    assert "APP-1" not in OutgoingSms.objects.get().last_error


def test_a_folder_that_cannot_be_written_is_a_failure_like_any_other(settings, tmp_path, caplog):
    (tmp_path / "file").touch()
    settings.SMS_FILE_PATH = str(tmp_path / "file")
    queue()
    assert send_due_sms(NOW) == 0
    assert OutgoingSms.objects.get().body == TEXT
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_after_ten_failures_it_is_given_up_without_its_text(termii):
    queue()
    termii.post(TERMII, status=500)
    now = NOW
    for _ in range(12):
        send_due_sms(now)
        now += timedelta(hours=1)
    row = OutgoingSms.objects.get()
    assert (row.attempts, row.next_attempt_at, row.body, row.sent_at) == (10, None, "", None)
    assert row.last_error == "NotNowError: status 500"
    assert len(termii.calls) == 10


def test_what_still_waits_when_sms_is_switched_off_does_not_leave_later(settings, sent):
    queue()
    settings.SMS_PROVIDER = "none"
    send_due_sms(NOW)
    row = OutgoingSms.objects.get()
    assert (row.body, row.next_attempt_at, row.sent_at) == ("", None, None)
    assert row.last_error == "RefusedError: SMS is switched off"
    settings.SMS_PROVIDER = "fake"
    assert send_due_sms(NOW + timedelta(days=1)) == 0
    assert sent() == []


def test_a_worker_that_dies_before_it_sends_loses_nothing(sent):
    queue()
    assert services.claim_next(OutgoingSms, NOW) is not None
    assert send_due_sms(NOW + timedelta(minutes=4)) == 0
    assert send_due_sms(NOW + timedelta(minutes=5)) == 1
    assert len(sent()) == 1


def test_a_worker_that_dies_after_the_provider_took_it_repeats_the_message(sent):
    row = queue()
    services.claim_next(OutgoingSms, NOW)
    current_provider().send(Sms(str(row.id), row.recipient, row.body))
    # Here the worker dies.
    assert send_due_sms(NOW + timedelta(minutes=5)) == 1
    assert [line["id"] for line in sent()] == [str(row.id)] * 2


def test_no_provider_is_asked_while_rows_are_locked(termii):
    def answer(_):
        # The test itself is a transaction; claiming must have added none that is still open.
        assert not transaction.get_connection().savepoint_ids
        return (200, {}, '{"message_id": "1"}')

    termii.add_callback("POST", TERMII, answer)
    queue()
    assert send_due_sms(NOW) == 1


def test_what_a_provider_calls_it_is_kept_as_far_as_there_is_room(termii):
    queue()
    termii.post(TERMII, json={"message_id": "\0" + "9" * 200})
    send_due_sms(NOW)
    assert OutgoingSms.objects.get().provider_reference == "9" * 99


def test_what_was_sent_or_given_up_is_forgotten_after_a_month_and_what_may_still_leave_is_not(settings):
    queue(now=NOW)
    send_due_sms(NOW)
    kept = queue(now=NOW)
    assert forget_old_sms(NOW + KEPT_FOR) == 0
    assert forget_old_sms(NOW + KEPT_FOR + timedelta(seconds=1)) == 1
    assert OutgoingSms.objects.get() == kept


def test_the_database_refuses_a_sent_sms_that_keeps_its_text():
    row = queue()
    with pytest.raises(IntegrityError, match="outgoing_sms_sent_keeps_no_body"):
        OutgoingSms.objects.filter(id=row.id).update(sent_at=NOW)


@pytest.mark.parametrize("recipient", ["08031234567", "+0803123456", "+234 8031234567", "+2348031234567\n", ""])
def test_the_database_refuses_a_recipient_that_is_not_in_e164(recipient):
    row = queue()
    with pytest.raises(IntegrityError, match="outgoing_sms_recipient_is_e164"):
        OutgoingSms.objects.filter(id=row.id).update(recipient=recipient)


def test_what_is_rolled_back_sends_no_sms():
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert not OutgoingSms.objects.exists()


def test_names_are_not_escaped_as_in_html():
    assert "O'Neil & Sons" in queue(name="O\u2019Neil & Sons").body
