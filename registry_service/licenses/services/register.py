"""What can happen to a license. Each function runs inside a `register_change` and is one act.

Every function locks the license before it reads it: a check made before the lock is a guess.
"""

from datetime import date
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from changes.services import RegisterChange
from common.errors import DomainError, NotFound
from licenses.models import (
    Condition,
    LicenseSpecialty,
    LicenseTransition,
    PHBProfessionalRegistry,
    PractisingCertificate,
    RegisterPeriod,
    Removal,
    RenewalGrace,
    Suspension,
)
from licenses.numbers import council_key, make_number
from licenses.queries import standing_of
from licenses.rules import (
    DEATH,
    ConditionNotInForce,
    HolderDeceased,
    NotBeforeRegistration,
    Status,
    Transition,
    next_status,
    status_on,
)
from licenses.services import acts
from licenses.services.acts import leave_trace
from practitioners.queries import recorded_death
from practitioners.services import change_name, lock_practitioner
from practitioners.services import record_death as record_death_of_person
from reference.queries import reason_by_code, register_part_by_code

P = TypeVar("P", bound=RegisterPeriod)

_NUMBER_ATTEMPTS = 5


class AlreadyRegistered(DomainError):
    """The person, or the council's number, is in this part of the register."""

    code = "license_already_registered"
    title = "This is already registered"
    detail = "{register_part} already holds this person or this council number."


class EmptyPeriod(DomainError):
    """A period that ends before it begins."""

    code = "license_period_empty"
    status = 400
    title = "The period has no days"
    detail = "It would end on {end}, which is not after {start}."


class PeriodsOverlap(DomainError):
    """Two certificates, or two graces, would cover the same day."""

    code = "license_periods_overlap"
    title = "These days are already covered"
    detail = "Another period of the same kind covers some of these days."


def register_license(
    change: RegisterChange,
    *,
    practitioner_id: int,
    register_part: str,
    registered_on: date,
    regulator_number: str = "",
) -> PHBProfessionalRegistry:
    """Enter a person in one part of the register, under a new number.

    Raises:
        AlreadyRegistered: the person, or the council's number, is already there.
        HolderDeceased: the register holds the person's death.
    """
    part = register_part_by_code(register_part)
    lock_practitioner(practitioner_id)
    _check_alive(practitioner_id)
    for _ in range(_NUMBER_ATTEMPTS):
        number = make_number(part.profession.number_prefix)
        try:
            with transaction.atomic():
                license = PHBProfessionalRegistry.objects.create(
                    number=number,
                    practitioner_id=practitioner_id,
                    register_part=part,
                    regulator_number=regulator_number,
                    regulator_number_key=council_key(regulator_number),
                    registered_on=registered_on,
                    position=0,
                    recorded_in_id=change.id,
                )
        except IntegrityError:
            # A random number that is taken is drawn again; anything else that collides is the caller's.
            if PHBProfessionalRegistry.objects.filter(number=number).exists():
                continue
            raise AlreadyRegistered(register_part=register_part) from None
        change.touch(PHBProfessionalRegistry, license.id)
        leave_trace(change, license, acts.REGISTER, registered_on)
        return license
    raise RuntimeError("no free license number was drawn")


def issue_certificate(
    change: RegisterChange, *, license_id: int, valid_from: date, valid_until: date, number: str = ""
) -> PractisingCertificate:
    """Give the right to practise from one day up to, but not including, another.

    Raises:
        PeriodsOverlap: another certificate covers some of these days.
        NotBeforeRegistration: it would begin before the license existed.
    """
    license = _locked(license_id)
    _not_before_registration(license, valid_from)
    certificate = PractisingCertificate(license=license, valid=_days(valid_from, valid_until), number=number)
    add_period(change, certificate)
    leave_trace(change, license, acts.ISSUE_CERTIFICATE, valid_from)
    return certificate


def grant_renewal_grace(
    change: RegisterChange, *, license_id: int, valid_from: date, valid_until: date
) -> RenewalGrace:
    """Let the holder go on while a renewal that was filed in time is being processed.

    Raises:
        PeriodsOverlap: grace is given on some of these days.
        NotBeforeRegistration: it would begin before the license existed.
    """
    license = _locked(license_id)
    _not_before_registration(license, valid_from)
    grace = add_period(change, RenewalGrace(license=license, valid=_days(valid_from, valid_until)))
    leave_trace(change, license, acts.GRANT_GRACE, valid_from)
    return grace


