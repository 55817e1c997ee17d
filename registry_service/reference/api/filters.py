"""What the lists can be narrowed by. Codes that do not exist are refused."""

from datetime import date
from typing import Any

import django_filters as filters
from django.db.models import Q
from django.utils import timezone

from common.clock import day_in_lagos
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
from reference.rules import ApplicationKind, Category, ReasonKind


class _CodeFilter(filters.ModelChoiceFilter):
    """Rows that belong to the row with this code."""

    def __init__(self, model: Any, help_text: str) -> None:
        super().__init__(queryset=model.objects.all(), to_field_name="code", help_text=help_text)


class _DatedFilter(filters.FilterSet):
    """Rows in force on a day: today in Lagos, unless another is asked for."""

    on = filters.DateFilter(
        method="any_day",
        input_formats=["%Y-%m-%d"],
        help_text="Rows in force on this day; without it, today.",
    )

    def any_day(self, queryset: Any, name: str, value: date) -> Any:
        # Applied below, since the day counts when it is not given, too.
        return queryset

    def filter_queryset(self, queryset: Any) -> Any:
        day = self.form.cleaned_data["on"] or day_in_lagos(timezone.now())
        return super().filter_queryset(queryset).in_force_on(day)


class LgaFilter(filters.FilterSet):
    state = _CodeFilter(State, "A state's code.")

    class Meta:
        model = Lga
        fields = ["state"]


class RegulatorFilter(_DatedFilter):
    class Meta:
        model = Regulator
        fields = ["on"]


class ProfessionFilter(_DatedFilter):
    regulator = _CodeFilter(Regulator, "A regulator's code.")

    class Meta:
        model = Profession
        fields = ["regulator", "on"]


class RegisterPartFilter(_DatedFilter):
    regulator = _CodeFilter(Regulator, "A regulator's code.")
    profession = _CodeFilter(Profession, "A profession's code.")
    category = filters.ChoiceFilter(choices=Category.choices)

    class Meta:
        model = RegisterPart
        fields = ["regulator", "profession", "category", "on"]


class SpecialtyFilter(_DatedFilter):
    profession = _CodeFilter(Profession, "A profession's code.")

    class Meta:
        model = Specialty
        fields = ["profession", "on"]


class ReasonFilter(_DatedFilter):
    kind = filters.ChoiceFilter(choices=ReasonKind.choices)

    class Meta:
        model = Reason
        fields = ["kind", "on"]


class _RuleFilter(_DatedFilter):
    """Rules about one kind of application, and those that apply to one register part."""

    kind = filters.ChoiceFilter(choices=ApplicationKind.choices)
    register_part = filters.ModelChoiceFilter(
        queryset=RegisterPart.objects.all(),
        to_field_name="code",
        method="applying_to",
        help_text="A register part's code: the rules for an application for it, whoever made them.",
    )

    def applying_to(self, queryset: Any, name: str, part: RegisterPart) -> Any:
        of_council = Q(regulator=None) | Q(regulator=part.regulator_id)
        return queryset.filter(of_council, Q(register_part=None) | Q(register_part=part))


class DocumentRequirementFilter(_RuleFilter):
    class Meta:
        model = DocumentRequirement
        fields = ["kind", "register_part", "on"]


class FeeFilter(_RuleFilter):
    class Meta:
        model = Fee
        fields = ["kind", "register_part", "on"]
