"""What comes out: to applicants, and to whoever has the link of a request."""

from datetime import datetime
from operator import attrgetter
from typing import Any

from rest_framework import serializers

from applications.api.fields import Code, RowField
from applications.completeness import charge_of, current_documents, documents_awaited, missing_in
from applications.models import (
    ApplicationDocument,
    ApplicationTransition,
    DocumentRequest,
    ProfessionalApplication,
    Question,
)
from applications.rules import ANSWERS, CLOSED, TOLD_TO_APPLICANT, Status, councils_time
from reference.rules import DocumentForm

FACTS = ["id", "kind", "register_part", "regulator", "status", "version", "created_at", "submitted_at"]
TURN = "For how long it has been the council's turn; the clock stands still while the applicant is asked."


def councils_seconds(application: ProfessionalApplication, now: datetime) -> int:
    steps = sorted(application.transitions.all(), key=attrgetter("pk"))
    return int(councils_time([(Status(step.to_status), step.at) for step in steps], now).total_seconds())


class InOrder(serializers.ListSerializer):
    """The rows of an application in the order in which they came, each with the rows that its `Meta.shows`."""

    def to_representation(self, data: Any) -> list[Any]:
        shown = getattr(getattr(self.child, "Meta", None), "shows", ())
        return super().to_representation(data.order_by("id").select_related(*shown))


class QuestionOutput(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid", read_only=True)
    reason = Code()

    class Meta:
        model = Question
        list_serializer_class = InOrder
        shows = ("reason",)
        fields = ["id", "pointer", "reason", "fix", "asked_at", "answer", "answered_at"]


class StepOutput(serializers.ModelSerializer):
    """A step as its applicant sees it: without officers' names, and without their words to each other."""

    note = serializers.SerializerMethodField()

    class Meta:
        model = ApplicationTransition
        list_serializer_class = InOrder
        fields = ["transition", "from_status", "to_status", "note", "at"]

    def get_note(self, step: ApplicationTransition) -> str:
        return step.note if step.transition in TOLD_TO_APPLICANT else ""


class MissingOutput(serializers.Serializer):
    pointer = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class RequestedDocumentOutput(serializers.ModelSerializer):
    """What whoever has the link is told: which document, about whom, for which council."""

    applicant = serializers.SerializerMethodField()
    council = serializers.CharField(source="application.register_part.regulator.name", read_only=True)
    document_type = Code()
    name = serializers.CharField(source="document_type.name", read_only=True)
    advice = serializers.CharField(source="document_type.advice", read_only=True)

    class Meta:
        model = DocumentRequest
        list_serializer_class = InOrder
        fields = ["applicant", "council", "addressee", "document_type", "name", "advice", "expires_at"]

    def get_applicant(self, request: DocumentRequest) -> str:
        return request.application.applicants_name


class FindingOutput(serializers.Serializer):
    code = serializers.CharField()
    sentence = serializers.CharField()


class DocumentOutput(serializers.ModelSerializer):
    """One version of one document."""

    id = serializers.UUIDField(source="uid", read_only=True)
    document_type = Code()
    name = serializers.CharField(source="file.original_name", read_only=True)
    content_type = serializers.CharField(source="file.content_type", read_only=True)
    byte_size = serializers.IntegerField(source="file.byte_size", read_only=True)
    pages = serializers.IntegerField(source="file.pages", read_only=True, allow_null=True)
    warnings = FindingOutput(source="file.findings", many=True, read_only=True)

    class Meta:
        model = ApplicationDocument
        fields = [
            "id",
            "document_type",
            "version",
            "name",
            "content_type",
            "byte_size",
            "pages",
            "warnings",
            "uploaded_at",
            "received_from",
        ]


class FeeOutput(serializers.Serializer):
    """What an application costs, in hundredths of the currency, and whether that was paid."""

    amount_kobo = serializers.IntegerField()
    currency = serializers.CharField()
    is_paid = serializers.BooleanField()


class NeededOutput(serializers.Serializer):
    """A document that belongs to the application, and since when it has been asked of others, where it is theirs."""

    document_type = serializers.CharField(source="rule.document_type.code")
    name = serializers.CharField(source="rule.document_type.name")
    advice = serializers.CharField(source="rule.document_type.advice")
    form = serializers.ChoiceField(
        source="rule.document_type.form", choices=DocumentForm.choices, help_text="Open the camera for a photograph."
    )
    necessity = serializers.CharField(source="rule.necessity")
    supplied_by = serializers.CharField(source="rule.supplied_by")
    given = serializers.BooleanField()
    requested_at = serializers.DateTimeField(allow_null=True)


class ApplicationRowOutput(serializers.ModelSerializer):
    """An application in a list."""

    id = serializers.UUIDField(source="uid", read_only=True)
    register_part = Code()
    regulator = serializers.CharField(source="register_part.regulator.code", read_only=True)

    class Meta:
        model = ProfessionalApplication
        fields = FACTS


class ApplicationOutput(ApplicationRowOutput):
    """An application with all that was said in it."""

    state = RowField("state")
    lga = RowField("lga")
    specialty = RowField("specialty", dated=True)
    license_number = serializers.CharField(source="license.number", read_only=True, default=None, allow_null=True)
    decision_reason = serializers.SerializerMethodField(help_text="Once it is decided.")
    missing = serializers.SerializerMethodField(help_text="What must be given before it can be submitted.")
    fee = serializers.SerializerMethodField(help_text="Null: it costs nothing.")
    documents = serializers.SerializerMethodField(help_text="The newest version of each.")
    documents_needed = serializers.SerializerMethodField()
    seconds_with_council = serializers.SerializerMethodField(help_text=TURN)
    questions = QuestionOutput(many=True, read_only=True)
    history = StepOutput(many=True, read_only=True, source="transitions")

    class Meta(ApplicationRowOutput.Meta):
        fields = [
            *FACTS,
            *ANSWERS,
            "answer_due_on",
            "license_number",
            "decision_reason",
            "decided_at",
            "missing",
            "fee",
            "documents",
            "documents_needed",
            "seconds_with_council",
            "questions",
            "history",
        ]

    def get_decision_reason(self, application: ProfessionalApplication) -> str | None:
        reason = application.decision_reason if application.status in CLOSED else None
        return reason.code if reason else None

    def get_missing(self, application: ProfessionalApplication) -> MissingOutput(many=True):  # type: ignore[valid-type]
        if application.status != Status.DRAFT:
            return []
        return [vars(one) for one in missing_in(application, self.context["today"])]

    def get_fee(self, application: ProfessionalApplication) -> FeeOutput(allow_null=True):  # type: ignore[valid-type]
        charge = charge_of(application, self.context["today"])
        return FeeOutput(charge).data if charge else None

    def get_seconds_with_council(self, application: ProfessionalApplication) -> int:
        return councils_seconds(application, self.context["now"])

    def get_documents(self, application: ProfessionalApplication) -> DocumentOutput(many=True):  # type: ignore[valid-type]
        return DocumentOutput(current_documents(application), many=True).data

    def get_documents_needed(self, application: ProfessionalApplication) -> NeededOutput(many=True):  # type: ignore[valid-type]
        return NeededOutput(documents_awaited(application, self.context["today"]), many=True).data
