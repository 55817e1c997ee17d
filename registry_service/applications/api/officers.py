"""The officers of a council, as colleagues see them who want to give one of them a file."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import django_filters as filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.people import OfficerOutput
from accounts.api.permissions import SeesFiles, person
from accounts.queries import officers_of
from applications.queries import application_for, officers_for, with_hindrance
from applications.rules import Hindrance
from common.declared import refuses
from reference.queries import regulator_names

if TYPE_CHECKING:
    from accounts.models import User


class ChanceOutput(serializers.Serializer):
    """Whether an officer may be given a file."""

    may_have = serializers.BooleanField()
    reason = serializers.ChoiceField(choices=Hindrance.choices, allow_null=True, help_text="Why they may not.")
    detail = serializers.CharField(allow_null=True, help_text="The same in words.")
    has_proposed = serializers.BooleanField(help_text="They proposed its decision, and another officer confirms it.")


class CouncilsOfficerOutput(OfficerOutput):
    """An officer with how much they have to do."""

    regulator = serializers.CharField(source="council", help_text="The code of their council.")
    open_files = serializers.IntegerField(source="load", help_text="How many files they have that are not closed.")
    file = serializers.SerializerMethodField(help_text="About the file that was asked about, or null.")

    def get_file(self, officer: Any) -> ChanceOutput(allow_null=True):  # type: ignore[valid-type]
        if "file" not in self.context["request"].query_params:
            return None
        hindrance = Hindrance(officer.hindrance) if officer.hindrance else None
        return {
            "may_have": hindrance is None,
            "reason": hindrance,
            "detail": hindrance and hindrance.label,
            "has_proposed": officer.has_proposed,
        }


def _check_is_council(code: str) -> None:
    if code not in regulator_names():
        raise ValidationError("There is no council with this code.", code="unknown")


class OfficerFilter(filters.FilterSet):
    """What the list of officers can be narrowed by."""

    regulator = filters.CharFilter(
        field_name="council", max_length=20, validators=[_check_is_council], help_text="A council's code."
    )
    file = filters.UUIDFilter(
        method="about",
        help_text="The id of a file: the officers of its council, and whether each may be given it.",
    )

    def about(self, queryset: Any, name: str, value: UUID) -> Any:
        giver = person(self.request)
        return with_hindrance(queryset, application_for(giver, value), giver=giver)


class Officers(ListAPIView):
    """Who may be given a file."""

    permission_classes = [SeesFiles]
    queryset = officers_of(None).none()  # whom it shows, the request says
    serializer_class = CouncilsOfficerOutput
    filterset_class = OfficerFilter

    def get_queryset(self) -> "QuerySet[User]":
        return officers_for(person(self.request)).order_by("full_name", "id")

    @extend_schema(
        operation_id="list_officers",
        tags=["review"],
        summary="The officers of my council, with how many files each has; with `file`, who may be given it",
        description="National administrators see those of every council.",
    )
    @refuses(application_for)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)
