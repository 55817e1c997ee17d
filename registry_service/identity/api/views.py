"""Proving who I am."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsPerson, person
from common.declared import refuses
from common.errors import NotFound
from common.fields import TextField
from common.idempotency import idempotent
from identity import services
from identity.models import IdentityCheck
from identity.queries import identity_of, proof_of


class VirtualNinInput(serializers.Serializer):
    virtual_nin = TextField(max_length=40, help_text="Two letters, twelve digits, two letters; never the NIN itself.")


class IdentityOutput(serializers.ModelSerializer):
    """What was proven; the number itself is not kept."""

    proven_at = serializers.DateTimeField(source="answered_at", read_only=True)

    class Meta:
        model = IdentityCheck
        fields = ["provider", "surname", "given_names", "birth_date", "gender", "last_digits", "proven_at"]
        read_only_fields = fields


class MyIdentity(APIView):
    permission_classes = [IsPerson]

    @extend_schema(
        operation_id="read_my_identity",
        tags=["me"],
        summary="What I have proven of who I am; 404 while that is nothing",
        responses={200: IdentityOutput},
    )
    @refuses(NotFound)
    def get(self, request: Request) -> Response:
        found = identity_of(person(request).pk)
        if found is None:
            raise NotFound
        return _shown(found)

    def proof(self, request: Request, uid: UUID) -> Response:
        return _shown(proof_of(person(request).pk, uid))

    @extend_schema(
        operation_id="prove_my_identity",
        tags=["me"],
        summary="Prove who I am with a virtual NIN",
        description="The identity provider is asked at once. Neither the number nor the NIN behind it is kept: a keyed "
        "hash, the last digits, and what the provider says of the person.",
        request=VirtualNinInput,
        examples=[OpenApiExample("Of the fake provider", {"virtual_nin": "AB 0001 19960417 CD"}, request_only=True)],
        responses={200: IdentityOutput},
    )
    @refuses(services.prove_identity)
    # Not in one transaction: the provider is asked in the middle of it.
    @idempotent(proof, atomic=False)
    def post(self, request: Request) -> UUID:
        given = VirtualNinInput(data=request.data)
        given.is_valid(raise_exception=True)
        return services.prove_identity(account=person(request), **given.validated_data, now=timezone.now()).uid


def _shown(check: IdentityCheck) -> Response:
    return Response(IdentityOutput(check).data, headers={"Cache-Control": "no-store"})
