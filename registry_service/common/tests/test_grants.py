"""What the runtime role may do, read from the catalogue and compared with what the models declare."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models

from common.grants import APPEND_ONLY, READ_AND_WRITE, grants_of
from licenses.models import LicenseTransition, PHBProfessionalRegistry

pytestmark = pytest.mark.django_db

PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
MODELS = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]


def ask(statement: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def held_on(table: str) -> set[str]:
    """The privileges on the whole table, and those on single columns as they are written in a GRANT."""
    whole = {privilege for privilege in PRIVILEGES if ask("SELECT has_table_privilege(%s, %s)", table, privilege)[0][0]}
    columns = ask(
        """
        SELECT acl.privilege_type, string_agg(a.attname, ', ' ORDER BY a.attname)
        FROM pg_attribute a, aclexplode(a.attacl) acl
        WHERE a.attrelid = %s::regclass AND acl.grantee = current_user::regrole GROUP BY 1
        """,
        f'"{table}"',
    )
    return whole | {f"{privilege} ({names})" for privilege, names in columns}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
def test_each_table_is_open_as_declared_and_no_further(model: type[models.Model]) -> None:
    assert held_on(model._meta.db_table) == set(grants_of(model))


def test_declarations_are_privileges() -> None:
    for model in MODELS:
        for grant in grants_of(model):
            assert re.fullmatch(r"(SELECT|INSERT|UPDATE|DELETE)( \([a-z_, ]+\))?", grant)


def test_nothing_of_ours_is_deleted_without_saying_so() -> None:
    assert grants_of(LicenseTransition) == APPEND_ONLY
    assert grants_of(PHBProfessionalRegistry) == (
        "SELECT",
        "INSERT",
        "UPDATE (position, practitioner_id, replaced_by_id)",
    )
    for model in MODELS:
        if model._meta.app_label in settings.PROJECT_APPS and not model._meta.auto_created:
            declared = "runtime_grants" in {name for kind in model.__mro__ for name in vars(kind)}
            assert declared or grants_of(model) == READ_AND_WRITE


def test_every_table_belongs_to_a_model() -> None:
    tables = {name for (name,) in ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    assert tables - {model._meta.db_table for model in MODELS} == {"django_migrations"}
    assert held_on("django_migrations") == {"SELECT"}


def test_the_role_owns_nothing_and_is_nobodys_member() -> None:
    ((superuser, creates_roles, creates_databases, bypasses),) = ask(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    assert [superuser, creates_roles, creates_databases, bypasses] == [False] * 4
    assert ask("SELECT 1 FROM pg_class WHERE relowner = current_user::regrole") == []
    assert ask("SELECT 1 FROM pg_proc WHERE proowner = current_user::regrole") == []
    assert ask("SELECT 1 FROM pg_auth_members WHERE member = current_user::regrole") == []
    assert ask("SELECT has_schema_privilege('public', 'CREATE')") == [(False,)]
