"""Applications, as officers see and decide them."""

from functools import partial, wraps
from typing import TYPE_CHECKING, Any
from uuid import UUID

import django_filters as filters
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_filters.fields import ChoiceField
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsOfficer, SeesFiles, person
from applications import services
from applications.api import file_outputs, inputs
from applications.api.acts import ActedOn, act_on, disclosed, seen_by
from applications.api.views import read, shown
from applications.models import ProfessionalApplication
from applications.queries import application_for, interest_in, queue_for, waits_for
from applications.rules import FoundSinceChecked, Status
from applications.services.asking import Asked
from common.conditional import heeds_version, shows_version
from common.declared import refuses
from common.idempotency import idempotent, takes_key
from reference.rules import ApplicationKind

if TYPE_CHECKING:
    from accounts.models import User


class _EachChoiceField(ChoiceField):
    def validate(self, value: Any) -> None:
        """Refuse also nothing between two commas, which would pass for no choice."""
        super().validate(value)
        if not value:
            raise ValidationError("Give a value before and after each comma.", code="invalid_choice")


class _AnyOfFilter(filters.BaseInFilter, filters.ChoiceFilter):
    """Rows with one of some values, which are written with commas between them."""

    field_class = _EachChoiceField


class QueueFilter(filters.FilterSet):
    """What an officer's queue can be narrowed by."""

    status = _AnyOfFilter(
        choices=[pair for pair in Status.choices if pair[0] != Status.DRAFT],
        help_text="One or several, with commas between them; without it, all that are not closed.",
    )
    kind = filters.ChoiceFilter(choices=ApplicationKind.choices)
    with_whom = filters.ChoiceFilter(
        choices=[("me", "Me"), ("nobody", "Nobody")],
        method="held_by",
        help_text="The files that I have taken on, or those that wait for an officer to do so, and that I may have.",
    )
    waiting_for = filters.ChoiceFilter(
        choices=[("me", "Me"), ("second_officer", "A second officer")],
        method="up_to",
        help_text="What I can go on with: my files, and proposals of others that I may confirm. Or all proposals.",
    )

    def held_by(self, queryset: Any, name: str, value: str) -> Any:
        held = Q(officer=person(self.request)) if value == "me" else Q(status=Status.SUBMITTED)
        return queryset.filter(held)

    def up_to(self, queryset: Any, name: str, value: str) -> Any:
        proposed = Q(status=Status.DECISION_PROPOSED)
        return queryset.filter(waits_for(person(self.request)) if value == "me" else proposed)

    def filter_queryset(self, queryset: Any) -> Any:
        narrowed = super().filter_queryset(queryset)
        return narrowed if self.form.cleaned_data["status"] else narrowed.undecided()

    class Meta:
        model = ProfessionalApplication
        fields = ["status", "kind", "with_whom", "waiting_for"]


