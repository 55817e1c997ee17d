"""Who is appointed to what, and who is barred.

`by` is who does it, where a person does. Nobody does it to themselves, and the register is never left without a
national administrator who is not barred: whoever might be the last is decided about one after another.
"""

import logging

from django.db import transaction

from accounts.models import RoleAssignment, User
from accounts.queries import national_administrators
from accounts.rules import LastNationalAdministrator, OwnAccount, Role
from accounts.services.sessions import end_every_sign_in
from common.errors import InvalidInput
from common.locks import lock_until_commit
from reference.queries import regulator_names

logger = logging.getLogger("phb.accounts")


def grant_role(user: User, role: str, *, regulator: str = "", by: User | None = None) -> RoleAssignment:
    """Give the person a role; an officer's needs the code of a regulator, and replaces an earlier one.

    Raises:
        OwnAccount: the person gives it to themselves.
        InvalidInput: no regulator has this code.
    """
    _refuse_oneself(user, by)
    if regulator and regulator not in regulator_names():
        unknown = {"pointer": "/regulator", "code": "unknown", "detail": "There is no regulator with this code."}
        raise InvalidInput(errors=[unknown])
    assignment, _ = RoleAssignment.objects.update_or_create(user=user, role=role, defaults={"regulator": regulator})
    logger.info(
        "role_granted", extra={"user": str(user.id), "role": role, "regulator": regulator, "by": by and by.actor}
    )
    return assignment


@transaction.atomic
def withdraw_role(user: User, role: str, *, by: User | None = None) -> None:
    """Take a role from the person, who may not have it.

    Raises:
        OwnAccount: the person takes it from themselves.
        LastNationalAdministrator: nobody else could appoint another one.
    """
    _refuse_oneself(user, by)
    if role == Role.NATIONAL_ADMINISTRATOR:
        _refuse_the_last(user)
    RoleAssignment.objects.filter(user=user, role=role).delete()
    logger.info("role_withdrawn", extra={"user": str(user.id), "role": role, "by": by and by.actor})


@transaction.atomic
def bar(user: User, *, by: User) -> None:
    """Keep the person from signing in, and end at once what they are signed in to; their roles stay theirs.

    Raises:
        OwnAccount: the person bars themselves.
        LastNationalAdministrator: nobody else could lift it.
    """
    _refuse_oneself(user, by)
    _refuse_the_last(user)
    barred = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    barred.is_active = False
    barred.save(update_fields=["is_active"])
    end_every_sign_in(barred)
    logger.info("account_barred", extra={"user": str(user.id), "by": by.actor})


def unbar(user: User, *, by: User) -> None:
    """Let the person sign in again.

    Raises:
        OwnAccount: the person does so for themselves.
    """
    _refuse_oneself(user, by)
    User.objects.filter(pk=user.pk).update(is_active=True)
    logger.info("account_unbarred", extra={"user": str(user.id), "by": by.actor})


def _refuse_oneself(user: User, by: User | None) -> None:
    if user == by:
        raise OwnAccount


def _refuse_the_last(user: User) -> None:
    lock_until_commit("national administrators")
    if {administrator.pk for administrator in national_administrators()} == {user.pk}:
        raise LastNationalAdministrator
