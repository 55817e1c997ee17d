"""What can happen to a person's entry. Each function runs inside a `register_change` and is one act."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from changes.services import RegisterChange
from common.errors import DomainError
from practitioners.models import Practitioner, PractitionerDeath, PractitionerIdentifier, PractitionerName
from practitioners.queries import recorded_death
from practitioners.rules import Gender, NameUse


class AlreadyDead(DomainError):
    """A death is recorded once."""

    code = "practitioner_death_already_recorded"
    title = "A death is recorded already"
    detail = "The register holds {died_on} as the day of death."


def add_practitioner(
    change: RegisterChange,
    *,
    surname: str,
    given_names: str,
    title: str = "",
    birth_date: date | None = None,
    gender: str = Gender.UNKNOWN,
    state_id: int | None = None,
    lga_id: int | None = None,
    telephone: str = "",
    identifiers: dict[str, str] | None = None,
    account_id: UUID | None = None,
) -> Practitioner:
    """Enter a person with the name in use.

    `identifiers` maps a system to the number it knows them by; `account_id` is the account that is theirs.
    """
    practitioner = Practitioner.objects.create(
        birth_date=birth_date,
        gender=gender,
        state_id=state_id,
        lga_id=lga_id,
        telephone=telephone,
        account_id=account_id,
    )
    change.touch(Practitioner, practitioner.pk)
    PractitionerName.objects.create(
        practitioner=practitioner,
        use=NameUse.OFFICIAL,
        title=title,
        surname=surname,
        given_names=given_names,
        recorded_in_id=change.id,
    )
    PractitionerIdentifier.objects.bulk_create(
        PractitionerIdentifier(practitioner=practitioner, system=system, value=value)
        for system, value in (identifiers or {}).items()
    )
    return practitioner


def change_name(
    change: RegisterChange,
    *,
    practitioner_id: int,
    surname: str,
    given_names: str,
    title: str = "",
    reason: str,
    on: date,
) -> PractitionerName:
    """Put a new name in use; the one before stays, and is found by whoever searches for it."""
    lock_practitioner(practitioner_id)
    before = PractitionerName.objects.current().get(practitioner_id=practitioner_id, use=NameUse.OFFICIAL)
    since = DateTimeTZRange(PractitionerName.objects.filter(pk=before.pk).close(change.id), None)
    _record_old_name(
        change,
        practitioner_id,
        surname=before.surname,
        given_names=before.given_names,
        reason=reason,
        used_until=on,
        recorded=since,
    )
    change.touch(Practitioner, practitioner_id)
    return PractitionerName.objects.create(
        practitioner_id=practitioner_id,
        use=NameUse.OFFICIAL,
        title=title,
        surname=surname,
        given_names=given_names,
        recorded=since,
        recorded_in_id=change.id,
    )


def add_old_name(
    change: RegisterChange, *, practitioner_id: int, surname: str, given_names: str, reason: str = ""
) -> None:
    """Record a name that the person used before, unless it is known."""
    lock_practitioner(practitioner_id)
    known = PractitionerName.objects.current().filter(
        practitioner_id=practitioner_id, use=NameUse.OLD, surname=surname, given_names=given_names
    )
    if not known.exists():
        _record_old_name(change, practitioner_id, surname=surname, given_names=given_names, reason=reason)
        change.touch(Practitioner, practitioner_id)


def record_death(change: RegisterChange, *, practitioner_id: int, died_on: date) -> None:
    """Record that a person died; every license ends on that day by itself.

    The act that also logs the end of each license is `licenses.services.record_death`.

    Raises:
        AlreadyDead: a day of death is recorded.
    """
    lock_practitioner(practitioner_id)
    if (known := recorded_death(practitioner_id)) is not None:
        raise AlreadyDead(died_on=known)
    PractitionerDeath.objects.create(practitioner_id=practitioner_id, died_on=died_on, recorded_in_id=change.id)
    change.touch(Practitioner, practitioner_id)


def lock_practitioner(practitioner_id: int) -> None:
    """Wait until nobody else changes this person; whoever locks licenses too locks their holder first."""
    Practitioner.objects.select_for_update(no_key=True).get(pk=practitioner_id)


def _record_old_name(change: RegisterChange, practitioner_id: int, *, reason: str, **name: Any) -> None:
    PractitionerName.objects.create(
        practitioner_id=practitioner_id,
        use=NameUse.OLD,
        change_reason=reason,
        recorded_in_id=change.id,
        **name,
    )
