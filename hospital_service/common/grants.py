"""What the runtime role may do to each table, granted by the owner at the end of `migrate`.

A model says so itself: `runtime_grants = APPEND_ONLY`. The service connects as a role that owns
nothing, so what is not granted here cannot be done by any bug or injection in the service.
"""

from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connections, models, transaction

APPEND_ONLY = ("SELECT", "INSERT")
READ_AND_WRITE = ("SELECT", "INSERT", "UPDATE")
READ_WRITE_DELETE = ("SELECT", "INSERT", "UPDATE", "DELETE")


def grants_of(model: type[models.Model]) -> tuple[str, ...]:
    """Return the privileges of the runtime role on this model's table.

    Rows of this project stay unless their model says otherwise; libraries (sessions, blacklisted
    tokens, log-in attempts) and the join tables that Django keeps tidy up after themselves.
    """
    ours = model._meta.app_label in settings.PROJECT_APPS and not model._meta.auto_created
    return getattr(model, "runtime_grants", READ_AND_WRITE if ours else READ_WRITE_DELETE)


def grant_to_runtime_role(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Grant what the models of one app ask for (a `post_migrate` receiver; only the owner can)."""
    if using != "owner":
        return
    connection = connections[using]
    role = connection.ops.quote_name(str(settings.DATABASES["default"]["USER"]))
    # In one transaction: the service that runs meanwhile must never find itself without its privileges.
    with transaction.atomic(using=using), connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for table, privileges in _tables_of(sender):
            if table in existing:
                name = connection.ops.quote_name(table)
                cursor.execute(f"REVOKE ALL ON {name} FROM {role}")
                cursor.execute(f"GRANT {', '.join(privileges)} ON {name} TO {role}")
        # Ids are reserved before rows are copied (common.copying); an insert by itself needs no such grant.
        for sequence in _sequences_of(sender, existing):
            cursor.execute(f"GRANT USAGE ON SEQUENCE {connection.ops.quote_name(sequence)} TO {role}")
        cursor.execute(f"GRANT SELECT ON django_migrations TO {role}")


def _tables_of(app: AppConfig) -> list[tuple[str, tuple[str, ...]]]:
    found = apps.get_app_config(app.label).get_models(include_auto_created=True)
    return [(model._meta.db_table, grants_of(model)) for model in found if model._meta.managed]


def _sequences_of(app: AppConfig, existing: set[str]) -> list[str]:
    if app.label not in settings.PROJECT_APPS:
        return []
    introspection, tables = connections["owner"].introspection, [table for table, _ in _tables_of(app)]
    with connections["owner"].cursor() as cursor:
        found = [introspection.get_sequences(cursor, table) for table in tables if table in existing]
    return [sequence["name"] for sequences in found for sequence in sequences]
