"""Who is asking, as the database knows it: row-level security shows each asker their own rows.

Nothing set means no rows. The setting lives in the database session, which outlasts a request, so it
is cleared at the end of each one; a connection that cannot be cleared is thrown away.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse

WORKER = "worker"


def ask_as(user_id: UUID) -> None:
    """Show this session the rows of this user's hospitals, and the user's own."""
    _set(user_id=str(user_id), role="")


@contextmanager
def asking_as_worker() -> Iterator[None]:
    """Show this session every hospital's rows, for work that nobody asked for."""
    _set(user_id="", role=WORKER)
    try:
        yield
    finally:
        forget_asker()


def forget_asker() -> None:
    """Show this session no rows any more."""
    try:
        _set(user_id="", role="")
    except Error:
        # The transaction has failed or the connection is lost: whoever comes next gets another session.
        connection.close()
    connection.phb_asker = False  # type: ignore[attr-defined]


def _set(*, user_id: str, role: str) -> None:
    # Noted first: a statement that was cut off may have been carried out.
    connection.phb_asker = True  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('phb.user_id', %s, false), set_config('phb.role', %s, false)", [user_id, role]
        )


class AskerMiddleware:
    """Forgets the asker when the request ends, whatever happened in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            if getattr(connection, "phb_asker", False):
                forget_asker()
