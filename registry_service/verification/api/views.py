"""HTTP in, one query, HTTP out."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import HasScope
from common.declared import refuses
from common.filters import refuse_unknown_parameters
from verification.api.renderers import AnswerRenderer, BatchRenderer
from verification.api.serializers import (
    AnswerSerializer,
    BatchAnswerSerializer,
    BatchSerializer,
    NarrowingSerializer,
)
from verification.queries import answer, answer_all
from verification.rules import Question

# The gateway may hand the same answer to other callers without a token for this long, and never longer.
PUBLIC_FOR_ONE_SECOND = "public, max-age=1"
FOR_THIS_CALLER_ONLY = "private, no-store"


class Verify(APIView):
    """May the holder of this license practise today?

    Anyone may ask. `may_practise` is the answer, and `reasons` say why not; `status` is that of the entry alone. The
    number is read forgivingly: case, blanks and hyphens do not count. A council's own number that several registers
    hold is narrowed down by `regulator` and `register`.
    """

    permission_classes = [AllowAny]
    renderer_classes = [AnswerRenderer, JSONRenderer]

    @extend_schema(
        operation_id="verify_license",
        summary="May the holder of this license practise",
        tags=["verification"],
        parameters=[
            OpenApiParameter("license_number", str, OpenApiParameter.PATH, description="Ours, or a council's own."),
            NarrowingSerializer,
        ],
        responses={
            (200, AnswerRenderer.media_type): AnswerSerializer,
            (200, "application/json"): AnswerSerializer,
        },
    )
    @refuses(answer)
    def get(self, request: Request, license_number: str) -> Response:
        # Nearly every question comes without parameters, and reading none takes a third of a millisecond.
        narrowing = _narrowing(request) if request.query_params else {}
        body = answer(Question(license_number=license_number, **narrowing), now=timezone.now())
        is_public = request.auth is None
        return Response(body, headers={"Cache-Control": PUBLIC_FOR_ONE_SECOND if is_public else FOR_THIS_CALLER_ONLY})


def _narrowing(request: Request) -> dict[str, str]:
    refuse_unknown_parameters(request, set(NarrowingSerializer().fields))
    narrowing = NarrowingSerializer(data=request.query_params.dict())
    narrowing.is_valid(raise_exception=True)
    return dict(narrowing.validated_data)


class VerifyBatch(APIView):
    """Up to 10,000 numbers in one question, a row for each, in the order asked.

    For service clients with the scope `verify`. The body may have 1,048,576 bytes; a larger one is refused with 413,
    by the gateway or here. 10,000 bare numbers take less than half of that; with `regulator` and `register` beside
    each, ask twice.
    """

    permission_classes = [HasScope("verify")]
    renderer_classes = [BatchRenderer, JSONRenderer]

    @extend_schema(
        operation_id="verify_batch",
        summary="Ask about many licenses at once",
        tags=["verification"],
        request=BatchSerializer,
        examples=[
            OpenApiExample(
                "Two numbers",
                {
                    "items": [
                        {"license_number": "PHB-MED-DEM0-001E"},
                        {"license_number": "MDCN/R/12345", "regulator": "mdcn"},
                    ]
                },
                request_only=True,
            )
        ],
        responses={
            (200, BatchRenderer.media_type): BatchAnswerSerializer,
            (200, "application/json"): BatchAnswerSerializer,
        },
    )
    def post(self, request: Request) -> Response:
        batch = BatchSerializer(data=request.data)
        batch.is_valid(raise_exception=True)
        body = answer_all(batch.questions(), now=timezone.now())
        return Response(body, headers={"Cache-Control": FOR_THIS_CALLER_ONLY})
