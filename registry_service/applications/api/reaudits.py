"""Decisions that were drawn at random, as officers look at them again, and what came of it."""

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.people import OfficerOutput
from accounts.api.permissions import ReadsAudit, SeesFiles, person
from applications import services
from applications.api.acts import ActedOn, act_on, disclosed
from applications.api.fields import Code
from applications.api.file_outputs import DoneOutput, FileOutput, taken
from applications.api.inputs import ReleaseInput, WithdrawInput
from applications.api.views import shown
from applications.figures import OVER, reaudit_figures
from applications.models import Reaudit, ReauditTransition
from applications.queries import reaudit_for, reaudits_for
from applications.rules import REAUDIT_SHOWN
from common.conditional import shows_version
from common.declared import refuses
from common.fields import CodeField, TextField
from common.filters import refuse_unknown_parameters

if TYPE_CHECKING:
    from accounts.models import User


class UpholdInput(WithdrawInput):
    """What was looked at, for colleagues and auditors."""


class DoubtInput(serializers.Serializer):
    reason = CodeField(max_length=60, help_text="Code of a reason for doubts.")
    note = TextField(max_length=2000, help_text="What is doubted, for colleagues and auditors.")


class ReauditRowOutput(serializers.ModelSerializer):
    """A re-audit in a list."""

    id = serializers.UUIDField(source="uid", read_only=True)
    status = serializers.ChoiceField(choices=REAUDIT_SHOWN, read_only=True)
    application = serializers.UUIDField(source="application.uid", read_only=True)
    kind = serializers.CharField(source="application.kind", read_only=True)
    register_part = serializers.CharField(source="application.register_part.code", read_only=True)
    regulator = serializers.CharField(source="application.register_part.regulator.code", read_only=True)
    decision = serializers.CharField(source="application.status", read_only=True)
    applicant = serializers.CharField(source="application.applicants_name", read_only=True)
    officer = OfficerOutput(read_only=True, allow_null=True)
    reason = Code(allow_null=True)

    class Meta:
        model = Reaudit
        fields: Any = [
            "id",
            "status",
            "version",
            "drawn_at",
            "application",
            "kind",
            "register_part",
            "regulator",
            "decision",
            "applicant",
            "officer",
            "reason",
            "note",
            "closed_at",
        ]


class ReauditStepOutput(DoneOutput, serializers.ModelSerializer):
    from_status = serializers.ChoiceField(choices=REAUDIT_SHOWN, read_only=True)
    to_status = serializers.ChoiceField(choices=REAUDIT_SHOWN, read_only=True)
    reason = Code(allow_null=True)

    class Meta:
        model = ReauditTransition
        fields = ["transition", "from_status", "to_status", "by", "reason", "note", "at"]


class ReauditOutput(ReauditRowOutput):
    """A re-audit, and the file as its officers saw it."""

    history = serializers.SerializerMethodField()
    file = FileOutput(read_only=True, source="application")

    class Meta(ReauditRowOutput.Meta):
        fields = [*ReauditRowOutput.Meta.fields, "history", "file"]

    def get_history(self, reaudit: Reaudit) -> ReauditStepOutput(many=True):  # type: ignore[valid-type]
        steps = reaudit.transitions.select_related("reason")
        return taken(steps, ReauditStepOutput, reaudit.application.applicant_id)


class CouncilFiguresOutput(serializers.Serializer):
    """What came of the draw among a council's decisions."""

    regulator = serializers.CharField()
    decided = serializers.IntegerField(help_text="Decisions that went into the draw.")
    drawn = serializers.IntegerField()
    upheld = serializers.IntegerField()
    doubted = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Neither upheld nor doubted yet; older ones too.")


class FiguresOutput(serializers.Serializer):
    since = serializers.DateTimeField(help_text="Decisions from this instant on count.")
    councils = CouncilFiguresOutput(many=True)


class ReauditFilter(filters.FilterSet):
    status = filters.ChoiceFilter(choices=REAUDIT_SHOWN)

    class Meta:
        model = Reaudit
        fields = ["status"]


class Reaudits(ListAPIView):
    """The decisions of my council that were drawn."""

    permission_classes = [SeesFiles]
    queryset = Reaudit.objects.none()  # which of them, the request says
    serializer_class = ReauditRowOutput
    filterset_class = ReauditFilter

    def get_queryset(self) -> "QuerySet[Reaudit]":
        return reaudits_for(person(self.request)).order_by("drawn_at", "id")

    @extend_schema(
        operation_id="list_reaudits",
        tags=["review"],
        summary="Decisions of my council to be looked at again, the longest waiting first",
        description="None in which you took part, and none of an applicant in whom you have an interest.",
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().get(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response


def _show(user: "User", uid: UUID) -> Response:
    return shown(reaudit_for(user, uid), ReauditOutput)


class OneReaudit(APIView):
    permission_classes = [SeesFiles]

    @extend_schema(
        operation_id="read_reaudit",
        tags=["review"],
        summary="One re-audit, with the file",
        description="The file as its officers saw it, and what became of the re-audit. Who looked is recorded.",
        responses={200: ReauditOutput},
    )
    @shows_version
    @refuses(reaudit_for)
    def get(self, request: Request, uid: UUID) -> Response:
        return disclosed(request, _show(person(request), uid), purpose="read_reaudit")


class ReauditFigures(APIView):
    """Councils of which you are an officer, or an applicant, are left out."""

    permission_classes = [ReadsAudit]

    @extend_schema(
        operation_id="read_reaudit_figures",
        tags=["review"],
        summary="What came of the draw among the decisions of the last 365 days, council by council",
        responses={200: FiguresOutput},
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, set())
        now = timezone.now()
        figures = {"since": now - OVER, "councils": reaudit_figures(person(request), now)}
        return Response(FiguresOutput(figures).data, headers={"Cache-Control": "no-store"})


_act = partial(act_on, ActedOn(ReauditOutput, _show, "reaudit_changed"))
Take = _act("take_reaudit", "Take a decision that is to be looked at again", services.take_reaudit, None)
Release = _act("release_reaudit", "Give a re-audit back", services.release_reaudit, ReleaseInput)
Uphold = _act("uphold_decision", "Find a decision to be right", services.uphold, UpholdInput)
Doubt = _act(
    "doubt_decision", "Doubt a decision, which changes neither it nor the register", services.doubt, DoubtInput
)
