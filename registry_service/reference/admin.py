"""The operator's view of the reference tables: rows are added and ended, never deleted."""

from copy import copy
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from common.clock import day_in_lagos
from common.locks import lock_until_commit
from reference.models import (
    ENDS_AFTER_IT_STARTS,
    DatedRow,
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
from reference.rules import FOLLOW_INSTEAD, why_not_amend, why_not_begin, why_not_end, why_not_redate
from reference.services import end_rule


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


class DatedForm(forms.ModelForm):
    """A row that others point at: it is given other days only as far as that changes nothing that is past."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.instance._state.adding:
            was = (self.initial["valid_from"], self.initial["valid_until"])
            dated = (given.get("valid_from", was[0]), given.get("valid_until", was[1]))
            for field, refusal in why_not_redate(was=was, given=dated, today=day_in_lagos(timezone.now())).items():
                self.add_error(field, refusal)
        return given


class _DatedRows(_KeptRows):
    form = DatedForm


class RuleForm(forms.ModelForm):
    """A rule as it is entered, or changed as far as it may be. Days are the register's, in Lagos."""

    # The rule that this new one is saved as new from, whose key it takes over and which ends where it begins.
    follows: ClassVar[DatedRow | None] = None
    key: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.follows is not None:
            for name in self.key:
                setattr(self.instance, name, getattr(self.follows, name))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        today = day_in_lagos(timezone.now())
        first_day, until = given.get("valid_from"), given.get("valid_until")
        if self.instance._state.adding:
            self._refuse("valid_from", self._why_not_begin(first_day, today))
        else:
            was = {name: self.initial[name] for name in ("valid_from", "valid_until")}
            self._refuse(None, why_not_amend(**was, changed=self.changed_data, today=today))
            if "valid_from" in self.changed_data:
                self._refuse("valid_from", why_not_begin(first_day, today))
        if "valid_until" in self.changed_data:
            self._refuse("valid_until", why_not_end(until, today))
        if first_day and until and until <= first_day:
            # The constraint says so, too; but another one cannot even be asked about such days.
            self._refuse("valid_until", ENDS_AFTER_IT_STARTS)
        return given

    def validate_unique(self) -> None:
        """Ask the constraints that Django left out, too: the key counts though it is in no form once it is entered."""
        super().validate_unique()
        if self.errors:
            return
        rule = self.instance
        if self.follows is not None:
            # In the place of the rule that it follows, since that one makes room.
            rule = copy(rule)
            rule.pk, rule._state.adding = self.follows.pk, False
        try:
            rule.validate_constraints()
        except ValidationError as refusal:
            self.add_error(None, refusal)

    def _why_not_begin(self, first_day: date | None, today: date) -> str | None:
        followed = self.follows and self.follows.valid_from
        if first_day and followed and first_day <= followed:
            return f"The rule that it follows holds from {followed} on: begin after that."
        return why_not_begin(first_day, today)

    def _refuse(self, field: str | None, reason: str | None) -> None:
        if reason is not None:
            self.add_error(field, reason)


class _Rules(_KeptRows):
    """Rules that hold on some days each, one at a time. One that has begun is followed by another, not rewritten."""

    form = RuleForm
    save_as = True

    @transaction.atomic
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method == "POST":
            # One administrator after another: each sees what the one before has entered.
            lock_until_commit("reference rules")
        return super().changeform_view(request, *args, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return super().get_readonly_fields(request, obj or self._followed(request))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [(None, {"fields": self.get_fields(request, obj), "description": FOLLOW_INSTEAD if obj else ""})]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.follows, form.key = self._followed(request), self.fixed_once_entered
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if form.follows is not None and end_rule(form.follows, first_day_out=obj.valid_from):
            self.log_change(request, form.follows, [{"changed": {"fields": ["Valid until"]}}])
        super().save_model(request, obj, form, change)

    def _followed(self, request: HttpRequest) -> Any:
        """Return the rule on whose page “Save as new” was chosen."""
        if request.method != "POST" or "_saveasnew" not in request.POST or request.resolver_match is None:
            return None
        return self.get_object(request, request.resolver_match.kwargs.get("object_id", ""))


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
class RegulatorAdmin(_DatedRows):
    list_display = ("code", "name", "status", "register_complete_to", "valid_from", "valid_until")
    list_filter = ("status",)
    search_fields = ("code", "name")


@admin.register(Profession)
class ProfessionAdmin(_DatedRows):
    fixed_once_entered = ("code", "regulator", "number_prefix")
    list_display = ("code", "name", "regulator", "number_prefix", "valid_from", "valid_until")
    list_filter = ("regulator",)
    list_select_related = ("regulator",)
    search_fields = ("code", "name", "number_prefix")


@admin.register(RegisterPart)
class RegisterPartAdmin(_DatedRows):
    # The category and the supervision are part of the answer about every holder, back to the first day.
    fixed_once_entered = ("code", "regulator", "profession", "category", "supervised")
    list_display = ("code", "name", "regulator", "profession", "category", "valid_from", "valid_until")
    list_filter = ("regulator", "category")
    list_select_related = ("regulator", "profession")
    search_fields = ("code", "name")


@admin.register(PractisingTerm)
class PractisingTermAdmin(_Rules):
    fixed_once_entered = ("regulator", "profession", "category")
    ordering = ["regulator", "profession", "category", "valid_from"]
    list_display = ("regulator", "profession", "category", "kind", "months", "valid_from", "valid_until")
    list_filter = ("regulator",)
    list_select_related = ("regulator", "profession")


@admin.register(Specialty)
class SpecialtyAdmin(_DatedRows):
    fixed_once_entered = ("code", "regulator", "profession")
    list_display = ("code", "name", "profession", "regulator", "valid_from", "valid_until")
    list_filter = ("regulator", "profession")
    list_select_related = ("regulator", "profession")
    search_fields = ("code", "name")


@admin.register(Reason)
class ReasonAdmin(_DatedRows):
    # The name is why something was done to somebody; for other words another reason is entered.
    fixed_once_entered = ("code", "name", "kind")
    list_display = ("code", "name", "kind", "valid_from", "valid_until")
    list_filter = ("kind",)
    search_fields = ("code", "name")


@admin.register(DocumentType)
class DocumentTypeAdmin(_DatedRows):
    list_display = ("code", "name", "form", "valid_from", "valid_until")
    list_filter = ("form",)
    search_fields = ("code", "name")


@admin.register(DocumentRequirement)
class DocumentRequirementAdmin(_Rules):
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
class FeeAdmin(_Rules):
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
class ReviewRuleAdmin(_Rules):
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
        "reaudit_percent",
        "valid_from",
        "valid_until",
    )
