"""Filters that never guess: an unknown name or an impossible value is refused."""

from typing import Any

from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request


def refuse_unknown_parameters(request: Request, known: set[str]) -> None:
    """Refuse query parameters that nothing reads: a misspelt filter would silently answer with everything.

    Raises:
        ValidationError: naming each unknown parameter, and those that exist.
    """
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        offer = f"This address reads: {', '.join(sorted(known))}." if known else "This address reads no parameters."
        raise ValidationError({name: [f"There is no such parameter. {offer}"] for name in unknown}, code="unknown")


class StrictFilterBackend(DjangoFilterBackend):
    """django-filter with the refusal of unknown parameters before it."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        filterset_class = self.get_filterset_class(view, queryset)
        known = set(filterset_class.base_filters) if filterset_class else set()
        if view.paginator is not None:
            known |= view.paginator.query_parameters
        refuse_unknown_parameters(request, known)
        if empty := [name for name in known if request.query_params.get(name) == ""]:
            raise ValidationError({name: ["Give a value, or leave the parameter out."] for name in sorted(empty)})
        return super().filter_queryset(request, queryset, view)
