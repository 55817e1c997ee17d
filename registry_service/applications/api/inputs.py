"""What goes in. An answer has the same name in a draft, in what is missing, and in a question."""

from typing import Any

from rest_framework import serializers

from applications.api.fields import AnswerField, NameChangeReasonField, RowField
from applications.models import ProfessionalApplication
from applications.rules import ANSWERS, Verdict
from common.fields import CodeField, IdField, PhoneField, TextField
from reference.rules import ApplicationKind


class AnswersInput(serializers.ModelSerializer):
    """Some answers of an application; what is not named stays as it is, null or empty takes an answer back."""

    surname = AnswerField("surname")
    given_names = AnswerField("given_names")
    title = AnswerField("title")
    name_change_reason = NameChangeReasonField()
    telephone = PhoneField(required=False, allow_blank=True)
    school = AnswerField("school")
    qualification = AnswerField("qualification")
    regulator_number = AnswerField("regulator_number")
    internship_hospital = AnswerField("internship_hospital")
    state = RowField("state")
    lga = RowField("lga")
    specialty = RowField("specialty", dated=True)

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
    """Why it is rejected; the note, which whoever proposes it must give, says it in words for the applicant."""


class ReturnInput(serializers.Serializer):
    note = TextField(max_length=2000, help_text="Why the second officer disagrees.")


class DocumentInput(serializers.Serializer):
    document_type = CodeField(max_length=60, help_text="A document type's code.")
    file = serializers.FileField(max_length=None, allow_empty_file=True, help_text="JPEG, PNG or PDF, up to 10 MB.")


class RequestDocumentInput(serializers.Serializer):
    document_type = CodeField(max_length=60, help_text="Code of a document that must come from others.")
    addressee = TextField(max_length=200, help_text="Such as: The Registrar, University of Ibadan.")
    email = serializers.EmailField(max_length=254)


class EnterDocumentInput(DocumentInput):
    received_from = TextField(max_length=200, help_text="Who sent it.")


class LinkInput(serializers.Serializer):
    token = TextField(max_length=100, help_text="The secret in the link.")


class RequestedDocumentInput(LinkInput):
    file = serializers.FileField(max_length=None, allow_empty_file=True, help_text="JPEG, PNG or PDF, up to 10 MB.")


class FlagInput(serializers.Serializer):
    words = TextField(max_length=2000, help_text="What you have noticed.")


class VerdictInput(serializers.Serializer):
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    note = TextField(max_length=2000, help_text="Why, for colleagues and auditors.")
