"""What goes in and what comes out. An answer has the same name in a draft, in what is missing, and in a question."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from applications.completeness import current_documents, documents_needed, missing_in
from applications.models import ApplicationDocument, ApplicationTransition, FileNote, ProfessionalApplication, Question
from applications.rules import ANSWERS, CLOSED, TOLD_TO_APPLICANT, Status
from common.clock import day_in_lagos
from common.fields import CodeField, IdField, TextField
from reference.queries import find_reason
from reference.rules import ApplicationKind, ReasonKind

_FACTS = ["id", "kind", "register_part", "regulator", "status", "version", "created_at", "submitted_at"]


class _RowField(CodeField):
    """A reference row, by its code."""

    default_error_messages = {"unknown": "There is no {name} with this code."}

    def __init__(self, name: str) -> None:
        super().__init__(required=False, allow_null=True, help_text="Its code.")
        self._name = name

    def to_internal_value(self, data: Any) -> Any:
        model: Any = ProfessionalApplication._meta.get_field(self._name).related_model
        row = model.objects.filter(code=super().to_internal_value(data)).first()
        if row is None:
            self.fail("unknown", name=self._name)
        return row

    def to_representation(self, value: Any) -> str:
        return str(value.code)


class _NameChangeReasonField(CodeField):
    """Why a person changes their name, by its code; empty takes the answer back."""

    default_error_messages = {"unknown": "Give the code of a reason; `reasons/?kind=name_change` lists them."}

    def __init__(self) -> None:
        super().__init__(required=False, allow_blank=True, max_length=60, help_text="Code of a reason for new names.")

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if find_reason(code, ReasonKind.NAME_CHANGE, day_in_lagos(timezone.now())) is None:
            self.fail("unknown")
        return code


class _Code(serializers.SlugRelatedField):
    """Another row, by its code."""

    def __init__(self, *, allow_null: bool = False) -> None:
        super().__init__(slug_field="code", read_only=True, allow_null=allow_null)


class _Text(TextField):
    """Text of one line; empty takes the answer back."""

    def __init__(self, name: str) -> None:
        column: Any = ProfessionalApplication._meta.get_field(name)
        super().__init__(required=False, allow_blank=True, max_length=column.max_length)


class AnswersInput(serializers.ModelSerializer):
    """Some answers of an application; what is not named stays as it is, null or empty takes an answer back."""

    surname = _Text("surname")
    given_names = _Text("given_names")
    title = _Text("title")
    name_change_reason = _NameChangeReasonField()
    telephone = _Text("telephone")
    school = _Text("school")
    qualification = _Text("qualification")
    regulator_number = _Text("regulator_number")
    internship_hospital = _Text("internship_hospital")
    state = _RowField("state")
    lga = _RowField("lga")
    specialty = _RowField("specialty")

    class Meta:
        model = ProfessionalApplication
        fields = ANSWERS
        extra_kwargs = {"gender": {"required": False}}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := data.keys() - self.fields.keys()):
            raise serializers.ValidationError(
                {name: serializers.ErrorDetail("There is no such answer.", "unknown") for name in unknown}
            )
        return super().to_internal_value(data)


class OpenInput(serializers.Serializer):
    kind = serializers.ChoiceField(choices=ApplicationKind.choices)
    register_part = CodeField(max_length=60, help_text="A register part's code.")


class WithdrawInput(serializers.Serializer):
    note = TextField(max_length=2000, required=False, allow_blank=True, default="")


class AnswerInput(serializers.Serializer):
    question = IdField()
    answer = TextField(max_length=2000)


class RespondInput(serializers.Serializer):
    answers = serializers.ListField(child=AnswerInput(), allow_empty=False, max_length=100)


class AssignInput(serializers.Serializer):
    to = IdField(required=False, default=None, allow_null=True, help_text="An officer; without it, who has the fewest.")


class DeclareInterestInput(serializers.Serializer):
    reason = TextField(max_length=1000, help_text="What ties you to the applicant.")


class ReassignInput(AssignInput):
    note = TextField(max_length=1000, help_text="Why, for colleagues.")


class NoteInput(serializers.Serializer):
    text = TextField(max_length=5000, help_text="For colleagues; the applicant never sees it.")


class ReleaseInput(WithdrawInput):
    """Why the file goes back to the queue."""


class AskedInput(serializers.Serializer):
    pointer = serializers.RegexField(r"^/[a-z_]+(/[a-z0-9-]+)?$", max_length=100, help_text="Such as /qualified_on.")
    reason = CodeField(max_length=60, help_text="Code of a reason for questions.")
    fix = TextField(max_length=1000, help_text="What the applicant should do, in plain words.")


class AskInput(serializers.Serializer):
    questions = serializers.ListField(child=AskedInput(), allow_empty=False, max_length=50)


class _DecisionInput(WithdrawInput):
    reason = CodeField(
        max_length=60,
        required=False,
        default="",
        help_text="Code of a reason for this decision; whoever confirms a proposal may leave it out.",
    )


class ApproveInput(_DecisionInput):
    """Why it is approved; the note is what the applicant, and the next officer, should know."""


class RejectInput(_DecisionInput):
    """Why it is rejected; the note says it in words, for the applicant."""


class ReturnInput(serializers.Serializer):
    note = TextField(max_length=2000, help_text="Why the second officer disagrees.")


class QuestionOutput(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid", read_only=True)
    reason = _Code()

    class Meta:
        model = Question
        fields = ["id", "pointer", "reason", "fix", "asked_at", "answer", "answered_at"]


class StepOutput(serializers.ModelSerializer):
    """A step as its applicant sees it: without officers' names, and without their words to each other."""

    note = serializers.SerializerMethodField()

    class Meta:
        model = ApplicationTransition
        fields = ["transition", "from_status", "to_status", "note", "at"]

    def get_note(self, step: ApplicationTransition) -> str:
        return step.note if step.transition in TOLD_TO_APPLICANT else ""