def recognise_specialty(
    change: RegisterChange, *, license_id: int, specialty_id: int, from_day: date
) -> LicenseSpecialty:
    """Recognise the holder as a specialist from a day on.

    Raises:
        PeriodsOverlap: it is recognised already.
        NotBeforeRegistration: it would begin before the license existed.
    """
    license = _locked(license_id)
    _not_before_registration(license, from_day)
    held = LicenseSpecialty.objects.current().filter(license=license, specialty_id=specialty_id)
    if held.filter(valid__overlap=DateRange(from_day, None)).exists():
        raise PeriodsOverlap
    specialty = LicenseSpecialty(license=license, specialty_id=specialty_id, valid=_days(from_day, None))
    add_period(change, specialty)
    leave_trace(change, license, acts.RECOGNISE_SPECIALTY, from_day)
    return specialty


def impose_condition(
    change: RegisterChange, *, license_id: int, condition: str, text: str, valid_from: date, valid_until: date | None
) -> Condition:
    """Limit what the holder may do, from one day up to another or until it is lifted."""
    license = _locked(license_id)
    _not_before_registration(license, valid_from)
    imposed = add_period(
        change,
        Condition(license=license, reason=reason_by_code(condition), text=text, valid=_days(valid_from, valid_until)),
    )
    leave_trace(change, license, acts.IMPOSE_CONDITION, valid_from, coded_reason=condition)
    return imposed


def lift_condition(change: RegisterChange, *, condition_id: int, from_day: date) -> None:
    """End a condition on a day, or undo it when it would only begin then; what the register said stays readable.

    Raises:
        NotFound: there is no such condition.
        ConditionNotInForce: it was lifted before, or ends on that day or earlier.
    """
    license_id = Condition.objects.filter(pk=condition_id).values_list("license_id", flat=True).first()
    if license_id is None:
        raise NotFound
    license = _locked(license_id)
    condition = Condition.objects.current().filter(pk=condition_id).first()
    if condition is None or (condition.valid.upper is not None and condition.valid.upper <= from_day):
        raise ConditionNotInForce(from_day=from_day)
    _end(change, condition, from_day)
    leave_trace(change, license, acts.LIFT_CONDITION, from_day)


def suspend_license(
    change: RegisterChange, *, license_id: int, reason: str, note: str, from_day: date, until: date | None
) -> None:
    """Suspend from one day up to another, or until reinstated.

    Raises:
        TransitionNotAllowed: it is suspended or removed on the first day.
    """
    license = _move(change, license_id, Transition.SUSPEND, from_day, reason=reason, note=note)
    add_period(change, Suspension(license=license, reason=reason_by_code(reason), valid=_days(from_day, until)))
    leave_trace(change, license, acts.SUSPEND, from_day, coded_reason=reason)


def reinstate_license(change: RegisterChange, *, license_id: int, note: str, from_day: date) -> None:
    """End the suspension in force on a day.

    Raises:
        TransitionNotAllowed: it is not suspended on that day.
    """
    license = _move(change, license_id, Transition.REINSTATE, from_day, note=note)
    _end_in_force(change, Suspension, license, from_day)
    leave_trace(change, license, acts.REINSTATE, from_day)


def remove_license(change: RegisterChange, *, license_id: int, reason: str, note: str, from_day: date) -> None:
    """Take a license off the register, until it is restored.

    Raises:
        TransitionNotAllowed: it is removed already.
    """
    license = _move(change, license_id, Transition.REMOVE, from_day, reason=reason, note=note)
    add_period(change, Removal(license=license, reason=reason_by_code(reason), valid=_days(from_day, None)))
    leave_trace(change, license, acts.REMOVE, from_day, coded_reason=reason)


def restore_license(change: RegisterChange, *, license_id: int, note: str, from_day: date) -> None:
    """Put a removed license back on the register; nothing else returns one from there.

    A suspension that ran on under the removal ends with it: who restores has decided about both.

    Raises:
        TransitionNotAllowed: it is not removed on that day.
        HolderDeceased: the register holds the person's death.
    """
    # A death recorded while we wait for the license is seen, and one that waits for us ends what we restore.
    _check_alive(_locked(license_id).practitioner_id)
    license = _move(change, license_id, Transition.RESTORE, from_day, note=note)
    _end_in_force(change, Removal, license, from_day)
    also = ["suspensions"] if _end_in_force(change, Suspension, license, from_day) else []
    leave_trace(change, license, acts.RESTORE, from_day, also=also)


