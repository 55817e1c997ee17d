"""Pages by cursor: a list that grows while it is read neither repeats nor skips a row."""

from typing import Any

from django.core.exceptions import ValidationError as FieldError
from django.db import DataError
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class CursorPage(CursorPagination):
    """{"next", "previous", "results"}; the view's queryset says in which (unique) order."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"

    def get_page_size(self, request: Request) -> int:
        """Return the size asked for; an impossible one is refused, not replaced by the default."""
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        if not (asked.isascii() and asked.isdecimal() and 1 <= int(asked[:9]) <= self.max_page_size):
            message = f"Write a whole number from 1 to {self.max_page_size}."
            raise ValidationError({self.page_size_query_param: [message]})
        return int(asked)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        """Return the page; a cursor put together by hand that fits no row's type is a refusal, not a failure."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, FieldError, DataError):
            if self.cursor_query_param in request.query_params:
                raise self._foreign_cursor() from None
            raise

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        return tuple(queryset.query.order_by)

    def decode_cursor(self, request: Request) -> Any:
        try:
            return super().decode_cursor(request)
        except NotFound:
            raise self._foreign_cursor() from None

    def _foreign_cursor(self) -> ValidationError:
        return ValidationError({self.cursor_query_param: ["This cursor was not made here."]})

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the parameters for OpenAPI, with the values that are possible."""
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] |= {"minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
            elif parameter["name"] == self.cursor_query_param:
                parameter["schema"] |= {"minLength": 1}
        return parameters

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page for OpenAPI; each of its members is always there."""
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**address, "description": "The address of the next page; null on the last one."},
                "previous": {**address, "description": "That of the page before; null on the first one."},
                "results": schema,
            },
        }

    @property
    def query_parameters(self) -> set[str]:
        """The names that this pager reads."""
        return {self.cursor_query_param, self.page_size_query_param}
