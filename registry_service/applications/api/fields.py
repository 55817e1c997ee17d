"""Fields that answers, and other rows, are read and shown by."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from applications.models import ProfessionalApplication
from common.clock import day_in_lagos
from common.fields import CodeField, TextField
from reference.queries import find_reason
from reference.rules import ReasonKind


class RowField(CodeField):
    """A reference row, by its code; one that is dated holds today."""

    default_error_messages = {
        "unknown": "There is no {name} with this code.",
        "not_in_force": "{name} is not chosen any more, or not yet. Choose another one.",
    }

    def __init__(self, name: str, *, dated: bool = False) -> None:
        super().__init__(required=False, allow_null=True, help_text="Its code.")
        self._name, self._dated = name, dated

    def to_internal_value(self, data: Any) -> Any:
        model: Any = ProfessionalApplication._meta.get_field(self._name).related_model
        row = model.objects.filter(code=super().to_internal_value(data)).first()
        if row is None:
            self.fail("unknown", name=self._name)
        if self._dated and not row.holds_on(day_in_lagos(timezone.now())):
            self.fail("not_in_force", name=row.name)
        return row

    def to_representation(self, value: Any) -> str:
        return str(value.code)


class NameChangeReasonField(CodeField):
    """Why a person changes their name, by its code; empty takes the answer back."""

    default_error_messages = {"unknown": "Give the code of a reason; `reasons/?kind=name_change` lists them."}

    def __init__(self) -> None:
        super().__init__(required=False, allow_blank=True, max_length=60, help_text="Code of a reason for new names.")

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if find_reason(code, ReasonKind.NAME_CHANGE, day_in_lagos(timezone.now())) is None:
            self.fail("unknown")
        return code


class Code(serializers.SlugRelatedField):
    """Another row, by its code."""

    def __init__(self, *, allow_null: bool = False) -> None:
        super().__init__(slug_field="code", read_only=True, allow_null=allow_null)


class AnswerField(TextField):
    """Text of one line; empty takes the answer back."""

    def __init__(self, name: str) -> None:
        column: Any = ProfessionalApplication._meta.get_field(name)
        super().__init__(required=False, allow_blank=True, max_length=column.max_length)
