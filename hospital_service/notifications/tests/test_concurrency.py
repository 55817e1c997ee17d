"""Several workers at once: no e-mail twice."""

import pytest
from django.core import mail
from django.db import transaction
from django.db.transaction import TransactionManagementError

from common.testing import at_once
from notifications.models import OutgoingEmail
from notifications.tasks import send_due_emails
from notifications.tests.test_services import NOW, queue

pytestmark = pytest.mark.usefixtures("committed_db")


def test_an_email_is_queued_only_inside_the_transaction_that_causes_it():
    with pytest.raises(TransactionManagementError):
        queue()


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
