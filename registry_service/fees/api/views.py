"""Where providers tell us of payments, and where the fake one is told to pay."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.declared import refuses
from fees.api.serializers import ReceivedOutput
from fees.providers import provider_named
from fees.providers.fake import FakeProvider, notice_of
from fees.queries import payment_with
from fees.references import read_reference
from fees.services import note_webhook


class Webhook(APIView):
    """Open to anyone: the signature over the body is the proof, or the answer to what we ask then."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="note_payment_event",
        tags=["payments"],
        summary="A payment provider's notice",
        description="For providers. Safe to repeat: what is known already changes nothing.",
        request={"application/json": {}},
        responses={200: ReceivedOutput},
    )
    @refuses(note_webhook)
    def post(self, request: Request, provider: str) -> Response:
        # The signature is over the bytes as they came, so nothing may have parsed them.
        body = request._request.body
        note_webhook(provider=provider, headers=request.headers, body=body, now=timezone.now())
        return Response({"received": True})


class FakePay(APIView):
    """The fake provider's page. It is there only where that provider is; nothing here takes money."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(exclude=True)
    @refuses(provider_named, read_reference, payment_with, note_webhook)
    def post(self, request: Request, reference: str) -> Response:
        fake = provider_named(FakeProvider.name)
        payment = payment_with(read_reference(reference), provider=fake.name)
        headers, body = notice_of(payment.payment_reference, payment.amount_kobo, payment.currency)
        note_webhook(provider=fake.name, headers=headers, body=body, now=timezone.now())
        return Response({"received": True})
