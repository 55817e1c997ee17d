"""What an operation says of itself, beside its code: what it refuses, and which headers it reads and answers with.

OpenAPI shows it (`common.schema`), and the tests hold every answer to it (`common.testing.AnswersAsDeclared`).
"""

import inspect
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from common.errors import DomainError

if TYPE_CHECKING:
    # Authenticators declare, too, and DRF's views cannot be imported before those.
    from drf_spectacular.utils import OpenApiParameter
    from rest_framework.views import APIView

Declaring = TypeVar("Declaring", bound=Callable[..., Any])
Refusal = type[DomainError]

# An entry below `Raises:`, as `inspect.getdoc` leaves it; what goes on in a second line is indented further.
_ENTRY = re.compile(r"^    ([A-Z]\w*(?:, [A-Z]\w*)*): ", re.MULTILINE)


def refuses(*what: Callable[..., Any]) -> Callable[[Declaring], Declaring]:
    """Declare what a handler, or a class that every request passes, may refuse.

    `what` are refusals, and the functions that are called: those refuse what their docstrings name under `Raises:`.
    """

    def declare(handler: Declaring) -> Declaring:
        handler.refuses = (*getattr(handler, "refuses", ()), *what)  # type: ignore[attr-defined]
        return handler

    return declare


def speaks(*headers: "OpenApiParameter") -> Callable[[Declaring], Declaring]:
    """Declare which headers a handler, or every handler of a view, reads or answers with."""

    def declare(handler: Declaring) -> Declaring:
        handler.speaks = (*getattr(handler, "speaks", ()), *headers)  # type: ignore[attr-defined]
        return handler

    return declare


def refusals_of(view: "APIView", method: str) -> set[Refusal]:
    """Return the refusals that this operation declares, by itself or by what lets callers in."""
    passed = [*view.get_authenticators(), *view.get_permissions()]
    return _refusals_in([_handler(view, method), type(view), *map(type, passed)])


def headers_of(view: "APIView", method: str) -> "list[OpenApiParameter]":
    """Return the headers that this operation declares."""
    return [*getattr(_handler(view, method), "speaks", ()), *getattr(view, "speaks", ())]


def opening_of(*functions: Any) -> str:
    """Return the first paragraph of the first docstring, refusals' own left out."""
    docstrings = (inspect.getdoc(each) for each in functions if not isinstance(each, type))
    return next(filter(None, docstrings), "").partition("\n\n")[0].replace("\n", " ")


def _handler(view: "APIView", method: str) -> Any:
    return getattr(view, method.lower(), view.http_method_not_allowed)


def _refusals_in(declaring: Iterable[Any]) -> set[Refusal]:
    found: set[Refusal] = set()
    for each in declaring:
        if isinstance(each, type) and issubclass(each, DomainError):
            found.add(each)
        else:
            found |= _raised_by(each) | _refusals_in(getattr(each, "refuses", ()))
    return found


def _raised_by(function: Any) -> set[Refusal]:
    """Return what a function's docstring names under `Raises:`.

    Raises:
        LookupError: one of the names is none of a refusal.
    """
    _, _, raises = (inspect.getdoc(function) or "").partition("\nRaises:\n")
    names = {name for entry in _ENTRY.findall(raises) for name in entry.split(", ")}
    known = {refusal.__name__: refusal for refusal in refusals()} if names else {}
    if unknown := names - known.keys():
        raise LookupError(f"{function.__qualname__} raises what is no refusal: {', '.join(sorted(unknown))}")
    return {known[name] for name in names}


def refusals(of: Refusal = DomainError) -> set[Refusal]:
    """Return every kind of refusal that has been imported."""
    return {refusal for child in of.__subclasses__() for refusal in {child, *refusals(child)}}
