"""Instants in a query, as ISO 8601 writes them."""

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django_filters.fields import IsoDateTimeField
from django_filters.rest_framework import IsoDateTimeFilter


class _InstantField(IsoDateTimeField):
    def to_python(self, value: Any) -> datetime | None:
        # As UTC: PostgreSQL reads no offset of 16 hours or more, and Python takes up to 24.
        try:
            instant: datetime | None = super().to_python(value)
            return instant and instant.astimezone(UTC)
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class InstantFilter(IsoDateTimeFilter):
    """An instant as ISO 8601 has it; without an offset, as the clock shows it in Lagos."""

    field_class = _InstantField
