"""Paying the fee of my application."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsPerson, person
from applications import services
from applications.queries import application_of
from common.declared import refuses
from common.idempotency import idempotent
from fees.api.serializers import PaymentOutput
from fees.queries import payment_of


class Payment(APIView):
    """The payment for one of my applications: the one that was made, or else the newest."""

    permission_classes = [IsPerson]

    @extend_schema(
        operation_id="read_payment",
        tags=["applications"],
        summary="The payment for one of my applications",
        responses={200: PaymentOutput},
    )
    @refuses(application_of, payment_of)
    def get(self, request: Request, uid: UUID) -> Response:
        return self.show(request, uid)

    def show(self, request: Request, uid: UUID) -> Response:
        payment = payment_of(application_of(person(request), uid).uid)
        return Response(PaymentOutput(payment).data, headers={"Cache-Control": "no-store"})

    @extend_schema(
        operation_id="pay_for_application",
        tags=["applications"],
        summary="Begin to pay the fee of a draft",
        description="Safe to repeat: an open payment goes on, after a failed one a new one begins, one that was made "
        "is shown. Whoever has just paid asks again, and the provider is asked within seconds.",
        request=None,
        responses={200: PaymentOutput},
    )
    @refuses(services.pay)
    # Not in one transaction: the provider is asked in the middle of it.
    @idempotent(show, atomic=False)
    def post(self, request: Request, uid: UUID) -> UUID:
        services.pay(applicant=person(request), uid=uid, now=timezone.now())
        return uid
