"""How the directory is narrowed."""

from django_filters import rest_framework as filters

from hospitals.models import Hospital
from hospitals.rules import Level, Ownership


class HospitalFilter(filters.FilterSet):
    name = filters.CharFilter(lookup_expr="icontains", max_length=100, help_text="A part of the name.")
    state = filters.CharFilter(field_name="state__code", lookup_expr="iexact", max_length=2, help_text="Two letters.")
    level = filters.ChoiceFilter(choices=Level.choices)
    ownership = filters.ChoiceFilter(choices=Ownership.choices)

    class Meta:
        model = Hospital
        fields = ["name", "state", "level", "ownership"]
