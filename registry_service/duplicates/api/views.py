"""Finding people who were entered twice, and merging their entries."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.api.permissions import IsOfficer, SeesFiles, acting, person
from audit.rules import Actor, Subject, SubjectKind
from audit.services import record_read
from common.declared import refuses
from common.idempotency import idempotent
from duplicates import services
from duplicates.api.serializers import MergeNoteInput, MergeOutput, MergeReasonInput, ProposeInput, ResemblingOutput
from duplicates.models import Merge
from duplicates.queries import likely_duplicates, merge_for, merges_for
from duplicates.rules import Status
from licenses.queries import license_numbers_of

_NOT_KEPT = {"Cache-Control": "no-store"}


def _shown(request: Request, uid: UUID, *, status: int = 200) -> Response:
    return Response(MergeOutput(merge_for(person(request), uid)).data, status=status, headers=_NOT_KEPT)


class LikelyDuplicates(APIView):
    permission_classes = [SeesFiles]

    @extend_schema(
        operation_id="list_likely_duplicates",
        tags=["register"],
        summary="Who on the register is likely the same person, and why; who looked is recorded",
        responses={200: ResemblingOutput(many=True)},
    )
    @refuses(likely_duplicates)
    def get(self, request: Request, uid: UUID) -> Response:
        found = likely_duplicates(person(request), uid)
        role = acting(request)
        record_read(
            Actor.of(role),
            Subject(SubjectKind.PRACTITIONER, str(uid), role.regulator),
            shown=["duplicates"],
            purpose="list_likely_duplicates",
            now=timezone.now(),
        )
        licenses = license_numbers_of([each.person.id for each in found])
        return Response(ResemblingOutput(found, many=True, context={"licenses": licenses}).data, headers=_NOT_KEPT)


class MergeFilter(filters.FilterSet):
    status = filters.ChoiceFilter(choices=Status.choices)

    class Meta:
        model = Merge
        fields = ["status"]


class Merges(ListAPIView):
    queryset = Merge.objects.none()  # which of them, the request says
    serializer_class = MergeOutput
    filterset_class = MergeFilter

    def get_permissions(self) -> list[Any]:
        return [SeesFiles() if self.request.method == "GET" else IsOfficer()]

    def get_queryset(self) -> "QuerySet[Merge]":
        return merges_for(person(self.request)).order_by("-id")

    @extend_schema(
        operation_id="list_merges",
        tags=["register"],
        summary="Merges that concern my council, the newest first",
        description="Proposed, confirmed, declined and undone ones.",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def proposed(self, request: Request, uid: UUID) -> Response:
        return _shown(request, uid, status=201)

    @extend_schema(
        operation_id="propose_merge",
        tags=["register"],
        summary="Propose that two entries are one person's",
        request=ProposeInput,
        responses={201: MergeOutput},
    )
    @refuses(services.propose_merge)
    @idempotent(proposed)
    def post(self, request: Request) -> UUID:
        given = ProposeInput(data=request.data)
        given.is_valid(raise_exception=True)
        return services.propose_merge(officer=person(request), **given.validated_data, now=timezone.now()).uid


class OneMerge(APIView):
    permission_classes = [SeesFiles]

    @extend_schema(operation_id="read_merge", tags=["register"], summary="One merge", responses={200: MergeOutput})
    @refuses(merge_for)
    def get(self, request: Request, uid: UUID) -> Response:
        return _shown(request, uid)


def _act(operation_id: str, summary: str, service: Callable[..., Merge], reads: type[Serializer]) -> type[APIView]:
    """Return the view of one act on a merge."""

    class Act(APIView):
        permission_classes = [IsOfficer]

        def show(self, request: Request, uid: UUID) -> Response:
            return _shown(request, uid)

        @extend_schema(
            operation_id=operation_id, tags=["register"], summary=summary, request=reads, responses={200: MergeOutput}
        )
        @refuses(service)
        @idempotent(show)
        def post(self, request: Request, uid: UUID) -> UUID:
            given = reads(data=request.data)
            given.is_valid(raise_exception=True)
            return service(officer=person(request), uid=uid, **given.validated_data, now=timezone.now()).uid

    Act.__doc__ = summary
    return Act


Confirm = _act("confirm_merge", "Merge two entries, as the second officer", services.confirm_merge, MergeNoteInput)
Decline = _act("decline_merge", "Leave two entries as they are", services.decline_merge, MergeReasonInput)
Undo = _act("undo_merge", "Make two entries of the one again", services.undo_merge, MergeReasonInput)
