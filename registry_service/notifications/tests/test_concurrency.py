"""Several workers at once: no message twice."""

import pytest
from django.core import mail
from django.db import transaction
from django.db.transaction import TransactionManagementError

from common.testing import at_once
from notifications.models import OutgoingEmail, OutgoingSms
from notifications.tasks import send_due_emails, send_due_sms
from notifications.tests import test_sms
from notifications.tests.test_services import NOW, queue

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.mark.parametrize("provider", ["fake", "none"])
def test_a_message_is_queued_only_inside_the_transaction_that_causes_it(settings, provider):
    settings.SMS_PROVIDER = provider
    for queue_one in (queue, test_sms.queue):
        with pytest.raises(TransactionManagementError):
            queue_one()


def test_ten_workers_send_each_email_once():
    with transaction.atomic():
        for number in range(50):
            queue(f"p{number}@example.ng")
    mail.outbox = []

    def work(_):
        return sum(iter(lambda: send_due_emails(NOW), 0))

    assert sum(at_once(10, work)) == 50
    assert sorted(sent.to[0] for sent in mail.outbox) == sorted(f"p{number}@example.ng" for number in range(50))
    assert not OutgoingEmail.objects.filter(sent_at=None).exists()


def test_ten_workers_send_each_sms_once(sent):
    with transaction.atomic():
        ids = [str(test_sms.queue().id) for _ in range(50)]

    def work(_):
        return sum(iter(lambda: send_due_sms(NOW), 0))

    assert sum(at_once(10, work)) == 50
    assert sorted(line["id"] for line in sent()) == sorted(ids)
    assert not OutgoingSms.objects.filter(sent_at=None).exists()
