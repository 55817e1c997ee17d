"""Recorded rows by the thousand."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models

from common.copying import copy_rows


def copy_recorded(
    model: type[models.Model], names: Sequence[str], rows: Iterable[tuple[Any, ...]], *, change_id: int
) -> int:
    """Write rows of a table with `recorded_in` by COPY, as of the change with this id (common.copying.copy_rows)."""
    by_change = (change_id,)
    return copy_rows(model, (*names, "recorded_in_id"), (row + by_change for row in rows))