class OfficerStepOutput(serializers.ModelSerializer):
    class Meta:
        model = ApplicationTransition
        fields = [*StepOutput.Meta.fields, "actor"]


class NoteOutput(serializers.ModelSerializer):
    """What an officer wrote down for colleagues."""

    id = serializers.UUIDField(source="uid", read_only=True)
    author = serializers.CharField(source="author.full_name", read_only=True)

    class Meta:
        model = FileNote
        fields = ["id", "author", "text", "at"]


class MissingOutput(serializers.Serializer):
    pointer = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class DocumentInput(serializers.Serializer):
    document_type = CodeField(max_length=60, help_text="A document type's code.")
    file = serializers.FileField(max_length=None, allow_empty_file=True, help_text="JPEG, PNG or PDF, up to 10 MB.")


class FindingOutput(serializers.Serializer):
    code = serializers.CharField()
    sentence = serializers.CharField()


class DocumentOutput(serializers.ModelSerializer):
    """One version of one document."""

    id = serializers.UUIDField(source="uid", read_only=True)
    document_type = _Code()
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
        ]


class NeededOutput(serializers.Serializer):
    """A document that belongs to the application."""

    document_type = serializers.CharField(source="document_type.code")
    name = serializers.CharField(source="document_type.name")
    advice = serializers.CharField(source="document_type.advice")
    necessity = serializers.CharField()
    supplied_by = serializers.CharField()


class ApplicationRowOutput(serializers.ModelSerializer):
    """An application in a list."""

    id = serializers.UUIDField(source="uid", read_only=True)
    register_part = _Code()
    regulator = serializers.CharField(source="register_part.regulator.code", read_only=True)

    class Meta:
        model = ProfessionalApplication
        fields = _FACTS


class ApplicationOutput(ApplicationRowOutput):
    """An application with all that was said in it."""

    state = _RowField("state")
    lga = _RowField("lga")
    specialty = _RowField("specialty")
    license_number = serializers.CharField(source="license.number", read_only=True, default=None, allow_null=True)
    decision_reason = serializers.SerializerMethodField(help_text="Once it is decided.")
    missing = serializers.SerializerMethodField(help_text="What must be given before it can be submitted.")
    documents = serializers.SerializerMethodField(help_text="The newest version of each.")
    documents_needed = serializers.SerializerMethodField()
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
            "documents",
            "documents_needed",
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

    def get_documents(self, application: ProfessionalApplication) -> DocumentOutput(many=True):  # type: ignore[valid-type]
        return DocumentOutput(current_documents(application), many=True).data

    def get_documents_needed(self, application: ProfessionalApplication) -> NeededOutput(many=True):  # type: ignore[valid-type]
        return NeededOutput(documents_needed(application, self.context["today"]), many=True).data


class FileRowOutput(ApplicationRowOutput):
    """A file in an officer's queue."""

    applicant = serializers.SerializerMethodField()
    officer = serializers.CharField(source="officer.full_name", read_only=True, default=None, allow_null=True)

    class Meta(ApplicationRowOutput.Meta):
        fields = [*_FACTS, "applicant", "officer", "second_officer"]

    def get_applicant(self, application: ProfessionalApplication) -> str:
        return f"{application.given_names} {application.surname}".strip()


class FileOutput(ApplicationOutput):
    """A file as an officer sees it."""

    applicant = serializers.CharField(source="applicant.full_name", read_only=True)
    officer = serializers.CharField(source="officer.full_name", read_only=True, default=None, allow_null=True)
    proposed_by = serializers.CharField(source="proposed_by.full_name", read_only=True, default=None, allow_null=True)
    decision_reason = _Code(allow_null=True)  # type: ignore[assignment]
    history = OfficerStepOutput(many=True, read_only=True, source="transitions")  # type: ignore[assignment]
    notes = NoteOutput(many=True, read_only=True)

    class Meta(ApplicationOutput.Meta):
        fields = [
            *ApplicationOutput.Meta.fields,
            "applicant",
            "officer",
            "notes",
            "second_officer",
            "proposed_decision",
            "proposed_by",
            "decision_note",
        ]
