"""What is asked, read strictly; what is answered, described for OpenAPI (queries.py builds it)."""

from typing import Any

from rest_framework import serializers

from common.fields import CodeField, TextField
from licenses.queries import STATUSES
from reference.queries import CATEGORIES
from verification.rules import MAX_BATCH, Question


class QuestionSerializer(serializers.Serializer):
    # Any text: what cannot be a number is refused in its own row, and the rest of the batch is answered.
    license_number = TextField(allow_blank=True)
    regulator = CodeField(max_length=60, required=False, help_text="Narrows a council's number down.")
    register = CodeField(max_length=60, required=False, help_text="A register part's code.")


class BatchSerializer(serializers.Serializer):
    items: serializers.ListSerializer = serializers.ListSerializer(
        child=QuestionSerializer(), min_length=1, max_length=MAX_BATCH
    )

    def questions(self) -> list[Question]:
        return [Question(**item) for item in self.validated_data["items"]]


class NarrowingSerializer(serializers.Serializer):
    """The query parameters of a single question."""

    regulator = CodeField(max_length=60, required=False)
    register = CodeField(max_length=60, required=False)


class _DatedSerializer(serializers.Serializer):
    code = serializers.CharField()
    text = serializers.CharField()
    until = serializers.DateField(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        # `from` is a Python keyword, and the word that everyone expects here.
        return {**super().get_fields(), "from": serializers.DateField(allow_null=True)}


class _ProfessionalSerializer(serializers.Serializer):
    full_name = serializers.CharField()
    profession = serializers.CharField()
    regulator = serializers.CharField()
    regulator_number = serializers.CharField(allow_null=True)
    specialties = serializers.ListField(child=serializers.CharField())


class _CertificateSerializer(serializers.Serializer):
    number = serializers.CharField(allow_null=True)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(help_text="The last day that the certificate covers.")


class DataAsOfSerializer(serializers.Serializer):
    position = serializers.IntegerField(help_text="The register's last change that the answer takes into account.")
    changed_at = serializers.DateTimeField()


class AnswerSerializer(serializers.Serializer):
    type = serializers.CharField()
    license_number = serializers.CharField()
    replaced_by = serializers.CharField(
        allow_null=True,
        help_text="The holder was entered twice, and this license counts in place of the one that was asked about: "
        "everything else here holds for it.",
    )
    registered_on = serializers.DateField()
    register = serializers.ChoiceField(CATEGORIES)
    register_part = serializers.CharField()
    status = serializers.ChoiceField(STATUSES)
    may_practise = serializers.BooleanField()
    reasons = _DatedSerializer(many=True, help_text="Why not, when may_practise is false.")
    professional = _ProfessionalSerializer()
    certificate = _CertificateSerializer(allow_null=True)
    renewal = serializers.ChoiceField(["in_process"], allow_null=True)
    grace_until = serializers.DateField(allow_null=True)
    conditions = _DatedSerializer(many=True)
    discipline = serializers.ListField(child=serializers.DictField())
    data_as_of = DataAsOfSerializer()
    checked_at = serializers.DateTimeField()
    position = serializers.IntegerField(help_text="The last change of the register that concerned this license.")


class _RegisterSerializer(serializers.Serializer):
    regulator = serializers.CharField()
    register = serializers.CharField()
    name = serializers.CharField()


class _RowSerializer(serializers.Serializer):
    # A row is an answer or a refusal, and has what belongs to it.
    sometimes_absent = {"answer", "code", "detail", "problem", "regulator", "register_complete_to", "registers"}

    license_number = serializers.CharField(help_text="As it was asked.")
    outcome = serializers.ChoiceField(["found", "refused"])
    answer = AnswerSerializer(required=False)
    code = serializers.CharField(required=False, help_text="The refusal that the number would get alone.")
    detail = serializers.CharField(required=False)
    problem = serializers.CharField(required=False, help_text="license_number_invalid: what is wrong with it.")
    regulator = serializers.CharField(
        required=False, allow_null=True, help_text="council_number_not_held: the council, as far as it can be told."
    )
    register_complete_to = serializers.DateField(required=False, allow_null=True)
    registers = _RegisterSerializer(many=True, required=False, help_text="license_number_ambiguous.")


class BatchAnswerSerializer(serializers.Serializer):
    type = serializers.CharField()
    checked_at = serializers.DateTimeField()
    data_as_of = DataAsOfSerializer()
    results = _RowSerializer(many=True)
