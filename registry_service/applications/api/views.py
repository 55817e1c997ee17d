"""Applications, as their applicants see them."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
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
from common.conditional import etag_of, needs_version, shows_version, version_seen
from common.declared import refuses
from common.idempotency import idempotent


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
        description="The answer lists under `missing` what must be given before it can be submitted. What is asked for "
        "already is refused with `application`, the one to go on with.",
        request=inputs.OpenInput,
        examples=[
            OpenApiExample(
                "A nurse",
                {"kind": "first_registration", "register_part": "nmcn-general-nurse"},
                request_only=True,
            )
        ],
        responses={201: outputs.ApplicationOutput},
    )
    @shows_version
    @refuses(services.open_application)
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
        description="With every answer, what is missing, the documents that are given and needed, what the council has "
        "asked, and its decision once there is one. Read it again before you write: its `ETag` is what you have seen.",
        responses={200: outputs.ApplicationOutput},
    )
    @shows_version
    @refuses(application_of)
    def get(self, request: Request, uid: UUID) -> Response:
        return self.show(request, uid)

    @extend_schema(
        operation_id="write_application",
        tags=["applications"],
        summary="Write some answers",
        description="As long as it is a draft; later, only answers that an officer has asked about. Send each as it is "
        "given: what is not named stays as it is. The answer says under `missing` what is left to be given.",
        examples=[
            OpenApiExample(
                "The first page of a form", {"surname": "Ògúnyẹmí", "birth_date": "1990-05-17"}, request_only=True
            )
        ],
        request=inputs.AnswersInput,
        responses={200: outputs.ApplicationOutput},
    )
    @shows_version
    @needs_version
    @refuses(services.save_draft)
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
        description="Safe to repeat. An incomplete one is refused with everything that is missing; the fee, where "
        "there is one, is paid before (`payment/`). From then on it is the council's turn.",
        request=None,
        responses={200: outputs.ApplicationOutput},
    )
    @shows_version
    @refuses(services.submit)
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
    @shows_version
    @refuses(services.withdraw)
    @idempotent(_Mine.show)
    def post(self, request: Request, uid: UUID) -> UUID:
        services.withdraw(applicant=person(request), uid=uid, **read(inputs.WithdrawInput, request), now=timezone.now())
        return uid


class Respond(_Mine):
    @extend_schema(
        operation_id="respond_to_questions",
        tags=["applications"],
        summary="Answer every open question",
        description="Mend the answers that were asked about first; then the file goes back to its officer. `question` "
        "is the `id` of an open one, and each needs its answer.",
        request=inputs.RespondInput,
        examples=[
            OpenApiExample(
                "One question",
                {
                    "answers": [
                        {
                            "question": "0190a1b2-c3d4-7e5f-8071-8293a4b5c6d7",
                            "answer": "I have uploaded the page with the seal.",
                        }
                    ]
                },
                request_only=True,
            )
        ],
        responses={200: outputs.ApplicationOutput},
    )
    @shows_version
    @refuses(services.respond)
    @idempotent(_Mine.show)
    def post(self, request: Request, uid: UUID) -> UUID:
        given = read(inputs.RespondInput, request)["answers"]
        answers = {one["question"]: one["answer"] for one in given}
        services.respond(applicant=person(request), uid=uid, answers=answers, now=timezone.now())
        return uid
