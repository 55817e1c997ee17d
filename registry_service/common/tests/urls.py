"""Views that exist for the tests of common: each refuses, fails or repeats in its own way."""

from threading import Event
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ModelSerializer
from rest_framework.views import APIView

from common.errors import NotFound
from common.idempotency import idempotent
from common.ids import new_id
from common.models import DueTask
from common.parsers import StrictJSONParser
from reference.models import Lga

# What the next request to raise/ raises, and what the slow view waits for.
raised: list[Exception] = []
started, may_finish = Event(), Event()


class Raise(APIView):
    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        raise raised.pop()

    post = get


def plain(request: HttpRequest) -> HttpResponse:
    raise raised.pop()


class Echo(APIView):
    permission_classes = [AllowAny]

    def post(self, request: Request) -> Response:
        return Response(request.data)


class Closed(APIView):
    def get(self, request: Request) -> Response:
        return Response()


class LgaSerializer(ModelSerializer):
    class Meta:
        model = Lga
        fields = ["id"]


class NumberedList(ListAPIView):
    """A list in the order of a whole number."""

    permission_classes = [AllowAny]
    queryset = Lga.objects.order_by("id")
    serializer_class = LgaSerializer


class Make(APIView):
    """Makes a task, once for each Idempotency-Key."""

    permission_classes = [AllowAny]
    parser_classes = [StrictJSONParser, MultiPartParser]

    def make(self, request: Request) -> UUID:
        name, made = request.data["name"], new_id()
        DueTask.objects.create(name=str(made), next_run_at="2026-11-23T09:00:00Z")
        if name == "crash":
            raise RuntimeError("out of memory, say")
        if name == "refused":
            raise raised.pop()
        if name == "slow":
            started.set()
            may_finish.wait(10)
        return made

    def show(self, request: Request, made: UUID | None) -> Response:
        if made is None:
            return Response(status=204)
        task = DueTask.objects.filter(name=made).first()
        if task is None:
            raise NotFound
        headers = {"Cache-Control": "no-store", "ETag": '"1"'}
        return Response({"id": str(made), "last_error": task.last_error}, status=201, headers=headers)

    @idempotent(show)
    def post(self, request: Request) -> UUID:
        return self.make(request)

    @idempotent(show)
    def delete(self, request: Request) -> None:
        DueTask.objects.create(name=str(new_id()), next_run_at="2026-11-23T09:00:00Z")


urlpatterns = [
    path("raise/", Raise.as_view()),
    path("plain/", plain),
    path("echo/", Echo.as_view()),
    path("closed/", Closed.as_view()),
    path("numbered/", NumberedList.as_view()),
    path("make/", Make.as_view()),
    path("", include("config.urls")),
]

handler400 = "common.problems.bad_request"
handler403 = "common.problems.permission_denied"
handler404 = "common.problems.page_not_found"
handler500 = "common.problems.server_error"
