"""What can happen to a person's entry."""

from datetime import date

from django.db import transaction

from common.errors import DomainError
from practitioners.models import Practitioner, PractitionerIdentifier, PractitionerName
from practitioners.rules import Gender, NameUse


class AlreadyDead(DomainError):
    """A death is recorded once."""

    code = "practitioner_death_already_recorded"
    title = "A death is recorded already"
    detail = "The register holds {died_on} as the day of death."


@transaction.atomic
def add_practitioner(
    *,
    surname: str,
    given_names: str,
    title: str = "",
    birth_date: date | None = None,
    gender: str = Gender.UNKNOWN,
    state_id: int | None = None,
    lga_id: int | None = None,
    identifiers: dict[str, str] | None = None,
) -> Practitioner:
    """Enter a person with the name in use; `identifiers` maps a system to the number it knows them by."""
    practitioner = Practitioner.objects.create(birth_date=birth_date, gender=gender, state_id=state_id, lga_id=lga_id)
    PractitionerName.objects.create(
        practitioner=practitioner, use=NameUse.OFFICIAL, title=title, surname=surname, given_names=given_names
    )
    PractitionerIdentifier.objects.bulk_create(
        PractitionerIdentifier(practitioner=practitioner, system=system, value=value)
        for system, value in (identifiers or {}).items()
    )
    return practitioner


@transaction.atomic
def change_name(
    *, practitioner_id: int, surname: str, given_names: str, title: str = "", reason: str, on: date
) -> PractitionerName:
    """Put a new name in use; the one before stays, and is found by whoever searches for it."""
    Practitioner.objects.select_for_update().get(pk=practitioner_id)
    current = PractitionerName.objects.filter(practitioner_id=practitioner_id, use=NameUse.OFFICIAL)
    current.update(use=NameUse.OLD, used_until=on, change_reason=reason)
    return PractitionerName.objects.create(
        practitioner_id=practitioner_id,
        use=NameUse.OFFICIAL,
        title=title,
        surname=surname,
        given_names=given_names,
    )


@transaction.atomic
def add_old_name(*, practitioner_id: int, surname: str, given_names: str, reason: str = "") -> None:
    """Record a name that the person used before, unless it is known."""
    PractitionerName.objects.get_or_create(
        practitioner_id=practitioner_id,
        use=NameUse.OLD,
        surname=surname,
        given_names=given_names,
        defaults={"change_reason": reason},
    )


@transaction.atomic
def record_death(*, practitioner_id: int, died_on: date) -> None:
    """Record that a person died; every license ends on that day by itself.

    Raises:
        AlreadyDead: a day of death is recorded.
    """
    person = Practitioner.objects.select_for_update().get(pk=practitioner_id)
    if person.died_on is not None:
        raise AlreadyDead(died_on=person.died_on)
    person.died_on = died_on
    person.save(update_fields=["died_on"])
