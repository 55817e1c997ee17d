"""How a payment is shown to whoever makes it."""

from rest_framework import serializers

from fees.models import FeePayment
from fees.rules import Status


class PaymentOutput(serializers.ModelSerializer):
    """A payment; amounts are in kobo. Pay on the page `pay_at`, or, where there is none, as `instructions` says."""

    pay_at = serializers.CharField(read_only=True, help_text="A page, or empty.")
    failure = serializers.SerializerMethodField(help_text="Why it failed, in words; empty when it did not.")

    class Meta:
        model = FeePayment
        fields = [
            "payment_reference",
            "description",
            "amount_kobo",
            "currency",
            "status",
            "provider",
            "provider_reference",
            "pay_at",
            "instructions",
            "created_at",
            "expires_at",
            "paid_at",
            "failure",
        ]
        read_only_fields = fields

    def get_failure(self, payment: FeePayment) -> str:
        if payment.status != Status.FAILED:
            return ""
        return payment.steps.order_by("-id").values_list("note", flat=True).first() or "The provider did not say why."


class ReceivedOutput(serializers.Serializer):
    received = serializers.BooleanField()
