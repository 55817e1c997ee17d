"""The directory of hospitals: open to anyone, since it says where care is to be found."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.permissions import AllowAny

from hospitals.api.filters import HospitalFilter
from hospitals.api.serializers import HospitalSerializer
from hospitals.queries import directory


@extend_schema_view(get=extend_schema(operation_id="list_hospitals", tags=["hospitals"]))
class HospitalList(ListAPIView):
    """Hospitals by name."""

    permission_classes = [AllowAny]
    serializer_class = HospitalSerializer
    filterset_class = HospitalFilter
    queryset = directory()


@extend_schema_view(get=extend_schema(operation_id="get_hospital", tags=["hospitals"]))
class HospitalDetail(RetrieveAPIView):
    """One hospital."""

    permission_classes = [AllowAny]
    serializer_class = HospitalSerializer
    queryset = directory()
    filter_backends = []
