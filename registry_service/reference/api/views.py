"""The reference lists, for anyone; the same for everyone."""

from django.db.models import Count
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny

from common.caching import PublicView
from reference.api import filters, serializers
from reference.models import (
    DocumentRequirement,
    Fee,
    Lga,
    Profession,
    Reason,
    Regulator,
    Specialty,
    State,
)
from reference.queries import register_parts


class _PublicList(PublicView, ListAPIView):
    permission_classes = [AllowAny]


def _described(operation_id: str, summary: str):
    description = "The same for everyone, and good for a minute."
    described = extend_schema(operation_id=operation_id, summary=summary, description=description, tags=["reference"])
    return extend_schema_view(get=described)


@_described("list_states", "The states, and the Federal Capital Territory")
class States(_PublicList):
    queryset = State.objects.annotate(lgas_count=Count("lgas")).order_by("code")
    serializer_class = serializers.StateSerializer


@_described("list_lgas", "Local government areas")
class Lgas(_PublicList):
    queryset = Lga.objects.select_related("state").order_by("code")
    serializer_class = serializers.LgaSerializer
    filterset_class = filters.LgaFilter


@_described("list_regulators", "Councils and boards")
class Regulators(_PublicList):
    queryset = Regulator.objects.order_by("code")
    serializer_class = serializers.RegulatorSerializer
    filterset_class = filters.RegulatorFilter


@_described("list_professions", "Professions")
class Professions(_PublicList):
    queryset = Profession.objects.select_related("regulator").order_by("code")
    serializer_class = serializers.ProfessionSerializer
    filterset_class = filters.ProfessionFilter


@_described("list_register_parts", "The parts of the councils' registers")
class RegisterParts(_PublicList):
    queryset = register_parts().order_by("code")
    serializer_class = serializers.RegisterPartSerializer
    filterset_class = filters.RegisterPartFilter


@_described("list_specialties", "Fields in which councils recognise specialists")
class Specialties(_PublicList):
    queryset = Specialty.objects.select_related("regulator", "profession").order_by("code")
    serializer_class = serializers.SpecialtySerializer
    filterset_class = filters.SpecialtyFilter


@_described("list_reasons", "Reasons that may be given: for a decision, a question, a change of name, …")
class Reasons(_PublicList):
    queryset = Reason.objects.order_by("code")
    serializer_class = serializers.ReasonSerializer
    filterset_class = filters.ReasonFilter


@_described("list_document_requirements", "What documents an application needs, when, and from whom they must come")
class DocumentRequirements(_PublicList):
    queryset = DocumentRequirement.objects.select_related("regulator", "register_part", "document_type").order_by(
        "kind", "id"
    )
    serializer_class = serializers.DocumentRequirementSerializer
    filterset_class = filters.DocumentRequirementFilter


@_described("list_fees", "What applications cost; the narrowest fee of the day applies")
class Fees(_PublicList):
    queryset = Fee.objects.select_related("regulator", "register_part").order_by("kind", "id")
    serializer_class = serializers.FeeSerializer
    filterset_class = filters.FeeFilter
