"""Applications, as their applicants see them."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.api.permissions import IsPerson, person
from applications import services
from applications.api import inputs, outputs
from applications.models import ProfessionalApplication, Reaudit
from applications.queries import application_of, applications_of
from common.clock import day_in_lagos
from common.conditional import etag_of, version_seen
from common.idempotency import idempotent

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag of what you have read."
)


def read(serializer_class: type[Serializer], request: Request, **options: Any) -> dict[str, Any]:
    """Return what the body says, or refuse it."""
    serializer = serializer_class(data=request.data, **options)
    serializer.is_valid(raise_exception=True)
    given: dict[str, Any] = serializer.validated_data
    return given


def shown(
    what: ProfessionalApplication | Reaudit, serializer_class: type[Serializer], *, status: int = 200
) -> Response:
    """Return the answer about one application, or one re-audit, with its version as ETag."""
    now = timezone.now()
    body = serializer_class(what, context={"now": now, "today": day_in_lagos(now)}).data
    return Response(body, status=status, headers={"ETag": etag_of(what.version), "Cache-Control": "no-store"})


class _Mine(APIView):
    permission_classes = [IsPerson]

    def show(self, request: Request, uid: UUID, *, status: int = 200) -> Response:
        """Return the application as it is stored now."""
        return shown(application_of(person(request), uid), outputs.ApplicationOutput, status=status)


class Applications(_Mine, ListAPIView):
    """What I have asked for."""

    queryset = ProfessionalApplication.objects.none()  # whose it is, the request says
    serializer_class = outputs.ApplicationRowOutput

    def get_queryset(self) -> "QuerySet[ProfessionalApplication]":
        return applications_of(person(self.request)).order_by("-id")

    @extend_schema(operation_id="list_applications", tags=["applications"], summary="My applications, the newest first")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().get(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    def opened(self, request: Request, uid: UUID) -> Response:
        return self.show(request, uid, status=201)

    @extend_schema(
        operation_id="open_application",
        tags=["applications"],
        summary="Begin an application",
        description="The answer lists under `missing` what must be given before it can be submitted.",
        request=inputs.OpenInput,
        responses={201: outputs.ApplicationOutput},
    )
    @idempotent(opened)
    def post(self, request: Request) -> UUID:
        given = read(inputs.OpenInput, request)
        return services.open_application(applicant=person(request), **given, now=timezone.now()).uid


class Application(_Mine):
    """One of my applications."""

    @extend_schema(
        operation_id="read_application",
        tags=["applications"],
        summary="One of my applications",
        responses={200: outputs.ApplicationOutput},
    )
    def get(self, request: Request, uid: UUID) -> Response:
        return self.show(request, uid)

    @extend_schema(
        operation_id="write_application",
        tags=["applications"],
        summary="Write some answers",
        description="As long as it is a draft; later, only answers that an officer has asked about.",
        parameters=[IF_MATCH],
        request=inputs.AnswersInput,
        responses={200: outputs.ApplicationOutput},
    )
    def patch(self, request: Request, uid: UUID) -> Response:
        version = version_seen(request)
        answers = read(inputs.AnswersInput, request, partial=True)
        services.save_draft(applicant=person(request), uid=uid, version=version, answers=answers, now=timezone.now())
        return self.show(request, uid)


class Submit(_Mine):
    @extend_schema(
        operation_id="submit_application",
        tags=["applications"],
        summary="Hand a complete application to the council",
        description="Safe to repeat. An incomplete one is refused with everything that is missing.",
        request=None,
        responses={200: outputs.ApplicationOutput},
    )
    @idempotent(_Mine.show)
    def post(self, request: Request, uid: UUID) -> UUID:
        services.submit(applicant=person(request), uid=uid, now=timezone.now())
        return uid


class Withdraw(_Mine):
    @extend_schema(
        operation_id="withdraw_application",
        tags=["applications"],
        summary="Take an application back",
        request=inputs.WithdrawInput,
        responses={200: outputs.ApplicationOutput},
    )
    @idempotent(_Mine.show)
    def post(self, request: Request, uid: UUID) -> UUID:
        services.withdraw(applicant=person(request), uid=uid, **read(inputs.WithdrawInput, request), now=timezone.now())
        return uid


class Respond(_Mine):
    @extend_schema(
        operation_id="respond_to_questions",
        tags=["applications"],
        summary="Answer every open question",
        description="Mend the answers that were asked about first; then the file goes back to its officer.",
        request=inputs.RespondInput,
        responses={200: outputs.ApplicationOutput},
    )
    @idempotent(_Mine.show)
    def post(self, request: Request, uid: UUID) -> UUID:
        given = read(inputs.RespondInput, request)["answers"]
        answers = {one["question"]: one["answer"] for one in given}
        services.respond(applicant=person(request), uid=uid, answers=answers, now=timezone.now())
        return uid
