"""HTTP in, one call, HTTP out."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.queries import Role, require_role_in
from common.declared import refuses
from common.filters import refuse_unknown_parameters
from common.idempotency import idempotent
from common.pagination import CursorPage
from common.request_id import current_request_id
from license_gate.queries import evidence_for
from staff.api.serializers import (
    AffiliationSerializer,
    JoinSerializer,
    LeaveSerializer,
    RegisterNameSerializer,
    RoundSerializer,
    VerificationSerializer,
    VerifyManySerializer,
    round_of,
)
from staff.models import Affiliation
from staff.queries import affiliation_seen_by, affiliations_of, present_affiliations
from staff.rules import MAX_AT_ONCE
from staff.services import join_hospital, leave_hospital, name_register, verify_affiliation, verify_affiliations

TAGS = ["staff"]


class StaffList(ListAPIView):
    """Who works at a hospital; and joining it."""

    serializer_class = AffiliationSerializer
    filter_backends: list[Any] = []
    _asked_about: Affiliation | None = None

    def get_queryset(self) -> Any:
        refuse_unknown_parameters(self.request, {"hospital", *_paging(self)})
        hospital_id = _hospital_in(self.request)
        _require_role(self.request, hospital_id, *Role)
        return affiliations_of(hospital_id)

    @extend_schema(
        operation_id="list_staff",
        tags=TAGS,
        parameters=[OpenApiParameter("hospital", UUID, required=True, description="Whose staff.")],
    )
    @refuses(require_role_in)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def joined(self, request: Request, affiliation_id: UUID) -> Response:
        # That the registry could not even be asked leaves no evidence: only the first answer can say so.
        affiliation = self._asked_about or _visible(request, affiliation_id)
        return Response(AffiliationSerializer(affiliation).data, status=201)

    @extend_schema(
        operation_id="join_hospital",
        tags=TAGS,
        request=JoinSerializer,
        examples=[
            OpenApiExample(
                "A nurse",
                {
                    "hospital": "0190a1b2-c3d4-7e5f-8071-8293a4b5c6d7",
                    "full_name": "Ngozi Eze",
                    "job_title": "Staff nurse",
                    "license_number": "PHB-NUR-DEM0-005P",
                },
                request_only=True,
            )
        ],
        responses={201: AffiliationSerializer},
    )
    @refuses(require_role_in, join_hospital, verify_affiliation)
    @idempotent(joined, atomic=False)
    def post(self, request: Request) -> UUID:
        """Record that a person joins, and ask the registry about their license at once.

        The answer says in `verification` what the registry said, or that it did not answer; then
        it is asked again until it does.
        """
        values = _read(JoinSerializer, request)
        hospital_id = values.pop("hospital")
        _require_role(request, hospital_id, Role.HOSPITAL_ADMIN)
        affiliation = join_hospital(hospital_id=hospital_id, now=timezone.now(), **values)
        self._asked_about = _verified(affiliation, request)
        return affiliation.id


class StaffDetail(APIView):
    @extend_schema(operation_id="get_staff_member", tags=TAGS, responses=AffiliationSerializer)
    @refuses(require_role_in)
    def get(self, request: Request, affiliation_id: UUID) -> Response:
        """One person at a hospital, with what is known of their license."""
        return Response(AffiliationSerializer(_visible(request, affiliation_id)).data)


class VerifyOne(APIView):
    @extend_schema(
        operation_id="verify_staff_member", tags=TAGS, request=RegisterNameSerializer, responses=AffiliationSerializer
    )
    @refuses(require_role_in, name_register, verify_affiliation)
    def post(self, request: Request, affiliation_id: UUID) -> Response:
        """Ask the registry about this person's license now.

        Where it answered that several registers hold the number, say in the body which one is meant.
        """
        named = _read(RegisterNameSerializer, request)
        affiliation = _administered(request, affiliation_id)
        if named:
            affiliation = name_register(
                affiliation_id=affiliation.id,
                regulator=named.get("regulator", affiliation.regulator),
                register=named.get("register", affiliation.register),
                now=timezone.now(),
            )
        return Response(AffiliationSerializer(_verified(affiliation, request)).data)


class VerifyMany(APIView):
    @extend_schema(operation_id="verify_staff", tags=TAGS, request=VerifyManySerializer, responses=RoundSerializer)
    @refuses(require_role_in)
    def post(self, request: Request) -> Response:
        """Ask the registry about many licenses in one go, up to 1,000."""
        values = _read(VerifyManySerializer, request)
        _require_role(request, values["hospital"], Role.HOSPITAL_ADMIN)
        chosen = values.get("affiliations")
        found = list(present_affiliations(values["hospital"], chosen)[: MAX_AT_ONCE + 1])
        if chosen and (strangers := set(chosen) - {each.id for each in found}):
            raise ValidationError({"affiliations": [f"Nobody who works here now: {', '.join(map(str, strangers))}."]})
        if len(found) > MAX_AT_ONCE:
            raise ValidationError({"affiliations": [f"More than {MAX_AT_ONCE} people work here: ask in parts."]})
        verified = verify_affiliations(
            found, asked_by=_asker(request), now=timezone.now(), request_id=current_request_id()
        )
        return Response(round_of(verified))


class Leave(APIView):
    @extend_schema(operation_id="leave_hospital", tags=TAGS, request=LeaveSerializer, responses=AffiliationSerializer)
    @refuses(require_role_in, leave_hospital)
    def post(self, request: Request, affiliation_id: UUID) -> Response:
        """End the affiliation; its evidence stays."""
        values = _read(LeaveSerializer, request)
        affiliation = _administered(request, affiliation_id)
        left = leave_hospital(affiliation_id=affiliation.id, now=timezone.now(), **values)
        return Response(AffiliationSerializer(left).data)


class Evidence(ListAPIView):
    """Every question that was asked about a person's license, and what came back."""

    serializer_class = VerificationSerializer
    filter_backends: list[Any] = []

    def get_queryset(self) -> Any:
        refuse_unknown_parameters(self.request, _paging(self))
        affiliation = _visible(self.request, self.kwargs["affiliation_id"])
        return evidence_for(
            affiliation.hospital_id, affiliation.license_number, affiliation.regulator, affiliation.register
        )

    @extend_schema(operation_id="list_verifications", tags=TAGS)
    @refuses(require_role_in)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


