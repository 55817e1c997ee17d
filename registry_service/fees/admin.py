"""The operator's view of payments: to look at, and to ask a provider once more."""

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from common.admin import ReadOnlyAdmin, ReadOnlyInline
from common.errors import NotFound
from fees.models import FeePayment, FeePaymentStep
from fees.providers.interface import ProviderUnansweredError
from fees.services import confirm


class StepInline(ReadOnlyInline):
    model = FeePaymentStep
    fields = ["transition", "from_status", "to_status", "actor", "note", "at"]
    ordering = ["id"]


@admin.register(FeePayment)
class FeePaymentAdmin(ReadOnlyAdmin):
    list_display = ["payment_reference", "amount", "status", "provider", "provider_reference", "created_at", "paid_at"]
    list_filter = ["status", "provider", "paid_at"]
    ordering = ["-id"]
    search_fields = ["payment_reference__exact", "provider_reference__exact", "payer__email__exact"]
    search_help_text = "A whole reference, ours or the provider's, or the payer's e-mail address."
    inlines = [StepInline]
    actions = ["ask_again"]

    @admin.action(description="Ask the provider again (one payment)")
    def ask_again(self, request: HttpRequest, payments: "QuerySet[FeePayment]") -> None:
        """Settle what came after we had stopped waiting."""
        payment = payments.first() if payments.count() == 1 else None
        if payment is None:
            self.message_user(request, "Choose one payment.", messages.ERROR)
            return
        with transaction.atomic():
            self.log_change(request, payment, "ask_again")
        try:
            payment = confirm(payment, actor=request.user.actor, now=timezone.now())  # type: ignore[union-attr]
        except (ProviderUnansweredError, NotFound):
            self.message_user(request, "The provider does not answer.", messages.ERROR)
            return
        self.message_user(request, f"{payment.payment_reference}: {payment.get_status_display()}")
