"""What OpenAPI says of an operation, from what its code declares."""

from typing import Any

import pytest
from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.declared import refuses
from common.idempotency import idempotent
from common.tests.refusals import Closed, SoldOut  # noqa: F401 -- a docstring names it


class Goods(serializers.Serializer):
    name = serializers.CharField()
    price = serializers.IntegerField(required=False, allow_null=True)
    discount = serializers.IntegerField(required=False)
    sometimes_absent = {"discount"}


class IsShopkeeper(BasePermission):
    lets_in = {"userToken": []}


def buy() -> None:
    """Buy one.

    Raises:
        Closed: it is night.
        SoldOut: others were faster.
    """


class Shelf(APIView):
    permission_classes = [IsShopkeeper]

    @extend_schema(operation_id="look", responses=Goods)
    def get(self, request: Request) -> Response:
        return Response()

    def show(self, request: Request, subject: None) -> Response:
        return Response()

    @extend_schema(operation_id="buy", request=Goods, responses=Goods)
    @refuses(buy)
    @idempotent(show)
    def post(self, request: Request) -> None:
        pass

    @extend_schema(operation_id="mend", request=Goods, responses=Goods)
    @refuses(Closed)
    def patch(self, request: Request) -> Response:
        return Response()


class Window(APIView):
    """What passers-by see."""

    permission_classes = [AllowAny]
    authentication_classes = []

    @extend_schema(operation_id="pass_by", responses=Goods)
    def get(self, request: Request, name: str) -> Response:
        return Response()


@pytest.fixture(scope="module")
def document() -> Any:
    patterns = [path("shelf/", Shelf.as_view()), path("window/<str:name>/", Window.as_view())]
    return SchemaGenerator(patterns=patterns).get_schema(request=None, public=True)


def codes(document: Any, address: str, method: str, status: str) -> list[str]:
    response = document["paths"][address][method]["responses"][status]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    _, own = response["content"]["application/problem+json"]["schema"]["allOf"]
    return own["properties"]["code"]["enum"]


def test_an_answer_requires_what_is_always_sent(document: Any) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["Goods"]["required"] == ["name", "price"]
    assert schemas["GoodsRequest"]["required"] == ["name"]
    assert "required" not in schemas["PatchedGoodsRequest"]


def test_each_status_has_its_codes(document: Any) -> None:
    assert codes(document, "/shelf/", "post", "409") == ["closed", "idempotency_in_progress", "sold_out"]
    assert codes(document, "/shelf/", "post", "422") == ["idempotency_key_reused"]
    assert codes(document, "/shelf/", "patch", "409") == ["closed"]
    assert codes(document, "/window/{name}/", "get", "404") == ["not_found"]


def test_statuses_that_cannot_happen_are_left_out(document: Any) -> None:
    always = {"400", "405", "406", "429", "500", "502", "503", "504"}
    statuses = document["paths"]["/window/{name}/"]["get"]["responses"].keys()
    assert statuses == always | {"200", "404"}
    assert document["paths"]["/shelf/"]["get"]["responses"].keys() == always | {"200", "401", "403"}
    with_a_body = document["paths"]["/shelf/"]["patch"]["responses"].keys()
    assert with_a_body == always | {"200", "401", "403", "409", "413", "415"}


def test_what_a_refusal_carries_is_described_and_required_where_there_is_no_other(document: Any) -> None:
    def own(method: str) -> Any:
        response = document["paths"]["/shelf/"][method]["responses"]["409"]
        return response["content"]["application/problem+json"]["schema"]["allOf"][1]

    assert own("patch")["properties"]["opens_at"] == own("post")["properties"]["opens_at"] == {"type": "string"}
    assert own("patch")["required"] == ["opens_at"]
    assert "required" not in own("post")


def test_what_most_operations_refuse_alike_is_described_once(document: Any) -> None:
    for operation in (document["paths"]["/shelf/"]["get"], document["paths"]["/window/{name}/"]["get"]):
        assert operation["responses"]["400"] == {"$ref": "#/components/responses/BadRequest"}


def test_only_tokens_that_are_let_in_are_asked_for(document: Any) -> None:
    assert document["paths"]["/shelf/"]["get"]["security"] == [{"userToken": []}]
    assert document["paths"]["/window/{name}/"]["get"]["security"] == [{}]


def test_the_key_of_a_request_is_a_header_that_may_be_given(document: Any) -> None:
    operation = document["paths"]["/shelf/"]["post"]
    (key,) = operation["parameters"]
    assert (key["name"], key["in"], key.get("required", False)) == ("Idempotency-Key", "header", False)
    assert operation["responses"]["200"]["headers"].keys() == {"Idempotent-Replayed"}


def test_an_operation_is_described_by_its_own_view_or_by_the_service_that_it_declares(document: Any) -> None:
    assert document["paths"]["/window/{name}/"]["get"]["description"] == "What passers-by see."
    assert document["paths"]["/shelf/"]["post"]["description"] == "Buy one."
    assert "description" not in document["paths"]["/shelf/"]["get"]