def _asker(request: Request) -> UUID:
    assert request.user.pk is not None, "whoever has not signed in was refused before"
    return request.user.pk


def _require_role(request: Request, hospital_id: UUID, *roles: Role) -> None:
    claims: Any = request.auth
    require_role_in(_asker(request), hospital_id, *roles, claims=claims)


def _paging(view: ListAPIView) -> set[str]:
    assert isinstance(view.paginator, CursorPage)
    return view.paginator.query_parameters


def _read(serializer_class: type[Serializer], request: Request) -> dict[str, Any]:
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _verified(affiliation: Affiliation, request: Request) -> Affiliation:
    return verify_affiliation(
        affiliation, asked_by=_asker(request), now=timezone.now(), request_id=current_request_id()
    )


def _visible(request: Request, affiliation_id: UUID) -> Affiliation:
    """Return the affiliation, if the person who asks may know of it."""
    found = affiliation_seen_by(_asker(request), affiliation_id)
    if found is None:
        raise NotFound
    if settings.SECOND_FACTOR_REQUIRED and found.user_id != _asker(request):
        # Somebody else's is seen by a role, which may have to be proved by a code.
        _require_role(request, found.hospital_id, *Role)
    return found


def _administered(request: Request, affiliation_id: UUID) -> Affiliation:
    """Return the affiliation to an administrator of its hospital."""
    found = _visible(request, affiliation_id)
    _require_role(request, found.hospital_id, Role.HOSPITAL_ADMIN)
    return found


def _hospital_in(request: Request) -> UUID:
    try:
        return UUID(request.query_params.get("hospital", ""))
    except ValueError:
        raise ValidationError({"hospital": ["Name the hospital by its id."]}) from None
