"""Due work about payments."""

import logging
from datetime import datetime

from common.errors import NotFound
from fees.models import FeePayment
from fees.providers.interface import ProviderUnansweredError
from fees.services import claim_due, confirm, stop_waiting

logger = logging.getLogger("phb.fees")

BATCH = 10


def ask_about_payments(now: datetime) -> int:
    """Ask the providers about up to `BATCH` payments that wait for money, and return how many answers came.

    The claim is committed first, so no row is locked meanwhile. A provider that does not answer ends the batch: the
    payments come up again by themselves, and the worker has other things to do than to wait for it ten times.
    """
    answered = 0
    for payment in claim_due(now, at_most=BATCH):
        try:
            confirm(payment, actor="worker", now=now)
        except ProviderUnansweredError as failure:
            _note(payment, failure)
            break
        except NotFound as failure:
            # The provider's keys were taken away: nobody can be asked any more, and it holds up nothing else.
            _note(payment, failure)
            stop_waiting(payment, actor="worker", now=now)
            continue
        answered += 1
    return answered


def _note(payment: FeePayment, failure: Exception) -> None:
    extra = {"payment": payment.payment_reference, "provider": payment.provider, "error": str(failure)}
    logger.warning("payment_not_confirmed", extra=extra)
