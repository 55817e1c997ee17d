"""The operator's view of the register: to look at. Nothing here is a way around licenses.services."""

from django.contrib import admin

from common.admin import ReadOnlyAdmin, ReadOnlyInline
from licenses.models import (
    Condition,
    LicenseSpecialty,
    LicenseTransition,
    PHBProfessionalRegistry,
    PractisingCertificate,
    Removal,
    RenewalGrace,
    Suspension,
)


class PeriodInline(ReadOnlyInline):
    """Periods of one kind, with those that the register held true before."""

    ordering = ["valid", "recorded"]


class TransitionInline(ReadOnlyInline):
    model = LicenseTransition
    fields = ["transition", "from_status", "to_status", "reason", "note", "effective_on", "recorded_in"]
    ordering = ["recorded_in__position"]


def _periods_of(kind: type, *shown: str) -> type[PeriodInline]:
    fields = ["valid", *shown, "recorded", "recorded_in"]
    return type(f"{kind.__name__}Inline", (PeriodInline,), {"model": kind, "fields": fields})


@admin.register(PHBProfessionalRegistry)
class LicenseAdmin(ReadOnlyAdmin):
    list_display = ["number", "register_part", "regulator_number", "registered_on", "position"]
    list_filter = ["register_part__regulator", "register_part__category"]
    list_select_related = ["register_part"]
    ordering = ["-id"]
    search_fields = ["number__exact", "regulator_number_key__exact"]
    search_help_text = "A whole license number, as it is written on the license, or a council's without slashes."
    inlines = [
        TransitionInline,
        _periods_of(PractisingCertificate, "number"),
        _periods_of(RenewalGrace),
        _periods_of(Suspension, "reason"),
        _periods_of(Removal, "reason"),
        _periods_of(Condition, "reason", "text"),
        _periods_of(LicenseSpecialty, "specialty"),
    ]
