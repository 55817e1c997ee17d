"""What comes out to officers: the files of their queue, and all that is known of one."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.api.people import OfficerOutput
from applications.api.entry import ApplicantEntryOutput, entry_shown
from applications.api.fields import Code
from applications.api.outputs import (
    FACTS,
    TURN,
    ApplicationOutput,
    ApplicationRowOutput,
    InOrder,
    StepOutput,
    councils_seconds,
)
from applications.models import (
    ApplicationTransition,
    DocumentRequest,
    FileNote,
    FlagVerdict,
    ProfessionalApplication,
    ReauditTransition,
)
from applications.queries import flags_of
from applications.rules import FlagKind
from applications.steps import doers_of
from identity.queries import identity_of


class DoerOutput(serializers.Serializer):
    """Who took a step: an officer; the applicant and the system are called so, and have no id."""

    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()


class DoneOutput(serializers.Serializer):
    """What is shown to colleagues of every step: who took it."""

    by = serializers.SerializerMethodField()

    def get_by(self, step: ApplicationTransition | ReauditTransition) -> DoerOutput:
        return self.context["doers"][step.actor]  # type: ignore[no-any-return]


class OfficerStepOutput(DoneOutput, serializers.ModelSerializer):
    class Meta:
        model = ApplicationTransition
        fields = [*StepOutput.Meta.fields, "by"]


def taken(steps: QuerySet[Any], output: type[DoneOutput], applicant_id: UUID) -> Any:
    """Return the steps with one application, or its re-audit, as colleagues see them; who took them is read at once."""
    rows = list(steps.order_by("id"))
    return output(rows, many=True, context={"doers": doers_of(rows, applicant_id)}).data


class NoteOutput(serializers.ModelSerializer):
    """What an officer wrote down for colleagues."""

    id = serializers.UUIDField(source="uid", read_only=True)
    author = OfficerOutput(read_only=True)

    class Meta:
        model = FileNote
        list_serializer_class = InOrder
        shows = ("author",)
        fields = ["id", "author", "text", "at"]


class DocumentRequestOutput(serializers.ModelSerializer):
    """A request for a document, as officers see it."""

    id = serializers.UUIDField(source="uid", read_only=True)
    document_type = Code()
    document = serializers.UUIDField(source="document.uid", read_only=True, allow_null=True, default=None)

    class Meta:
        model = DocumentRequest
        list_serializer_class = InOrder
        shows = ("document_type", "document")
        fields = ["id", "document_type", "addressee", "email", "requested_at", "expires_at", "closed_at", "document"]


class FlagReasonOutput(serializers.Serializer):
    """What agrees or differs, and how many bits that weighs; words of names stand beside it, and no other values.

    Of a standing, what was imposed on a license and when; the license's number and its part stand beside it.
    """

    fact = serializers.CharField()
    how = serializers.CharField()
    weight = serializers.FloatField()
    words = serializers.ListField(child=serializers.CharField(), allow_null=True)


class VerdictOutput(serializers.ModelSerializer):
    given_by = OfficerOutput(read_only=True)

    class Meta:
        model = FlagVerdict
        fields = ["verdict", "note", "given_by", "given_at"]


class FlagOutput(serializers.Serializer):
    """Something to look at. It points at somebody on the register, or at another application, or at neither."""

    id = serializers.UUIDField(source="flag.uid")
    kind = serializers.ChoiceField(source="flag.kind", choices=FlagKind.choices)
    practitioner = serializers.UUIDField(source="flag.practitioner.uid", default=None, allow_null=True)
    application = serializers.UUIDField(source="flag.other.uid", default=None, allow_null=True)
    document = serializers.UUIDField(source="flag.document.uid", default=None, allow_null=True)
    called = serializers.CharField(allow_null=True, help_text="The name of whom it points at.")
    licenses = serializers.ListField(child=serializers.CharField(), help_text="Theirs.")
    score = serializers.FloatField(source="flag.score", allow_null=True, help_text="From 0 to 1.")
    reasons = FlagReasonOutput(source="flag.reasons", many=True)
    words = serializers.CharField(source="flag.words", help_text="What an officer noticed.")
    raised_at = serializers.DateTimeField(source="flag.raised_at")
    verdict = VerdictOutput(allow_null=True, help_text="What an officer said of it last.")
    is_open = serializers.BooleanField(help_text="Whether it tells something of which no officer has spoken yet.")


class ProofOutput(serializers.Serializer):
    """What the identity provider said of the applicant."""

    provider = serializers.CharField()
    surname = serializers.CharField()
    given_names = serializers.CharField()
    birth_date = serializers.DateField()
    gender = serializers.CharField()
    last_digits = serializers.CharField()
    proven_at = serializers.DateTimeField(source="answered_at")


class InterestOutput(serializers.Serializer):
    """That you have declared an interest in the applicant of a file, which is all that you are shown of it."""

    application = serializers.UUIDField()
    reason = serializers.CharField(source="interest.reason")
    declared_at = serializers.DateTimeField(source="interest.declared_at")


class FileRowOutput(ApplicationRowOutput):
    """A file in an officer's queue."""

    applicant = serializers.CharField(source="applicants_name", read_only=True)
    officer = OfficerOutput(read_only=True, allow_null=True)
    proposed_by = OfficerOutput(read_only=True, allow_null=True)
    checked_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="Null: its flags may change yet.")
    is_flagged = serializers.BooleanField(read_only=True)
    open_flags = serializers.IntegerField(read_only=True, help_text="How many flags tell what nobody has spoken of.")
    seconds_with_council = serializers.SerializerMethodField(help_text=TURN)

    class Meta(ApplicationRowOutput.Meta):
        fields = [
            *FACTS,
            "applicant",
            "officer",
            "second_officer",
            "proposed_by",
            "checked_at",
            "is_flagged",
            "open_flags",
            "seconds_with_council",
        ]

    def get_seconds_with_council(self, application: ProfessionalApplication) -> int:
        return councils_seconds(application, self.context["now"])