class Queue(ListAPIView):
    """What my council has to do."""

    permission_classes = [SeesFiles]
    queryset = ProfessionalApplication.objects.none()  # which of them, the request says
    serializer_class = file_outputs.FileRowOutput
    filterset_class = QueueFilter

    def get_queryset(self) -> "QuerySet[ProfessionalApplication]":
        return queue_for(person(self.request))

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "now": timezone.now()}

    @extend_schema(
        operation_id="list_files",
        tags=["review"],
        summary="The files that my council has to decide, the first that was submitted first",
        description="A question to the applicant stops the clock `seconds_with_council`, and changes no file's place.",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().get(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response


def _show(user: "User", uid: UUID) -> Response:
    return shown(application_for(user, uid), file_outputs.FileOutput)


class File(APIView):
    permission_classes = [SeesFiles]

    @extend_schema(
        operation_id="read_file",
        tags=["review"],
        summary="One file",
        description="Everything that the applicant gave, what was noticed (`flags`), and what colleagues wrote. Who "
        "looked is recorded. Send its `ETag` as `If-Match` with what you do.",
        responses={200: file_outputs.FileOutput},
    )
    @shows_version
    @refuses(application_for)
    def get(self, request: Request, uid: UUID) -> Response:
        return disclosed(request, _show(person(request), uid), purpose="read_file")


@wraps(services.add_note)
def _add_note(*, seen: int | None, **given: Any) -> ProfessionalApplication:
    # A note is not refused for what a colleague has done meanwhile: it would be lost.
    return services.add_note(**given)


@wraps(services.ask)
def _ask(*, questions: list[dict[str, str]], **who: Any) -> ProfessionalApplication:
    return services.ask(questions=[Asked(**question) for question in questions], **who)


class Next(APIView):
    permission_classes = [IsOfficer]

    @extend_schema(
        operation_id="take_next_file",
        tags=["review"],
        summary="Take on the first of the files that nobody has",
        request=None,
        responses={200: file_outputs.FileOutput},
    )
    @shows_version
    @takes_key
    @refuses(services.take_next)
    def post(self, request: Request) -> Response:
        return disclosed(request, self.take(request), purpose="take_next_file")

    def show(self, request: Request, uid: UUID) -> Response:
        return _show(person(request), uid)

    @idempotent(show)
    def take(self, request: Request) -> UUID:
        return services.take_next(officer=person(request), now=timezone.now()).uid


class GiveVerdict(APIView):
    permission_classes = [IsOfficer]

    @extend_schema(
        operation_id="give_verdict",
        tags=["review"],
        summary="Say of a flag that it is in order, or who somebody is",
        description="With `If-Match`, 412 `application_changed` tells what happened since that version.",
        request=inputs.VerdictInput,
        responses={200: file_outputs.FileOutput},
    )
    @shows_version
    @heeds_version
    @takes_key
    @refuses(services.give_verdict)
    def post(self, request: Request, uid: UUID, flag: UUID) -> Response:
        return disclosed(request, self.give(request, uid, flag), purpose="give_verdict")

    def show(self, request: Request, uid: UUID) -> Response:
        return _show(person(request), uid)

    @idempotent(show)
    def give(self, request: Request, uid: UUID, flag: UUID) -> UUID:
        services.give_verdict(
            officer=person(request),
            uid=uid,
            flag=flag,
            **read(inputs.VerdictInput, request),
            seen=seen_by(request),
            now=timezone.now(),
        )
        return uid


class DeclareInterest(APIView):
    permission_classes = [IsOfficer]

    def show(self, request: Request, uid: UUID) -> Response:
        declared = file_outputs.InterestOutput({"application": uid, "interest": interest_in(person(request), uid)})
        return Response(declared.data, headers={"Cache-Control": "no-store"})

    @extend_schema(
        operation_id="declare_interest",
        tags=["review"],
        summary="Declare a conflict of interest, and have nothing to do with this applicant",
        description="From then on you see none of their files: 403 `application_conflict_of_interest`.",
        request=inputs.DeclareInterestInput,
        responses={200: file_outputs.InterestOutput},
    )
    @refuses(services.declare_interest)
    @idempotent(show)
    def post(self, request: Request, uid: UUID) -> UUID:
        given = read(inputs.DeclareInterestInput, request)
        services.declare_interest(officer=person(request), uid=uid, **given, now=timezone.now())
        return uid


_act = partial(act_on, ActedOn(file_outputs.FileOutput, _show, "application_changed"))
Claim = _act("claim_file", "Take a waiting file on", services.claim, None)
Release = _act("release_file", "Give a file back to the queue", services.release, inputs.ReleaseInput)
Assign = _act("assign_file", "Give a waiting file to an officer", services.assign, inputs.AssignInput)
Reassign = _act(
    "reassign_file", "Give a file that an officer has to another one", services.reassign, inputs.ReassignInput
)
AddNote = _act("add_note", "Write something down for colleagues", _add_note, inputs.NoteInput)
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
_Approve = _act("approve_file", "Propose to approve, or approve", services.approve, inputs.ApproveInput)
Reject = _act("reject_file", "Propose to reject, or reject", services.reject, inputs.RejectInput)
Return = _act("return_file", "Disagree with a proposed decision", services.return_proposal, inputs.ReturnInput)


class Approve(_Approve):  # type: ignore[misc,valid-type]
    __doc__ = _Approve.__doc__

    def carry_out(self, request: Request, uid: UUID) -> Response:
        try:
            return super().carry_out(request, uid)  # type: ignore[no-any-return]
        except FoundSinceChecked:
            # The transaction of the refused approval, and that of its Idempotency-Key, are over.
            services.have_checked_again(uid)
            raise
