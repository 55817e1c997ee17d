"""What is asked, read strictly; what is answered, described for OpenAPI."""

from typing import Any

from rest_framework import serializers

from licenses.queries import STATUSES
from reference.queries import CATEGORIES
from search.rules import MAX_QUERY_LENGTH, Filters

DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 200


class _TrueOrFalse(serializers.BooleanField):
    TRUE_VALUES = {"true"}
    FALSE_VALUES = {"false"}
    NULL_VALUES: set[Any] = set()


class SearchParameters(serializers.Serializer):
    q = serializers.CharField(
        max_length=MAX_QUERY_LENGTH,
        help_text="Names or parts of names, in any order, with or without marks; or a license number.",
    )
    profession = serializers.SlugField(max_length=60, required=False, help_text="A profession's code.")
    regulator = serializers.SlugField(max_length=60, required=False, help_text="A regulator's code.")
    category = serializers.ChoiceField(CATEGORIES, required=False)
    state = serializers.CharField(
        max_length=2, required=False, help_text="A state's code; with the scope `search` only."
    )
    may_practise = _TrueOrFalse(required=False, help_text="Whether the holder may practise today.")
    cursor = serializers.CharField(max_length=2000, required=False, help_text="From `next` of the page before.")
    page_size = serializers.IntegerField(min_value=1, max_value=MAX_PAGE_SIZE, default=DEFAULT_PAGE_SIZE)

    def filters(self) -> Filters:
        names = ("profession", "regulator", "category", "state", "may_practise")
        return Filters(**{name: self.validated_data[name] for name in names if name in self.validated_data})


class HitSerializer(serializers.Serializer):
    """One license; no birth date, gender or address, whoever asks."""

    license_number = serializers.CharField()
    full_name = serializers.CharField(help_text="The name in use.")
    matched_name = serializers.CharField(
        allow_null=True, help_text="The name that the search found; null when it found the number."
    )
    is_former_name = serializers.BooleanField(help_text="Whether matched_name is one that the holder used before.")
    profession = serializers.CharField()
    regulator = serializers.CharField()
    register = serializers.ChoiceField(CATEGORIES)
    register_part = serializers.CharField()
    status = serializers.ChoiceField(STATUSES)
    may_practise = serializers.BooleanField(help_text="Today, in Lagos.")


class SearchPageSerializer(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    narrow_search = serializers.BooleanField(
        help_text="There are more results, which only callers with a token are shown."
    )
    message = serializers.CharField(allow_null=True)
    results = HitSerializer(many=True)


class _CountsSerializer(serializers.Serializer):
    licenses = serializers.IntegerField()
    may_practise = serializers.IntegerField()
    registered = serializers.IntegerField()
    suspended = serializers.IntegerField()
    removed = serializers.IntegerField()


class _TotalsSerializer(_CountsSerializer):
    people = serializers.IntegerField()


class _RegulatorFiguresSerializer(_CountsSerializer):
    regulator = serializers.CharField()


class _KindSerializer(serializers.Serializer):
    profession = serializers.CharField()
    regulator = serializers.CharField()
    status = serializers.ChoiceField(STATUSES)
    may_practise = serializers.BooleanField()
    licenses = serializers.IntegerField()


class _StateFiguresSerializer(serializers.Serializer):
    state = serializers.CharField(allow_null=True, help_text="Null for holders whose state is not known.")
    may_practise = serializers.IntegerField(allow_null=True, help_text="Licenses; null where it could tell of one.")


class _ProcessingSerializer(serializers.Serializer):
    profession = serializers.CharField()
    decided = serializers.IntegerField(help_text="Applications decided in the last 365 days.")
    median_seconds = serializers.IntegerField(help_text="The council's time, without that of the applicant.")


class StatisticsSerializer(serializers.Serializer):
    computed_at = serializers.DateTimeField(help_text="The instant of which the figures are.")
    position = serializers.IntegerField(help_text="The register's last change that the figures take into account.")
    totals = _TotalsSerializer()
    professions = _KindSerializer(many=True)
    regulators = _RegulatorFiguresSerializer(many=True)
    states = _StateFiguresSerializer(many=True)
    processing = _ProcessingSerializer(
        many=True, default=list, help_text="How long councils take; professions with few decisions are left out."
    )
