"""What the worker does, and how often. Read this to know what happens without anyone asking."""

from datetime import timedelta

from accounts.tasks import forget_expired_tokens
from applications.tasks import (
    check_applications,
    check_applications_again,
    close_unanswered,
    remind_applicants,
    share_out_files,
)
from common.idempotency import forget_old_answers
from common.worker import Task
from documents.tasks import delete_forgotten_files, scan_waiting_files
from fees.tasks import ask_about_payments
from notifications.tasks import forget_old_emails, forget_old_sms, send_due_emails, send_due_sms
from search.tasks import refresh_statistics

TASKS = [
    Task("send_due_emails", timedelta(seconds=2), send_due_emails),
    Task("send_due_sms", timedelta(seconds=2), send_due_sms),
    Task("scan_waiting_files", timedelta(seconds=10), scan_waiting_files),
    Task("refresh_statistics", timedelta(minutes=5), refresh_statistics),
    Task("ask_about_payments", timedelta(seconds=5), ask_about_payments),
    Task("check_applications", timedelta(seconds=2), check_applications),
    Task("check_applications_again", timedelta(minutes=1), check_applications_again),
    Task("close_unanswered", timedelta(minutes=10), close_unanswered),
    Task("remind_applicants", timedelta(minutes=10), remind_applicants),
    Task("share_out_files", timedelta(minutes=5), share_out_files),
    Task("delete_forgotten_files", timedelta(hours=1), delete_forgotten_files),
    Task("forget_old_emails", timedelta(hours=1), forget_old_emails),
    Task("forget_old_sms", timedelta(hours=1), forget_old_sms),
    Task("forget_expired_tokens", timedelta(hours=1), forget_expired_tokens),
    Task("forget_old_answers", timedelta(hours=1), forget_old_answers),
]
