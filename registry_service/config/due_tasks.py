"""What the worker does, and how often. Read this to know what happens without anyone asking."""

from datetime import timedelta

from accounts.tasks import forget_expired_tokens
from applications.tasks import close_unanswered
from common.idempotency import forget_old_answers
from common.worker import Task
from notifications.tasks import forget_old_emails, send_due_emails
from search.tasks import refresh_statistics

TASKS = [
    Task("send_due_emails", timedelta(seconds=2), send_due_emails),
    Task("refresh_statistics", timedelta(minutes=5), refresh_statistics),
    Task("close_unanswered", timedelta(minutes=10), close_unanswered),
    Task("forget_old_emails", timedelta(hours=1), forget_old_emails),
    Task("forget_expired_tokens", timedelta(hours=1), forget_expired_tokens),
    Task("forget_old_answers", timedelta(hours=1), forget_old_answers),
]
