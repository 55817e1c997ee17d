"""What operators change on their pages, recorded as Django's admin logs it: rows added, changed, deleted or acted upon.

An action of a page logs itself (`log_change`) with its name in place of Django's list of what changed.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db.models import Model
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils.text import capfirst

from accounts.queries import role_on_pages
from audit.rules import Actor, Subject, SubjectKind
from audit.services import record_change

_ACTS = {ADDITION: "add", CHANGE: "change", DELETION: "delete"}


@dataclass(frozen=True)
class _Naming:
    """How records name the rows of a table; `part` is what a row is of the subject, where it is not all of it."""

    kind: SubjectKind
    id: Callable[[Any], Any]
    part: str = ""


_NAMED = {
    "accounts.user": _Naming(SubjectKind.ACCOUNT, attrgetter("pk")),
    "accounts.roleassignment": _Naming(SubjectKind.ACCOUNT, attrgetter("user_id"), part="role_assignments"),
    "accounts.serviceclient": _Naming(SubjectKind.SERVICE_CLIENT, attrgetter("client_id")),
    "accounts.serviceclientsecret": _Naming(SubjectKind.SERVICE_CLIENT, attrgetter("client.client_id"), part="secrets"),
    "fees.feepayment": _Naming(SubjectKind.PAYMENT, attrgetter("payment_reference")),
}


@receiver(post_save, sender=LogEntry)
def record_what_was_logged(instance: LogEntry, **kwargs: Any) -> None:
    """Record a change on the operators' pages; a form that was sent without any change is none."""
    row = instance.get_edited_object()
    act, fields = _read(instance, row)
    if act == _ACTS[CHANGE] and not fields:
        return
    record_change(
        Actor(instance.user.actor, role_on_pages(instance.user)),
        _subject_of(row),
        changed=fields,
        act=act,
        now=instance.action_time,
    )


def _read(entry: LogEntry, row: Model) -> tuple[str, set[str]]:
    """Return the act and the fields that a log entry tells of; it names fields as the form labels them."""
    naming = _NAMED.get(row._meta.label_lower)
    part = {naming.part} if naming and naming.part else set()
    if entry.change_message and not entry.change_message.startswith("["):
        return entry.change_message, part
    told = [each for said in json.loads(entry.change_message or "[]") for each in said.values()]
    inlines = {each["name"] for each in told if "name" in each}
    labels = {label for each in told if "name" not in each for label in each.get("fields", [])}
    return _ACTS[entry.action_flag], part | inlines | set(_names(row, labels))


def _names(row: Model, labels: Iterable[str]) -> Iterable[str]:
    by_label = {capfirst(field.verbose_name): field.name for field in (*row._meta.fields, *row._meta.many_to_many)}
    return (by_label.get(label, label) for label in labels)


def _subject_of(row: Any) -> Subject:
    label = row._meta.label_lower
    if naming := _NAMED.get(label):
        return Subject(naming.kind, str(naming.id(row)), _regulator_of(row))
    app, table = label.split(".")
    if app == "reference":
        return Subject(SubjectKind.REFERENCE, f"{table}:{getattr(row, 'code', row.pk)}", _regulator_of(row))
    return Subject(SubjectKind.OTHER, f"{label}:{row.pk}")


def _regulator_of(row: Any) -> str:
    if row._meta.label_lower == "reference.regulator":
        return str(row.code)
    regulator = getattr(row, "regulator", None) or ""
    return str(getattr(regulator, "code", regulator))
