"""What the worker does, and how often. Read this to know what happens without anyone asking."""

from datetime import datetime, timedelta

from accounts.tasks import forget_expired_tokens
from common.asker import asking_as_worker
from common.idempotency import forget_old_answers
from common.worker import Task
from notifications.tasks import forget_old_emails, forget_old_sms, send_due_emails, send_due_sms
from staff.tasks import verify_due_licenses


def forget_everyones_old_answers(now: datetime) -> int:
    """Row-level security shows kept answers to whoever got them, and to the worker."""
    with asking_as_worker():
        return forget_old_answers(now)


TASKS = [
    Task("send_due_emails", timedelta(seconds=2), send_due_emails),
    Task("send_due_sms", timedelta(seconds=2), send_due_sms),
    Task("verify_due_licenses", timedelta(seconds=2), verify_due_licenses),
    Task("forget_old_emails", timedelta(hours=1), forget_old_emails),
    Task("forget_old_sms", timedelta(hours=1), forget_old_sms),
    Task("forget_expired_tokens", timedelta(hours=1), forget_expired_tokens),
    Task("forget_old_answers", timedelta(hours=1), forget_everyones_old_answers),
]
