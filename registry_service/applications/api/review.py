"""Applications, as officers see and decide them."""

from functools import partial, wraps
from typing import TYPE_CHECKING, Any
from uuid import UUID

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsOfficer, SeesFiles, person
from applications import services
from applications.api import inputs, outputs
from applications.api.acts import ActedOn, act_on, disclosed
from applications.api.views import read, shown
from applications.models import ProfessionalApplication
from applications.queries import application_for, applications_for
from applications.rules import Status
from applications.services.asking import Asked
from common.conditional import shows_version
from common.declared import refuses
from common.idempotency import idempotent, takes_key
from reference.rules import ApplicationKind

if TYPE_CHECKING:
    from accounts.models import User


class QueueFilter(filters.FilterSet):
    """What an officer's queue can be narrowed by."""

    status = filters.ChoiceFilter(choices=[pair for pair in Status.choices if pair[0] != Status.DRAFT])
    kind = filters.ChoiceFilter(choices=ApplicationKind.choices)
    with_whom = filters.ChoiceFilter(
        choices=[("me", "Me"), ("nobody", "Nobody")],
        method="held_by",
        help_text="The files that I have taken on, or those that nobody has.",
    )

    def held_by(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(officer=person(self.request) if value == "me" else None)

    class Meta:
        model = ProfessionalApplication
        fields = ["status", "kind", "with_whom"]


class Queue(ListAPIView):
    """The files of my council."""

    permission_classes = [SeesFiles]
    queryset = ProfessionalApplication.objects.none()  # which of them, the request says
    serializer_class = outputs.FileRowOutput
    filterset_class = QueueFilter

    def get_queryset(self) -> "QuerySet[ProfessionalApplication]":
        return applications_for(person(self.request)).order_by("submitted_at", "id")

    @extend_schema(
        operation_id="list_files", tags=["review"], summary="The files of my council, the longest waiting first"
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


def _show(user: "User", uid: UUID) -> Response:
    return shown(application_for(user, uid), outputs.FileOutput)


class File(APIView):
    permission_classes = [SeesFiles]

    @extend_schema(
        operation_id="read_file",
        tags=["review"],
        summary="One file",
        description="Everything that the applicant gave, what was noticed (`flags`), and what colleagues wrote. Who "
        "looked is recorded. Send its `ETag` as `If-Match` with what you do.",
        responses={200: outputs.FileOutput},
    )
    @shows_version
    @refuses(application_for)
    def get(self, request: Request, uid: UUID) -> Response:
        return disclosed(request, _show(person(request), uid), purpose="read_file")


@wraps(services.add_note)
def _add_note(*, seen: int | None, **given: Any) -> ProfessionalApplication:
    # A note is never refused for what happened meanwhile: it would be lost.
    return services.add_note(**given)


@wraps(services.ask)
def _ask(*, questions: list[dict[str, str]], **who: Any) -> ProfessionalApplication:
    return services.ask(questions=[Asked(**question) for question in questions], **who)


class Next(APIView):
    permission_classes = [IsOfficer]

    @extend_schema(
        operation_id="take_next_file",
        tags=["review"],
        summary="Take on the file that has waited longest",
        request=None,
        responses={200: outputs.FileOutput},
    )
    @shows_version
    @takes_key
    @refuses(services.take_next)
    def post(self, request: Request) -> Response:
        return disclosed(request, self.take(request), purpose="take_next_file")

    @idempotent()
    def take(self, request: Request) -> Response:
        officer = person(request)
        application = services.take_next(officer=officer, now=timezone.now())
        return _show(officer, application.uid)


class GiveVerdict(APIView):
    permission_classes = [IsOfficer]

    @extend_schema(
        operation_id="give_verdict",
        tags=["review"],
        summary="Say of a flag that it is in order, or who somebody is",
        request=inputs.VerdictInput,
        responses={200: outputs.FileOutput},
    )
    @shows_version
    @takes_key
    @refuses(services.give_verdict)
    def post(self, request: Request, uid: UUID, flag: UUID) -> Response:
        return disclosed(request, self.give(request, uid, flag), purpose="give_verdict")

    @idempotent()
    def give(self, request: Request, uid: UUID, flag: UUID) -> Response:
        officer = person(request)
        services.give_verdict(
            officer=officer, uid=uid, flag=flag, **read(inputs.VerdictInput, request), now=timezone.now()
        )
        return _show(officer, uid)


_act = partial(act_on, ActedOn(outputs.FileOutput, _show, "application_changed"))
Claim = _act("claim_file", "Take a waiting file on", services.claim, None)
Release = _act("release_file", "Give a file back to the queue", services.release, inputs.ReleaseInput)
Assign = _act("assign_file", "Give a waiting file to an officer", services.assign, inputs.AssignInput)
Reassign = _act(
    "reassign_file", "Give a file that an officer has to another one", services.reassign, inputs.ReassignInput
)
AddNote = _act("add_note", "Write something down for colleagues", _add_note, inputs.NoteInput)
DeclareInterest = _act(
    "declare_interest",
    "Declare a conflict of interest, and have nothing to do with this applicant",
    services.declare_interest,
    inputs.DeclareInterestInput,
)
RequestInformation = _act("request_information", "Ask the applicant about single answers", _ask, inputs.AskInput)
RequestDocument = _act(
    "request_document",
    "Write to a school, an employer or a regulator abroad for a document",
    services.request_document,
    inputs.RequestDocumentInput,
)
RaiseFlag = _act(
    "raise_flag", "Note something that must be looked at before an approval", services.raise_flag, inputs.FlagInput
)
Approve = _act("approve_file", "Propose to approve, or approve", services.approve, inputs.ApproveInput)
Reject = _act("reject_file", "Propose to reject, or reject", services.reject, inputs.RejectInput)
Return = _act("return_file", "Disagree with a proposed decision", services.return_proposal, inputs.ReturnInput)
