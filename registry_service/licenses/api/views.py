"""Entries of the register: one's own, and those that an officer's council has registered."""

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsPerson, SeesFiles, acting, person
from audit.rules import Actor, Subject, SubjectKind
from audit.services import record_read
from common.clock import day_in_lagos
from common.declared import refuses
from common.errors import NotFound
from common.fields import TextField
from documents.serving import file_response
from licenses.api.serializers import EntryOutput, FoundPersonOutput
from licenses.entries import entry_of, entry_of_account
from licenses.queries import people_with_number, person_for
from practitioners.queries import facts_of_people, photograph_of

_PHOTOGRAPH = {(200, "image/jpeg"): OpenApiResponse(OpenApiTypes.BINARY, description="The photograph.")}


class MyEntry(APIView):
    permission_classes = [IsPerson]

    @extend_schema(
        operation_id="read_my_entry",
        tags=["me"],
        summary="My entry in the register, with every license; 404 while there is none",
        description="Whoever was registered before they had an account asks for theirs by an application of kind "
        "`entry_claim`.",
        responses={200: EntryOutput},
    )
    @refuses(entry_of_account)
    def get(self, request: Request) -> Response:
        return _shown(entry_of_account(person(request).pk))


class MyPhotograph(APIView):
    permission_classes = [IsPerson]

    @extend_schema(operation_id="read_my_photograph", tags=["me"], summary="My photograph", responses=_PHOTOGRAPH)
    @refuses(entry_of_account, file_response, NotFound)
    def get(self, request: Request) -> HttpResponseBase:
        return _photograph(entry_of_account(person(request).pk))


class NumberInput(serializers.Serializer):
    license = TextField(max_length=100, help_text="A license number, ours or a council's.")


class People(APIView):
    permission_classes = [SeesFiles]

    @extend_schema(
        operation_id="find_people",
        tags=["register"],
        summary="Whose license this is, of those whom my council has registered",
        description="By a number of this register or of a council's, which several people may have.",
        parameters=[NumberInput],
        responses={200: FoundPersonOutput(many=True)},
    )
    @refuses(people_with_number)
    def get(self, request: Request) -> Response:
        asked = NumberInput(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = facts_of_people(people_with_number(person(request), asked.validated_data["license"]))
        people = [found[person_id] for person_id in sorted(found)]
        return Response(FoundPersonOutput(people, many=True).data, headers={"Cache-Control": "no-store"})


class PersonEntry(APIView):
    permission_classes = [SeesFiles]

    @extend_schema(
        operation_id="read_entry",
        tags=["register"],
        summary="The entry of somebody whom my council has registered; who looked is recorded",
        responses={200: EntryOutput},
    )
    @refuses(person_for)
    def get(self, request: Request, uid: UUID) -> Response:
        response = _shown(person_for(person(request), uid))
        _record_look(request, str(response.data["id"]), shown=response.data, purpose="read_entry")
        return response


class PersonPhotograph(APIView):
    permission_classes = [SeesFiles]

    @extend_schema(
        operation_id="read_photograph",
        tags=["register"],
        summary="The photograph of somebody whom my council has registered; who looked is recorded",
        responses=_PHOTOGRAPH,
    )
    @refuses(person_for, file_response, NotFound)
    def get(self, request: Request, uid: UUID) -> HttpResponseBase:
        response = _photograph(person_for(person(request), uid))
        _record_look(request, str(uid), shown=["photograph"], purpose="read_photograph")
        return response


def _shown(practitioner_id: int) -> Response:
    context = {"today": day_in_lagos(timezone.now())}
    body = EntryOutput(entry_of(practitioner_id), context=context).data
    return Response(body, headers={"Cache-Control": "no-store"})


def _photograph(practitioner_id: int) -> HttpResponseBase:
    file = photograph_of(practitioner_id)
    if file is None:
        raise NotFound
    return file_response(file, inline=True)


def _record_look(request: Request, uid: str, *, shown: Any, purpose: str) -> None:
    role = acting(request)
    subject = Subject(SubjectKind.PRACTITIONER, uid, role.regulator)
    record_read(Actor.of(role), subject, shown=shown, purpose=purpose, now=timezone.now())