def record_death(change: RegisterChange, *, practitioner_id: int, died_on: date) -> None:
    """Record that a person died, and log the end of every license that they held.

    The death is a fact about the person, from which the status of each license follows.

    Raises:
        AlreadyDead: a day of death is recorded.
    """
    lock_practitioner(practitioner_id)
    licenses = PHBProfessionalRegistry.objects.filter(practitioner_id=practitioner_id).order_by("id")
    for license_id in licenses.values_list("id", flat=True):
        license = _locked(license_id)
        day = max(died_on, license.registered_on)
        if _status(license, day) is not Status.REMOVED:
            _move(change, license_id, Transition.REMOVE, day, reason=DEATH, note="")
        leave_trace(change, license, acts.RECORD_DEATH, day)
    record_death_of_person(change, practitioner_id=practitioner_id, died_on=died_on)


def rename_holder(
    change: RegisterChange,
    *,
    practitioner_id: int,
    surname: str,
    given_names: str,
    title: str = "",
    reason: str,
    on: date,
    proof_id: int | None = None,
) -> None:
    """Put a new name of a person in use (`practitioners.services.change_name`), and announce it for every license."""
    change_name(
        change,
        practitioner_id=practitioner_id,
        surname=surname,
        given_names=given_names,
        title=title,
        reason=reason,
        on=on,
        proof_id=proof_id,
    )
    # Whoever registers or merges locks the person first, as the new name has: these are all.
    licenses = PHBProfessionalRegistry.objects.filter(practitioner_id=practitioner_id).order_by("id")
    for license in licenses.select_related("register_part__regulator"):
        leave_trace(change, license, acts.RENAME_HOLDER, on, coded_reason=reason)


def _check_alive(practitioner_id: int) -> None:
    died_on = recorded_death(practitioner_id)
    if died_on is not None:
        raise HolderDeceased(died_on=died_on)


def _locked(license_id: int) -> PHBProfessionalRegistry:
    licenses = PHBProfessionalRegistry.objects.select_related("register_part__regulator")
    # A merge gives it to another holder, who is read after the lock: what is joined is as it was before a wait.
    return licenses.prefetch_related("practitioner").select_for_update(of=["self"]).get(pk=license_id)


def _move(
    change: RegisterChange, license_id: int, transition: Transition, from_day: date, *, note: str, reason: str = ""
) -> PHBProfessionalRegistry:
    """Lock, decide by the table, and log: the one way in which a license's status changes."""
    license = _locked(license_id)
    _not_before_registration(license, from_day)
    status = _status(license, from_day)
    LicenseTransition.objects.create(
        license=license,
        transition=transition,
        from_status=status,
        to_status=next_status(status, transition),
        reason=reason_by_code(reason) if reason else None,
        note=note,
        effective_on=from_day,
        recorded_in_id=change.id,
    )
    change.touch(PHBProfessionalRegistry, license.id)
    return license


def _status(license: PHBProfessionalRegistry, day: date) -> Status:
    return status_on(standing_of(license), day)


def _days(start: date, end: date | None) -> DateRange:
    if end is not None and end <= start:
        raise EmptyPeriod(start=start, end=end)
    return DateRange(start, end)


def _not_before_registration(license: PHBProfessionalRegistry, day: date) -> None:
    if day < license.registered_on:
        raise NotBeforeRegistration(registered_on=license.registered_on)


def add_period(change: RegisterChange, period: P) -> P:
    """Record that something holds for a license over some days.

    Raises:
        PeriodsOverlap: another one of its kind covers some of them.
    """
    period.recorded_in_id = change.id
    try:
        with transaction.atomic():
            period.save(force_insert=True)
    except IntegrityError:
        raise PeriodsOverlap(start=period.valid.lower, end=period.valid.upper) from None
    change.touch(PHBProfessionalRegistry, period.license_id)
    return period


def _end_in_force(change: RegisterChange, kind: type[P], license: PHBProfessionalRegistry, day: date) -> bool:
    """End what is in force on a day; says whether anything was."""
    periods = list(kind.objects.current().filter(license=license, valid__contains=day))
    for period in periods:
        _end(change, period, day)
    return bool(periods)


def _end(change: RegisterChange, period: P, day: date) -> None:
    """Replace a period by one that ends on `day`: the old row is closed, a shorter one is recorded."""
    ended_at = type(period).objects.filter(pk=period.pk).close(change.id)
    change.touch(PHBProfessionalRegistry, period.license_id)
    if period.valid.lower < day:
        period.pk = None
        period.recorded = DateTimeTZRange(ended_at, None)
        period.recorded_in_id = change.id
        period.valid = DateRange(period.valid.lower, day)
        period.save(force_insert=True)
