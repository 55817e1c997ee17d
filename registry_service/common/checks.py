"""Start-up checks: each wrong setting stops the start with a sentence on how to mend it."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections


@register(Tags.database)
def runtime_role_is_powerless(databases: Sequence[str] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse to run as a role that owns tables or may act for their owner, a superuser, or one beyond row security."""
    if "default" not in (databases or []):
        return []
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute(
                """
                SELECT r.rolsuper, r.rolbypassrls,
                       EXISTS (SELECT FROM pg_database d
                               WHERE d.datname = current_database() AND pg_has_role(r.oid, d.datdba, 'MEMBER'))
                       OR EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                               WHERE pg_has_role(r.oid, c.relowner, 'MEMBER') AND n.nspname = 'public')
                FROM pg_roles r WHERE r.rolname = current_user
                """
            )
            superuser, bypasses, owns = cursor.fetchone()
    except DatabaseError as error:
        hint = "Start the database, or correct DATABASE_URL."
        return [Error(f"The database does not answer: {error}".strip(), hint=hint, id="phb.E001")]
    if superuser or bypasses or owns:
        return [
            Error(
                "DATABASE_URL connects as the owner of the tables or a member of it, a superuser, or a role "
                "that bypasses row-level security.",
                hint="Connect as the runtime role. Only `migrate --database owner` uses DATABASE_OWNER_URL.",
                id="phb.E002",
            )
        ]
    return []


@register(Tags.security)
def addresses_are_usable(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse addresses that would fail later, at a user's request."""
    found: list[CheckMessage] = []
    if "*" in settings.ALLOWED_HOSTS:
        hint = "List the names: registry.phb.ng, api.phb.ng."
        found.append(Error("ALLOWED_HOSTS accepts any name.", hint=hint, id="phb.E003"))
    for name in ("PUBLIC_URL", "FRONTEND_URL"):
        parts = urlsplit(getattr(settings, name))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            hint = "Write it as https://host, without a path."
            found.append(Error(f"{name} is not a web address.", hint=hint, id="phb.E004"))
    if settings.PHB_ENV == "production" and not settings.HTTPS:
        found.append(Error("HTTPS is off in production.", hint="Set HTTPS=on; TLS ends at the gateway.", id="phb.E005"))
    return found
