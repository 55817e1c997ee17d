"""The operator's view of people: to look at. What changes goes through services, where it is checked and kept."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest

from audit.admin import DisclosingAdmin
from audit.rules import Subject, SubjectKind
from common.admin import ReadOnlyInline
from practitioners.models import Practitioner, PractitionerDeath, PractitionerIdentifier, PractitionerName
from practitioners.queries import folded


class NameInline(ReadOnlyInline):
    model = PractitionerName
    fields = ["use", "title", "given_names", "surname", "used_until", "change_reason", "recorded", "recorded_in"]
    ordering = ["recorded", "id"]


class DeathInline(ReadOnlyInline):
    model = PractitionerDeath
    fields = ["died_on", "recorded", "recorded_in"]


class IdentifierInline(ReadOnlyInline):
    model = PractitionerIdentifier
    fields = ["system", "value"]


@admin.register(Practitioner)
class PractitionerAdmin(DisclosingAdmin):
    list_display = ["uid", "names_used", "position"]
    ordering = ["-id"]
    inlines = [NameInline, IdentifierInline, DeathInline]
    search_fields = ["names__folded"]
    search_help_text = "Names or parts of names, in any order, with or without marks."

    def audited(self, person: Practitioner) -> Subject:
        return Subject(SubjectKind.PRACTITIONER, str(person.uid))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Practitioner]:
        return super().get_queryset(request).prefetch_related(Prefetch("names", PractitionerName.objects.current()))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find people one of whose names has every word of the term in it."""
        names = PractitionerName.objects.current()
        for token in folded(search_term).split():
            names = names.filter(folded__contains=token)
        found = queryset.filter(id__in=names.values("practitioner_id")) if search_term else queryset
        return found, False

    @admin.display(description="Names")
    def names_used(self, person: Practitioner) -> str:
        return "; ".join(name.full_name for name in sorted(person.names.all(), key=lambda name: name.use, reverse=True))