class FileOutput(ApplicationOutput):
    """A file as an officer sees it."""

    applicant = serializers.CharField(source="applicants_name", read_only=True)
    officer = OfficerOutput(read_only=True, allow_null=True)
    proposed_by = OfficerOutput(read_only=True, allow_null=True)
    decision_reason = Code(allow_null=True)  # type: ignore[assignment]
    history = serializers.SerializerMethodField()  # type: ignore[assignment]
    notes = NoteOutput(many=True, read_only=True)
    document_requests = DocumentRequestOutput(many=True, read_only=True)
    entry = serializers.SerializerMethodField(help_text="What the register holds of the applicant, or null.")
    flags = serializers.SerializerMethodField()
    identity = serializers.SerializerMethodField(help_text="What was proven of the applicant, or null.")

    class Meta(ApplicationOutput.Meta):
        fields = [
            *ApplicationOutput.Meta.fields,
            "applicant",
            "officer",
            "notes",
            "document_requests",
            "entry",
            "checked_at",
            "flags",
            "identity",
            "second_officer",
            "proposed_decision",
            "proposed_by",
            "decision_note",
        ]

    def get_entry(self, application: ProfessionalApplication) -> ApplicantEntryOutput(allow_null=True):  # type: ignore[valid-type]
        return entry_shown(application, self.context)

    def get_history(self, application: ProfessionalApplication) -> OfficerStepOutput(many=True):  # type: ignore[valid-type]
        return taken(application.transitions.all(), OfficerStepOutput, application.applicant_id)

    def get_flags(self, application: ProfessionalApplication) -> FlagOutput(many=True):  # type: ignore[valid-type]
        return FlagOutput(flags_of(application), many=True).data

    def get_identity(self, application: ProfessionalApplication) -> ProofOutput(allow_null=True):  # type: ignore[valid-type]
        proof = identity_of(application.applicant_id)
        return ProofOutput(proof).data if proof else None
