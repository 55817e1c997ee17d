"""Paying the fee of an application, before it is submitted."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from applications.completeness import fee_of
from applications.queries import application_of
from applications.rules import Status
from common.clock import day_in_lagos
from fees.queries import is_paid, payment_of
from fees.services import open_payment

if TYPE_CHECKING:
    from accounts.models import User
    from fees.models import FeePayment


def pay(*, applicant: "User", uid: UUID, now: datetime) -> "FeePayment":
    """Begin to pay for a draft, or return the payment that is open or was made. Another service is asked.

    Raises:
        NotFound: the applicant has no such application.
        PaymentNotNeeded: there is no fee, or it is no draft any more.
        PaymentProviderUnavailable: the provider did not take the payment.
    """
    application = application_of(applicant, uid)
    if is_paid(application.uid):
        return payment_of(application.uid)
    is_draft = application.status == Status.DRAFT
    return open_payment(
        application=application.uid,
        payer=applicant,
        fee=fee_of(application, day_in_lagos(now)) if is_draft else None,
        description=f"{application.get_kind_display()}: {application.register_part.name}",
        phone=application.telephone,
        now=now,
    )
