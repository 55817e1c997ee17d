"""Due work about payments."""

import logging
from datetime import datetime

from common.errors import NotFound
from fees.providers.interface import ProviderUnansweredError
from fees.services import claim_due, confirm

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
        except (ProviderUnansweredError, NotFound) as failure:
            extra = {"payment": payment.payment_reference, "provider": payment.provider, "error": str(failure)}
            logger.warning("payment_not_confirmed", extra=extra)
            break
        answered += 1
    return answered
