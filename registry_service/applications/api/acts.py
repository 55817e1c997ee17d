"""What officers do with a file, or with its re-audit: the body goes to the service as it is read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.api.permissions import IsOfficer, acting, person
from applications.api.views import read
from audit.rules import Actor, Subject, SubjectKind
from audit.services import record_read
from common.conditional import heeds_version, shows_version, version_seen
from common.declared import opening_of, refuses
from common.idempotency import idempotent, takes_key

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class ActedOn:
    """What an act is about: how it is shown, and which refusal says that it has changed."""

    output: type[Serializer]
    show: Callable[["User", UUID], Response]
    changed: str


def disclosed(request: Request, response: Response, *, purpose: str) -> Response:
    """Return the answer about a file, or about a re-audit with its file, once it is recorded that it is shown."""
    file = response.data.get("file", response.data)
    subject = Subject(SubjectKind.APPLICATION, str(file["id"]), file["regulator"])
    record_read(Actor.of(acting(request)), subject, shown=file, purpose=purpose, now=timezone.now())
    return response


def seen_by(request: Request) -> int | None:
    """Return the version that the caller has read, if they say which."""
    return version_seen(request) if "If-Match" in request.headers else None


class _Act(APIView):
    permission_classes = [IsOfficer]
    about: ActedOn
    body: type[Serializer] | None = None
    act: Callable[..., Any]

    def show(self, request: Request, uid: UUID) -> Response:
        return self.about.show(person(request), uid)

    @idempotent(show)
    def carry_out(self, request: Request, uid: UUID) -> UUID:
        given = read(self.body, request) if self.body else {}
        type(self).act(officer=person(request), uid=uid, **given, seen=seen_by(request), now=timezone.now())
        return uid


def act_on(
    acted_on: ActedOn, operation_id: str, summary: str, service: Callable[..., Any], reads: type[Serializer] | None
) -> type[APIView]:
    """Return the view of one act."""

    class Act(_Act):
        about = acted_on
        body = reads
        act = staticmethod(service)

        @extend_schema(
            operation_id=operation_id,
            tags=["review"],
            summary=summary,
            description=f"{opening_of(service)} With `If-Match`, 412 `{acted_on.changed}` tells what happened since "
            "that version.",
            request=reads,
            responses={200: acted_on.output},
        )
        @shows_version
        @heeds_version
        @takes_key
        @refuses(service)
        def post(self, request: Request, uid: UUID) -> Response:
            # A repeated request is carried out once, and shown the file each time.
            return disclosed(request, self.carry_out(request, uid), purpose=operation_id)

    Act.__doc__ = summary
    return Act
