"""The published keys."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.serializers import KeySetOutput
from accounts.api.views import OpenView
from accounts.keys import ring


class KeySetView(OpenView):
    @extend_schema(
        operation_id="read_keys",
        tags=["auth"],
        summary="The public keys of everything that this service signs (RFC 7517)",
        responses={200: KeySetOutput},
    )
    def get(self, request: Request) -> Response:
        return Response(ring().jwks(), headers={"Cache-Control": "public, max-age=300"})


urlpatterns = [
    path(".well-known/jwks.json", KeySetView.as_view()),
]
