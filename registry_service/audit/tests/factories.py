"""Records for tests."""

from datetime import datetime, timedelta
from typing import Any

from audit.models import AuditRecord
from audit.rules import Actor, Subject, SubjectKind
from audit.services import record_change, record_read
from changes.tests.factories import NOW

OFFICER = Actor("user:ngozi", role="officer", regulator="mdcn")
FILE = Subject(SubjectKind.APPLICATION, "file-1", "mdcn")


def look(
    actor: Actor = OFFICER, subject: Subject = FILE, *, shown: tuple[str, ...] = ("birth_date",), **at: Any
) -> None:
    """A look at one file, so many `hours` after 23 November 2026, 10:00 in Lagos."""
    record_read(actor, subject, shown=shown, purpose="read_file", now=after(**at))


def change(actor: Actor = OFFICER, subject: Subject = FILE, *, act: str = "claim", **at: Any) -> None:
    """A change of one file."""
    record_change(actor, subject, changed=["status"], act=act, now=after(**at))


def after(**at: Any) -> datetime:
    return NOW + timedelta(**at)


def records(**narrowing: Any) -> list[AuditRecord]:
    """The records, in the order in which they were written."""
    return list(AuditRecord.objects.filter(**narrowing).order_by("id"))
