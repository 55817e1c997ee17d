"""Places, for address forms: open to anyone, and the same for everyone for a minute."""

from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny

from reference.api.serializers import LgaSerializer, StateSerializer
from reference.models import Lga, State

same_for_everyone = method_decorator(cache_control(public=True, max_age=60), name="get")


class LgaFilter(filters.FilterSet):
    state = filters.CharFilter(field_name="state__code", lookup_expr="iexact", max_length=2, help_text="Two letters.")

    class Meta:
        model = Lga
        fields = ["state"]


@same_for_everyone
@extend_schema_view(get=extend_schema(operation_id="list_states", tags=["reference"]))
class StateList(ListAPIView):
    """The 36 states and the Federal Capital Territory."""

    permission_classes = [AllowAny]
    serializer_class = StateSerializer
    queryset = State.objects.order_by("code")


@same_for_everyone
@extend_schema_view(get=extend_schema(operation_id="list_lgas", tags=["reference"]))
class LgaList(ListAPIView):
    """Local government areas."""

    permission_classes = [AllowAny]
    serializer_class = LgaSerializer
    filterset_class = LgaFilter
    queryset = Lga.objects.select_related("state").order_by("code")
