"""Work on many things of which each may fail alone."""

import logging
import traceback
from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import transaction

logger = logging.getLogger("phb.worker")


def one_by_one(
    act: Callable[[UUID], bool], uids: Iterable[UUID], *, after_failure: Callable[[UUID], object] | None = None
) -> int:
    """Do something to each of these, in a transaction of its own; returns how many times it was done.

    `act` says whether there was anything to do. Where it fails, nothing of it is left, the log says so by the id and
    the place in the code, without the words of the failure: they may hold what somebody told us. Then comes
    `after_failure`, and the next one.
    """
    done = 0
    for uid in uids:
        try:
            with transaction.atomic():
                done += act(uid)
        except Exception as failure:
            where = traceback.extract_tb(failure.__traceback__)
            logger.error(
                "one_failed",
                extra={
                    "uid": str(uid),
                    "error": type(failure).__name__,
                    "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in where],
                },
            )
            if after_failure is not None:
                after_failure(uid)
    return done
