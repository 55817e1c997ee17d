"""How reference rows are shown: other rows by their codes, and every fact with its validity and source."""

from datetime import date, timedelta
from typing import Any

from rest_framework import serializers

from reference.models import (
    DocumentRequirement,
    Fee,
    Lga,
    Profession,
    Reason,
    RegisterPart,
    Regulator,
    Specialty,
    State,
)
from reference.rules import ApplicationKind, kinds_for

_DATED = ["valid_from", "valid_until", "source"]


class _Code(serializers.SlugRelatedField):
    """Another row, by its code."""

    def __init__(self, *, allow_null: bool = False) -> None:
        super().__init__(slug_field="code", read_only=True, allow_null=allow_null)


class _LastDay(serializers.DateField):
    """The day before the first one out, which is what the tables hold."""

    def to_representation(self, value: date) -> Any:
        return super().to_representation(value - timedelta(days=1))


class _DatedSerializer(serializers.ModelSerializer):
    valid_until = _LastDay(read_only=True, allow_null=True, help_text="The last day on which it holds.")


class StateSerializer(serializers.ModelSerializer):
    lgas_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = State
        fields = [
            "code",
            "name",
            "kind",
            "capital",
            "geopolitical_zone",
            "iso_3166_2",
            "inec_code",
            "ocha_pcode",
            "aliases",
            "lgas_count",
        ]


class LgaSerializer(serializers.ModelSerializer):
    state = _Code()

    class Meta:
        model = Lga
        fields = ["code", "state", "name", "inec_code", "aliases"]


class RegulatorSerializer(_DatedSerializer):
    class Meta:
        model = Regulator
        fields = [
            "code",
            "name",
            "former_name",
            "legal_basis",
            "status",
            "appeals_to",
            "ministry",
            "website",
            "register_complete_to",
            *_DATED,
        ]


class ProfessionSerializer(_DatedSerializer):
    regulator = _Code()

    class Meta:
        model = Profession
        fields = ["code", "name", "plural", "regulator", "number_prefix", *_DATED]


class RegisterPartSerializer(_DatedSerializer):
    regulator = _Code()
    profession = _Code()
    kinds = serializers.SerializerMethodField(help_text="What can be asked for in it; a council may take less.")

    class Meta:
        model = RegisterPart
        fields = [
            "code",
            "name",
            "regulator",
            "profession",
            "category",
            "legal_section",
            "number_pattern",
            "number_example",
            "supervised",
            "kinds",
            *_DATED,
        ]

    def get_kinds(self, part: Any) -> serializers.ListField(child=serializers.ChoiceField(ApplicationKind.choices)):  # type: ignore[valid-type]
        return [kind.value for kind in kinds_for(part.category, has_provisional=part.has_provisional)]


class SpecialtySerializer(_DatedSerializer):
    regulator = _Code()
    profession = _Code()

    class Meta:
        model = Specialty
        fields = ["code", "name", "profession", "regulator", *_DATED]


class ReasonSerializer(_DatedSerializer):
    class Meta:
        model = Reason
        fields = ["code", "name", "kind", *_DATED]


class DocumentRequirementSerializer(_DatedSerializer):
    regulator = _Code(allow_null=True)
    register_part = _Code(allow_null=True)
    document_type = _Code()
    name = serializers.CharField(source="document_type.name", read_only=True)
    advice = serializers.CharField(source="document_type.advice", read_only=True)

    class Meta:
        model = DocumentRequirement
        fields = [
            "kind",
            "regulator",
            "register_part",
            "document_type",
            "name",
            "advice",
            "necessity",
            "supplied_by",
            *_DATED,
        ]


class FeeSerializer(_DatedSerializer):
    regulator = _Code(allow_null=True)
    register_part = _Code(allow_null=True)

    class Meta:
        model = Fee
        fields = ["kind", "regulator", "register_part", "amount_kobo", "currency", *_DATED]
