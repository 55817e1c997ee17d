"""Fields that take what they say and nothing else: DRF would read text, or an id, out of a number."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from common.phones import ADVICE, InvalidPhone, normal_phone


class TextField(serializers.CharField):
    """Text, and only text: DRF would take the number 12345678 for a password."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class CodeField(TextField, serializers.SlugField):
    """A code of ours, such as a regulator's, as text."""


class IdField(serializers.UUIDField):
    """An id as text: DRF would take the number 5 for one."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class PhoneField(TextField):
    """A telephone number in any usual writing; its value is the number in E.164, as +2348031234567."""

    default_error_messages = {"invalid": ADVICE}

    def to_internal_value(self, data: Any) -> str:
        try:
            return normal_phone(super().to_internal_value(data))
        except InvalidPhone:
            self.fail("invalid")
