"""The tests' own middleware, which fails what an operation does not declare."""

from unittest.mock import Mock

import pytest
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import OpenApiParameter
from jsonschema import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from common.declared import refuses, speaks
from common.testing import AnswersAsDeclared
from common.tests.refusals import Closed


class Open(APIView):
    authentication_classes = []
    permission_classes = [AllowAny]

    @speaks(OpenApiParameter("ETag", str, OpenApiParameter.HEADER, response=[200]))
    def get(self, request: HttpRequest) -> None:
        """Be asked; what is answered, each test says."""

    @refuses(Closed)
    def post(self, request: HttpRequest) -> None:
        """Be told; what is answered, each test says."""


Open.__module__ = "shop.api"


def passes(method: str, answer: Response) -> HttpResponse:
    """Let the middleware look at the answer of a view."""
    answer.accepted_renderer, answer.accepted_media_type = JSONRenderer(), "application/json"
    answer.renderer_context = {}
    request = APIRequestFactory().generic(method, "/")
    request.resolver_match = Mock(func=Open.as_view(), kwargs={})
    return AnswersAsDeclared(lambda _: answer.render())(request)


def test_what_is_declared_passes() -> None:
    for method, answer in (
        ("POST", Response({"code": "closed", "opens_at": "8"}, status=409)),
        ("GET", Response({}, headers={"ETag": "1"})),
        ("HEAD", Response({}, headers={"ETag": "1"})),
        ("GET", Response({"code": "invalid_input"}, status=400)),
        ("DELETE", Response({"code": "method_not_allowed"}, status=405)),
    ):
        assert passes(method, answer) is answer


def test_a_code_that_the_operation_does_not_declare_fails() -> None:
    with pytest.raises(AssertionError, match=r"GET of shop\.api\.Open does not declare that it refuses closed"):
        passes("GET", Response({"code": "closed", "opens_at": "8"}, status=409))


def test_a_code_with_the_status_of_another_fails() -> None:
    with pytest.raises(AssertionError, match="does not declare that it refuses closed"):
        passes("POST", Response({"code": "closed", "opens_at": "8"}, status=400))


def test_a_refusal_without_what_it_carries_fails() -> None:
    with pytest.raises(ValidationError, match="'opens_at' is a required property"):
        passes("POST", Response({"code": "closed"}, status=409))


def test_a_header_that_the_operation_does_not_declare_fails() -> None:
    with pytest.raises(AssertionError, match=r"POST of shop\.api\.Open does not declare ETag"):
        passes("POST", Response({}, headers={"ETag": "1"}))
