"""The operator's view of applications and re-audits: to look at.

Officers decide through the API, where it is checked and kept.
"""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from applications.models import (
    ApplicationTransition,
    ProfessionalApplication,
    Question,
    Reaudit,
    ReauditTransition,
)
from applications.queries import applications_for, reaudits_for
from audit.admin import DisclosingAdmin
from audit.rules import Subject, SubjectKind
from common.admin import ReadOnlyAdmin, ReadOnlyInline


class TransitionInline(ReadOnlyInline):
    model = ApplicationTransition
    fields = ["transition", "from_status", "to_status", "actor", "reason", "note", "at"]
    ordering = ["id"]


class QuestionInline(ReadOnlyInline):
    model = Question
    fields = ["pointer", "reason", "fix", "asked_at", "answer", "answered_at"]
    ordering = ["id"]


@admin.register(ProfessionalApplication)
class ApplicationAdmin(DisclosingAdmin):
    list_display = ["uid", "kind", "register_part", "status", "submitted_at", "officer"]
    list_filter = ["status", "kind", "register_part__regulator"]
    list_select_related = ["register_part", "officer"]
    ordering = ["-id"]
    search_fields = ["uid__exact", "applicant__email__exact"]
    search_help_text = "The application's whole number, or the applicant's e-mail address."
    inlines = [TransitionInline, QuestionInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProfessionalApplication]:
        """Show superusers all of them, and others what the API shows them."""
        if request.user.is_superuser:
            return super().get_queryset(request)
        return applications_for(request.user).order_by(*self.ordering)  # type: ignore[arg-type]  # a signed-in person

    def audited(self, application: ProfessionalApplication) -> Subject:
        return Subject(SubjectKind.APPLICATION, str(application.uid), application.register_part.regulator.code)


class ReauditTransitionInline(ReadOnlyInline):
    model = ReauditTransition
    fields = ["transition", "from_status", "to_status", "actor", "reason", "note", "at"]
    ordering = ["id"]


@admin.register(Reaudit)
class ReauditAdmin(ReadOnlyAdmin):
    """It shows nothing of the file; the application's own page does, and records who opened it."""

    list_display = ["uid", "application", "status", "drawn_at", "officer", "reason", "closed_at"]
    list_filter = ["status", "application__register_part__regulator"]
    list_select_related = ["application", "officer", "reason"]
    ordering = ["-id"]
    search_fields = ["uid__exact", "application__uid__exact"]
    search_help_text = "The whole number of a re-audit, or of its application."
    inlines = [ReauditTransitionInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reaudit]:
        """Show superusers all that were drawn, and others what the API shows them."""
        drawn = Reaudit.objects.drawn() if request.user.is_superuser else reaudits_for(request.user)  # type: ignore[arg-type]  # a signed-in person
        return drawn.order_by(*self.ordering)
