"""What comes out: to applicants, to officers, and to whoever has the link of a request."""

from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.api.people import OfficerOutput
from applications.api.entry import ApplicantEntryOutput, entry_shown
from applications.api.fields import Code, RowField
from applications.completeness import charge_of, current_documents, documents_awaited, missing_in
from applications.models import (
    ApplicationDocument,
    ApplicationTransition,
    DocumentRequest,
    FileNote,
    FlagVerdict,
    ProfessionalApplication,
    Question,
    ReauditTransition,
)
from applications.queries import flags_of
from applications.rules import ANSWERS, CLOSED, TOLD_TO_APPLICANT, FlagKind, Status, councils_time
from applications.steps import doers_of
from identity.queries import identity_of
from reference.rules import DocumentForm

_FACTS = ["id", "kind", "register_part", "regulator", "status", "version", "created_at", "submitted_at"]
_TURN = "For how long it has been the council's turn; the clock stands still while the applicant is asked."


def _councils_seconds(application: ProfessionalApplication, now: datetime) -> int:
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
        fields = _FACTS


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
    seconds_with_council = serializers.SerializerMethodField(help_text=_TURN)
    questions = QuestionOutput(many=True, read_only=True)
    history = StepOutput(many=True, read_only=True, source="transitions")

    class Meta(ApplicationRowOutput.Meta):
        fields = [
            *_FACTS,
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
        return _councils_seconds(application, self.context["now"])

    def get_documents(self, application: ProfessionalApplication) -> DocumentOutput(many=True):  # type: ignore[valid-type]
        return DocumentOutput(current_documents(application), many=True).data

    def get_documents_needed(self, application: ProfessionalApplication) -> NeededOutput(many=True):  # type: ignore[valid-type]
        return NeededOutput(documents_awaited(application, self.context["today"]), many=True).data


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
    open_flags = serializers.IntegerField(read_only=True, help_text="Of how many flags nobody has said anything.")
    seconds_with_council = serializers.SerializerMethodField(help_text=_TURN)

    class Meta(ApplicationRowOutput.Meta):
        fields = [
            *_FACTS,
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
        return _councils_seconds(application, self.context["now"])


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
