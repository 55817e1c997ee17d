"""Proving who somebody is."""

import logging
import re
from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from audit.rules import Actor, Subject, SubjectKind
from audit.services import record_change
from common.locks import lock_until_commit
from identity.models import IdentityCheck, IdentityCheckQuerySet
from identity.providers import current_provider
from identity.providers.interface import IdentityProvider, Person, ProviderUnansweredError
from identity.rules import (
    COUNTED_FOR,
    LAST_DIGITS,
    MOST_CHECKS,
    MOST_UNANSWERED,
    UNANSWERED_COUNTED_FOR,
    IdentityAskedInVain,
    IdentityChecksExhausted,
    IdentityNotOffered,
    IdentityNumberUnknown,
    IdentityProviderUnavailable,
    Outcome,
    keyed_hash,
    normal_virtual_nin,
)

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger("phb.identity")


def prove_identity(*, account: "User", virtual_nin: str, now: datetime) -> IdentityCheck:
    """Ask the identity provider whose number this is, and keep what it says; the newest proof counts.

    Another service is asked, so no transaction may be open. The number is neither kept nor logged.

    Raises:
        IdentityNotOffered: no provider is asked here.
        IdentityNumberInvalid, IdentityNumberIsSecret: it is no virtual NIN.
        IdentityChecksExhausted: too many numbers of this person were checked within a day.
        IdentityAskedInVain: the provider has not answered this person many times within an hour.
        IdentityNumberUnknown: it is nobody's, or too old.
        IdentityProviderUnavailable: the provider did not answer.
    """
    provider = current_provider()
    if provider is None:
        raise IdentityNotOffered
    number = normal_virtual_nin(virtual_nin, enterprise_code=settings.IDENTITY_ENTERPRISE_CODE)
    check = _begin(account, provider, now)
    try:
        person = provider.look_up(number)
    except ProviderUnansweredError as failure:
        logger.warning("identity_not_checked", extra={"check": str(check.uid), "error": str(failure)})
        IdentityCheck.objects.filter(pk=check.pk).update(outcome=Outcome.UNANSWERED)
        raise IdentityProviderUnavailable from failure
    _complete(check, person, now)
    if person is None:
        raise IdentityNumberUnknown
    return check


@transaction.atomic
def _begin(account: "User", provider: IdentityProvider, now: datetime) -> IdentityCheck:
    lock_until_commit(f"identity {account.pk}")
    checks = IdentityCheck.objects.of_account(account.pk)
    if wait := _wait(checks.counted(), MOST_CHECKS, COUNTED_FOR, now):
        raise IdentityChecksExhausted(retry_after=wait)
    unanswered = checks.filter(outcome=Outcome.UNANSWERED)
    if wait := _wait(unanswered, MOST_UNANSWERED, UNANSWERED_COUNTED_FOR, now):
        raise IdentityAskedInVain(retry_after=wait)
    return IdentityCheck.objects.create(account=account, provider=provider.name, asked_at=now)


def _wait(checks: IdentityCheckQuerySet, most: int, counted_for: timedelta, now: datetime) -> int:
    """Return for how many seconds nothing more may be asked, when so many checks within a time are the most; or 0."""
    newest = list(checks.since(now - counted_for).order_by("-asked_at").values_list("asked_at", flat=True)[:most])
    if len(newest) < most:
        return 0
    wait: timedelta = newest[-1] + counted_for - now
    return max(1, ceil(wait.total_seconds()))


@transaction.atomic
def _complete(check: IdentityCheck, person: Person | None, now: datetime) -> None:
    found = {"outcome": Outcome.UNKNOWN} if person is None else _proof(person)
    for name, value in found.items():
        setattr(check, name, value)
    check.answered_at = now
    check.save(update_fields=["answered_at", *found])
    record_change(
        Actor(check.account.actor, role="professional"),
        Subject(SubjectKind.IDENTITY, str(check.uid)),
        changed=found,
        act="prove_identity",
        now=now,
    )


def _proof(person: Person) -> dict[str, Any]:
    """Return what is kept of a person: never what the provider calls them."""
    return {
        "outcome": Outcome.PROVEN,
        "subject_hash": keyed_hash(person.subject, settings.IDENTITY_HASH_KEY),
        "last_digits": re.sub(r"\D", "", person.subject)[-LAST_DIGITS:],
        "surname": person.surname[:150],
        "given_names": person.given_names[:200],
        "birth_date": person.birth_date,
        "gender": person.gender,
    }
