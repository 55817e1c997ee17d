"""The operator's view of the reference tables: rows are added and ended, never deleted."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from reference.models import (
    DocumentRequirement,
    DocumentType,
    Fee,
    Lga,
    PractisingTerm,
    Profession,
    Reason,
    RegisterPart,
    Regulator,
    ReviewRule,
    Specialty,
    State,
)


class _KeptRows(admin.ModelAdmin):
    """A row that no longer holds is given an end; licenses go on pointing at it.

    What identifies a row, or is printed in license numbers, stays as it was first entered.
    """

    fixed_once_entered: tuple[str, ...] = ("code",)
    ordering = ["code"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.fixed_once_entered if obj is not None else ()


@admin.register(State)
class StateAdmin(_KeptRows):
    list_display = ("code", "name", "geopolitical_zone")
    search_fields = ("code", "name")


@admin.register(Lga)
class LgaAdmin(_KeptRows):
    fixed_once_entered = ("code", "state")
    list_display = ("code", "name", "state")
    list_filter = ("state",)
    list_select_related = ("state",)
    search_fields = ("code", "name")


@admin.register(Regulator)
class RegulatorAdmin(_KeptRows):
    list_display = ("code", "name", "status", "register_complete_to", "valid_from", "valid_until")
    list_filter = ("status",)
    search_fields = ("code", "name")


@admin.register(Profession)
class ProfessionAdmin(_KeptRows):
    fixed_once_entered = ("code", "regulator", "number_prefix")
    list_display = ("code", "name", "regulator", "number_prefix", "valid_from", "valid_until")
    list_filter = ("regulator",)
    list_select_related = ("regulator",)
    search_fields = ("code", "name", "number_prefix")


@admin.register(RegisterPart)
class RegisterPartAdmin(_KeptRows):
    fixed_once_entered = ("code", "regulator", "profession")
    list_display = ("code", "name", "regulator", "profession", "category", "valid_from", "valid_until")
    list_filter = ("regulator", "category")
    list_select_related = ("regulator", "profession")
    search_fields = ("code", "name")


@admin.register(PractisingTerm)
class PractisingTermAdmin(_KeptRows):
    fixed_once_entered = ("regulator", "profession", "category")
    ordering = ["regulator", "profession", "category", "valid_from"]
    list_display = ("regulator", "profession", "category", "kind", "months", "valid_from", "valid_until")
    list_filter = ("regulator",)
    list_select_related = ("regulator", "profession")


@admin.register(Specialty)
class SpecialtyAdmin(_KeptRows):
    fixed_once_entered = ("code", "regulator", "profession")
    list_display = ("code", "name", "profession", "regulator", "valid_from", "valid_until")
    list_filter = ("regulator", "profession")
    list_select_related = ("regulator", "profession")
    search_fields = ("code", "name")


@admin.register(Reason)
class ReasonAdmin(_KeptRows):
    fixed_once_entered = ("code", "kind")
    list_display = ("code", "name", "kind", "valid_from", "valid_until")
    list_filter = ("kind",)
    search_fields = ("code", "name")


@admin.register(DocumentType)
class DocumentTypeAdmin(_KeptRows):
    list_display = ("code", "name", "form", "valid_from", "valid_until")
    list_filter = ("form",)
    search_fields = ("code", "name")


@admin.register(DocumentRequirement)
class DocumentRequirementAdmin(_KeptRows):
    list_filter = ("kind", "regulator")
    fixed_once_entered = ("kind", "regulator", "register_part", "document_type")
    ordering = ["kind", "regulator", "register_part", "document_type"]
    list_display = (
        "kind",
        "regulator",
        "register_part",
        "document_type",
        "necessity",
        "supplied_by",
        "valid_from",
        "valid_until",
    )
    list_select_related = ("regulator", "register_part", "document_type")


@admin.register(Fee)
class FeeAdmin(_KeptRows):
    """A fee that changes ends on a day, and another row begins on it; what was paid stands in the payments."""

    list_filter = ("kind", "regulator")
    list_select_related = ("regulator", "register_part")
    fixed_once_entered = ("kind", "regulator", "register_part", "currency")
    ordering = ["kind", "regulator", "register_part", "valid_from"]
    list_display = (
        "kind",
        "regulator",
        "register_part",
        "amount_kobo",
        "currency",
        "valid_from",
        "valid_until",
    )


@admin.register(ReviewRule)
class ReviewRuleAdmin(_KeptRows):
    list_filter = ("kind", "regulator")
    list_select_related = ("regulator", "register_part")
    fixed_once_entered = ("kind", "regulator", "register_part")
    ordering = ["kind", "regulator", "register_part"]
    list_display = (
        "kind",
        "regulator",
        "register_part",
        "second_officer",
        "issues_certificate",
        "answer_days",
        "valid_from",
        "valid_until",
    )
