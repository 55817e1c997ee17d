"""What can happen to a person's entry. Each function runs inside a `register_change` and is one act."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from audit.rules import Subject, SubjectKind
from changes.services import RegisterChange
from common.errors import DomainError, NotFound
from practitioners.models import (
    Practitioner,
    PractitionerDeath,
    PractitionerIdentifier,
    PractitionerMerge,
    PractitionerName,
    PractitionerPhotograph,
)
from practitioners.names import Name
from practitioners.queries import recorded_death
from practitioners.rules import Gender, NameUse

# Why somebody is found by a name of another entry of theirs.
ENTERED_TWICE = "entered_twice"


class AlreadyDead(DomainError):
    """A death is recorded once."""

    code = "practitioner_death_already_recorded"
    title = "A death is recorded already"
    detail = "The register holds {died_on} as the day of death."


class AccountTaken(DomainError):
    """Either side has another account or person already."""

    code = "practitioner_account_taken"
    title = "This entry, or this account, is somebody else's already"
    detail = "The entry has another account, or the account has another entry: merge the two entries first."


class EntryMerged(DomainError):
    """One of two entries is merged already, or others are merged into the one that should go."""

    code = "practitioner_already_merged"
    title = "One of these entries is merged already"
    detail = "{advice} Entries are never merged in chains."


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
    facts = {
        "birth_date": birth_date,
        "gender": gender,
        "state_id": state_id,
        "lga_id": lga_id,
        "telephone": telephone,
        "account_id": account_id,
    }
    practitioner = Practitioner.objects.create(**facts)
    given = [name.removesuffix("_id") for name, value in facts.items() if value not in (None, "", Gender.UNKNOWN)]
    given += ["identifiers"] if identifiers else []
    _concerns(change, practitioner, "add_practitioner", ["names", *given])
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
    proof_id: int | None = None,
) -> PractitionerName:
    """Put a new name in use; the one before stays, and is found by whoever searches for it.

    `proof_id` is the stored file of the document that shows the new name. The act that also announces it for each
    license is `licenses.services.rename_holder`.
    """
    person = lock_practitioner(practitioner_id)
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
    _concerns(change, person, "change_name", ["names"], coded_reason=reason)
    return PractitionerName.objects.create(
        practitioner_id=practitioner_id,
        use=NameUse.OFFICIAL,
        title=title,
        surname=surname,
        given_names=given_names,
        proof_id=proof_id,
        recorded=since,
        recorded_in_id=change.id,
    )


def add_old_name(
    change: RegisterChange, *, practitioner_id: int, surname: str, given_names: str, reason: str = ""
) -> None:
    """Record a name that the person used before, unless it is known."""
    person = lock_practitioner(practitioner_id)
    known = PractitionerName.objects.current().filter(
        practitioner_id=practitioner_id, use=NameUse.OLD, surname=surname, given_names=given_names
    )
    if not known.exists():
        _record_old_name(change, practitioner_id, surname=surname, given_names=given_names, reason=reason)
        _concerns(change, person, "add_old_name", ["names"])


def record_death(change: RegisterChange, *, practitioner_id: int, died_on: date) -> None:
    """Record that a person died; every license ends on that day by itself.

    The act that also logs the end of each license is `licenses.services.record_death`.

    Raises:
        AlreadyDead: a day of death is recorded.
    """
    person = lock_practitioner(practitioner_id)
    if (known := recorded_death(practitioner_id)) is not None:
        raise AlreadyDead(died_on=known)
    PractitionerDeath.objects.create(practitioner_id=practitioner_id, died_on=died_on, recorded_in_id=change.id)
    _concerns(change, person, "record_death", ["death"])


def put_photograph(change: RegisterChange, *, practitioner_id: int, file_id: int) -> None:
    """Show a person by another photograph; the one before stays on record."""
    person = lock_practitioner(practitioner_id)
    current = PractitionerPhotograph.objects.current().filter(practitioner_id=practitioner_id)
    since = DateTimeTZRange(current.close(change.id), None) if current.exists() else None
    PractitionerPhotograph.objects.create(
        practitioner_id=practitioner_id,
        file_id=file_id,
        recorded_in_id=change.id,
        **({"recorded": since} if since else {}),
    )
    _concerns(change, person, "put_photograph", ["photograph"])


def give_account(change: RegisterChange, *, practitioner_id: int, account_id: UUID) -> None:
    """Let somebody with an account be this person.

    Raises:
        AccountTaken: the person has another account, perhaps through an entry that was merged into theirs, or the
            account is another person's.
    """
    person = lock_practitioner(practitioner_id)
    merged = Practitioner.objects.filter(merged_into_id=practitioner_id).exclude(account_id=None)
    theirs = {person.account_id, *merged.values_list("account_id", flat=True)} - {None}
    if account_id in theirs:
        return
    if theirs or Practitioner.objects.filter(account_id=account_id).exists():
        raise AccountTaken
    person.account_id = account_id
    person.save(update_fields=["account"])
    _concerns(change, person, "give_account", ["account"])


def merge_person(change: RegisterChange, *, practitioner_id: int, into_id: int) -> None:
    """Let one of two entries of a person count for both: its names and numbers are found under the other.

    The act that also moves the licenses is `licenses.services.merge_people`.

    Raises:
        EntryMerged: one of the two is merged already, or others are merged into the one that goes.
    """
    entries = _lock_both(practitioner_id, into_id)
    _check_makes_no_chain(entries, practitioner_id)
    _take_over_names(change, practitioner_id, into_id)
    numbers = PractitionerIdentifier.objects.filter(practitioner_id=practitioner_id)
    PractitionerMerge.objects.create(
        practitioner_id=practitioner_id,
        into_id=into_id,
        moved_identifiers=list(numbers.values_list("id", flat=True)),
        recorded_in_id=change.id,
    )
    numbers.update(practitioner_id=into_id)
    Practitioner.objects.filter(pk=practitioner_id).update(merged_into_id=into_id)
    for entry in entries.values():
        _concerns(change, entry, "merge_person", ["merge"])


def undo_merge_of_person(change: RegisterChange, *, practitioner_id: int) -> int:
    """Let an entry count for itself again; returns the id of the change that had merged it.

    What has happened since to the entry that counted stays there.

    Raises:
        NotFound: it is not merged into another one.
    """
    merge = PractitionerMerge.objects.current().filter(practitioner_id=practitioner_id).first()
    if merge is None:
        raise NotFound
    entries = _lock_both(practitioner_id, merge.into_id)
    PractitionerMerge.objects.filter(pk=merge.pk).close(change.id)
    taken_over = PractitionerName.objects.current().filter(
        practitioner_id=merge.into_id, recorded_in_id=merge.recorded_in_id, use=NameUse.OLD
    )
    if taken_over.exists():
        taken_over.close(change.id)
    numbers = PractitionerIdentifier.objects.filter(id__in=merge.moved_identifiers, practitioner_id=merge.into_id)
    numbers.update(practitioner_id=practitioner_id)
    Practitioner.objects.filter(pk=practitioner_id).update(merged_into_id=None)
    for entry in entries.values():
        _concerns(change, entry, "undo_merge_of_person", ["merge"])
    return merge.recorded_in_id


def lock_practitioner(practitioner_id: int) -> Practitioner:
    """Wait until nobody else changes this person, then read them; whoever locks licenses too locks the holder first."""
    return Practitioner.objects.select_for_update(no_key=True).get(pk=practitioner_id)


def _concerns(
    change: RegisterChange, person: Practitioner, act: str, changed: Iterable[str], *, coded_reason: str = ""
) -> None:
    """Let the change concern a person: it says so by its position, and to auditors."""
    change.touch(Practitioner, person.pk)
    subject = Subject(SubjectKind.PRACTITIONER, str(person.uid), change.actor.regulator)
    change.record(subject, act, changed, coded_reason=coded_reason)


def _record_old_name(change: RegisterChange, practitioner_id: int, *, reason: str, **name: Any) -> None:
    PractitionerName.objects.create(
        practitioner_id=practitioner_id,
        use=NameUse.OLD,
        change_reason=reason,
        recorded_in_id=change.id,
        **name,
    )


def _lock_both(one: int, other: int) -> dict[int, Practitioner]:
    """Lock two people, in the order of their ids as everybody does, then read them."""
    people = Practitioner.objects.filter(pk__in=[one, other]).order_by("pk")
    return {person.pk: person for person in people.select_for_update(no_key=True)}


def _check_makes_no_chain(entries: dict[int, Practitioner], practitioner_id: int) -> None:
    """Check that neither of two locked entries is merged, and nothing into the one that goes.

    Raises:
        EntryMerged: it says what to do first.
    """
    if any(entry.merged_into_id for entry in entries.values()):
        raise EntryMerged(advice="Undo that first, or choose the entry that counts.")
    counting = set(Practitioner.objects.filter(merged_into__in=entries).values_list("merged_into_id", flat=True))
    if len(counting) > 1:
        raise EntryMerged(advice="Others are merged into both of these: undo the merges of one of them first.")
    if practitioner_id in counting:
        raise EntryMerged(advice="Others are merged into the one that should go: merge the other way round.")


def _take_over_names(change: RegisterChange, practitioner_id: int, into_id: int) -> None:
    """Find the person who counts by the names of the other entry too."""
    names = PractitionerName.objects.current()
    fields = ("surname", "given_names")
    known = {Name(*row).key for row in names.filter(practitioner_id=into_id).values_list(*fields)}
    for surname, given_names in names.filter(practitioner_id=practitioner_id).order_by("id").values_list(*fields):
        name = Name(surname, given_names)
        if name.key not in known:
            known.add(name.key)
            _record_old_name(change, into_id, surname=surname, given_names=given_names, reason=ENTERED_TWICE)
