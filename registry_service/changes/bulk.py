"""Recorded rows by the thousand."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import models

from common.copying import copy_rows


def copy_recorded(
    model: type[models.Model],
    names: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
    *,
    change_id: int,
    since: datetime | None = None,
) -> int:
    """Write rows of a table with `recorded_in` by COPY, as of the change with this id (common.copying.copy_rows).

    `since` is the instant at which the rows that these replace were closed; without it, this transaction's.
    """
    by_change: tuple[Any, ...] = (change_id,)
    fields = (*names, "recorded_in_id")
    if since is not None:
        by_change += (f"[{since.isoformat()},)",)
        fields += ("recorded",)
    return copy_rows(model, fields, (row + by_change for row in rows))
