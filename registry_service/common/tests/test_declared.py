"""What handlers say that they refuse, and which headers they speak."""

from typing import Any

import pytest
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import BasePermission
from rest_framework.views import APIView

from common.declared import headers_of, refusals_of, refuses, speaks
from common.errors import InvalidInput, NotFound, ServiceUnavailable
from common.tests.refusals import SoldOut

HEADER = OpenApiParameter("X-Read", str, OpenApiParameter.HEADER)


def look_up() -> None:
    """Look something up.

    Raises:
        NotFound, SoldOut: it is not there,
            or not any more.
        ServiceUnavailable: it cannot be said.
    """


def misspelt() -> None:
    """Look something up.

    Raises:
        NotFuond: it is not there.
    """


@refuses(look_up)
def look_up_twice() -> None:
    pass


@refuses(SoldOut)
class InTime(BasePermission):
    pass


def view(handler: Any, permission: type[BasePermission] = BasePermission) -> APIView:
    return type(
        "View", (APIView,), {"authentication_classes": [], "permission_classes": [permission], "get": handler}
    )()


def handler(self: APIView) -> None:
    pass


def test_a_handler_refuses_what_it_declares_and_nothing_else() -> None:
    declaring = refuses(NotFound)(lambda self: None)
    assert refusals_of(view(declaring), "GET") == {NotFound}
    assert refusals_of(view(handler), "GET") == set()


def test_a_handler_refuses_what_the_docstring_of_a_service_names() -> None:
    declaring = refuses(look_up)(lambda self: None)
    assert refusals_of(view(declaring), "GET") == {NotFound, SoldOut, ServiceUnavailable}


def test_a_function_without_a_docstring_declares_by_the_decorator() -> None:
    declaring = refuses(look_up_twice)(lambda self: None)
    assert refusals_of(view(declaring), "GET") == {NotFound, SoldOut, ServiceUnavailable}


def test_declarations_add_up() -> None:
    declaring = refuses(NotFound)(refuses(InvalidInput)(lambda self: None))
    assert refusals_of(view(declaring, permission=InTime), "GET") == {NotFound, InvalidInput, SoldOut}


def test_a_name_that_is_no_refusal_is_a_mistake() -> None:
    with pytest.raises(LookupError, match="misspelt raises what is no refusal: NotFuond"):
        refusals_of(view(refuses(misspelt)(lambda self: None)), "GET")


def test_headers_are_those_of_the_handler_and_of_its_view() -> None:
    other = OpenApiParameter("X-Other", str, OpenApiParameter.HEADER)
    assert headers_of(view(handler), "GET") == []
    assert headers_of(speaks(other)(view(speaks(HEADER)(lambda self: None))), "GET") == [HEADER, other]
