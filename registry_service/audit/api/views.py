"""The audit, as auditors search it."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import ReadsAudit, acting, person
from audit.models import AuditRecord
from audit.queries import newest_first
from audit.rules import Action, Actor, Subject, SubjectKind
from audit.services import record_read
from common.instants import InstantFilter


class AuditFilter(filters.FilterSet):
    """What a search can be narrowed by."""

    subject_kind = filters.ChoiceFilter(choices=SubjectKind.choices)
    subject = filters.CharFilter(max_length=100, help_text="The whole id or number.")
    actor = filters.CharFilter(max_length=100, help_text="Such as user:<id>, whole.")
    action = filters.ChoiceFilter(choices=Action.choices)
    regulator = filters.CharFilter(max_length=20, help_text="The code of the council that it concerns.")
    field = filters.CharFilter(
        max_length=60, method="naming", help_text="A field that was shown or changed, such as birth_date."
    )
    since = InstantFilter("at", "gte", help_text="From this instant on.")
    until = InstantFilter("at", "lt", help_text="Before this instant.")

    def naming(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(fields__contains=[value])

    class Meta:
        model = AuditRecord
        fields = ["subject_kind", "subject", "actor", "action", "regulator", "field", "since", "until"]


class AuditRecordOutput(serializers.ModelSerializer):
    """One look at restricted fields, or one change; by name, never with values."""

    class Meta:
        model = AuditRecord
        fields = [
            "id",
            "at",
            "actor",
            "actor_role",
            "actor_regulator",
            "action",
            "subject_kind",
            "subject",
            "regulator",
            "fields",
            "reason",
            "request_id",
        ]
        read_only_fields = fields


class Audit(ListAPIView):
    """Who looked at restricted fields, and who changed what."""

    permission_classes = [ReadsAudit]
    queryset = AuditRecord.objects.none()
    serializer_class = AuditRecordOutput
    filterset_class = AuditFilter

    def get_queryset(self) -> QuerySet[AuditRecord]:
        return newest_first(person(self.request))

    @extend_schema(
        operation_id="search_audit",
        tags=["audit"],
        summary="Who was shown what is restricted, and who changed what, the newest first",
        description="Each search is recorded, too, with what it asked for.",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().get(request, *args, **kwargs)
        record_read(
            Actor.of(acting(request)),
            Subject(SubjectKind.AUDIT, ""),
            shown=AuditRecordOutput.Meta.fields,
            purpose=" ".join(["search_audit", *_asked(request)]),
            now=timezone.now(),
        )
        response.headers["Cache-Control"] = "no-store"
        return response


def _asked(request: Request) -> list[str]:
    given = request.query_params
    return [f"{name}={given[name]}" for name in AuditFilter.base_filters if name in given]
