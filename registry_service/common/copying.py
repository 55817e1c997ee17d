"""Rows by the thousand: COPY, as the runtime role."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

_CHUNK_BYTES = 1024 * 1024


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Take `count` ids from the table's sequence, so that rows can refer to each other before they are written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [row[0] for row in cursor.fetchall()]


def copy_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows with COPY and return how many.

    Each row gives the values of the fields in `names` (`person_id`, not `person`), in that order; what
    is not named gets the database's default. None is NULL, except in text columns, which hold no NULL and store ''.

    Raises:
        IntegrityError: a constraint refuses a row; nothing of this call is kept.
    """
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    columns = {name: quote(by_name[name].column or name) for name in names}
    # CSV knows one empty value for NULL and for the empty text; the column says which of them it means.
    never_null = [columns[name] for name in names if not by_name[name].null]
    statement = (
        f"COPY {quote(model._meta.db_table)} ({', '.join(columns.values())}) "
        f"FROM STDIN (FORMAT csv, FORCE_NOT_NULL ({', '.join(never_null)}))"
    )
    lines = io.StringIO(newline="")
    csv.writer(lines, lineterminator="\n").writerows(rows)
    lines.seek(0)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(statement, lines, size=_CHUNK_BYTES)
        return int(cursor.rowcount)
