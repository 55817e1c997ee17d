"""Operators' pages that show what is restricted write down who opened them; the audit's own is one of them."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.queries import role_on_pages
from audit.models import AuditRecord
from audit.queries import newest_first
from audit.rules import Actor, Subject, SubjectKind
from audit.services import record_read
from common.admin import ReadOnlyAdmin


class DisclosingAdmin(ReadOnlyAdmin):
    """The page of one thing with restricted fields: whenever it is opened, that is recorded.

    Its list shows none of them: it would disclose a hundred people at a time.
    """

    def audited(self, obj: Any) -> Subject:
        """Return how records name this thing."""
        raise NotImplementedError

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        # The page's own address is no part of the purpose: it carries what was searched for before, a name perhaps.
        self.record_look(request, self.audited(context["original"]), _fields_and_inlines(context), "operators' page")
        return super().render_change_form(request, context, *args, **kwargs)

    def record_look(self, request: HttpRequest, subject: Subject, shown: Iterable[Any], purpose: str) -> None:
        """Record that the operator is shown these fields."""
        user: Any = request.user
        record_read(Actor(user.actor, role_on_pages(user)), subject, shown=shown, purpose=purpose, now=timezone.now())


# Django logs what is deleted several at a time in a way of which nothing can be told (audit.handlers).
admin.site.disable_action("delete_selected")


def _fields_and_inlines(context: dict[str, Any]) -> list[str]:
    inlines = [each.formset.prefix for each in context["inline_admin_formsets"]]
    return [*flatten_fieldsets(context["adminform"].fieldsets), *inlines]


@admin.register(AuditRecord)
class AuditRecordAdmin(DisclosingAdmin):
    list_display = ["at", "actor", "actor_role", "action", "subject_kind", "subject", "fields", "reason", "request_id"]
    list_filter = ["action", "subject_kind"]
    ordering = ["-at", "-id"]
    search_fields = ["subject__exact", "actor__exact", "request_id__exact"]
    search_help_text = "A whole subject, actor or request id."

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditRecord]:
        user: Any = request.user
        return newest_first(user)

    def audited(self, record: AuditRecord) -> Subject:
        return Subject(SubjectKind.AUDIT, str(record.pk))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        purpose = f"operators' list {request.GET.urlencode()}".strip()
        self.record_look(request, Subject(SubjectKind.AUDIT, ""), self.list_display, purpose)
        return super().changelist_view(request, extra_context)
