"""The operator's view of applications: to look at. Officers decide through the API, where it is checked and kept."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from applications.models import ApplicationTransition, ProfessionalApplication, Question
from applications.queries import applications_for
from audit.admin import DisclosingAdmin
from audit.rules import Subject, SubjectKind
from common.admin import ReadOnlyInline


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
