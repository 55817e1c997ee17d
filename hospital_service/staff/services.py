"""What can happen to an affiliation. The registry is asked outside every transaction."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from common.clock import day_in_lagos
from common.errors import InvalidInput
from hospitals.queries import hospital_exists
from license_gate.queries import Outcome, Question, license_key, names_its_register
from license_gate.services import Asked, LicenseVerification, verify_licenses
from staff.models import Affiliation
from staff.queries import locked
from staff.rules import CLAIM_HOLDS, AlreadyAffiliated, HasLeft, wait_before_asking_again

_ONE_FOR_A_LICENSE = "affiliation_once_per_hospital_and_license"


def join_hospital(
    *,
    hospital_id: UUID,
    full_name: str,
    job_title: str,
    license_number: str,
    regulator: str = "",
    register: str = "",
    joined_on: date | None = None,
    now: datetime,
) -> Affiliation:
    """Record that a person works at a hospital, under the license that they claim, since today unless told.

    `regulator` and `register` are the registry's codes and tell a council's number apart from the
    same number elsewhere. The license is due to be verified at once.

    Raises:
        InvalidInput: no such hospital, a number without letters and digits, or a day to come.
        AlreadyAffiliated: someone with this license works there already.
    """
    today = day_in_lagos(now)
    joined_on = joined_on or today
    key = license_key(license_number)
    if not hospital_exists(hospital_id):
        raise _invalid("/hospital", "There is no such hospital.")
    if not 0 < len(key) <= Affiliation.LONGEST_KEY:
        raise _invalid("/license_number", "Write the number as it stands on the license.")
    if joined_on > today:
        raise _invalid("/joined_on", "Record people when they have joined.")
    affiliation = Affiliation(
        hospital_id=hospital_id,
        full_name=full_name,
        job_title=job_title,
        license_number=license_number,
        license_key=key,
        joined_on=joined_on,
        verify_next_at=now,
    )
    _set_register(affiliation, regulator, register)
    _save_as_the_only_one(affiliation)
    return affiliation


def leave_hospital(*, affiliation_id: UUID, left_on: date | None = None, now: datetime) -> Affiliation:
    """End an affiliation, today unless told. What was asked about the license stays.

    Raises:
        HasLeft: it has ended before.
        InvalidInput: the day is before they joined, or still to come.
    """
    today = day_in_lagos(now)
    left_on = left_on or today
    with transaction.atomic():
        affiliation = locked([affiliation_id])[affiliation_id]
        _refuse_who_left(affiliation)
        if not affiliation.joined_on <= left_on <= today:
            raise _invalid("/left_on", f"They joined on {affiliation.joined_on}; write a day from then until today.")
        affiliation.left_on = left_on
        affiliation.save(update_fields=["left_on"])
    return affiliation


def name_register(*, affiliation_id: UUID, regulator: str, register: str, now: datetime) -> Affiliation:
    """Say which register a council's number stands in, after the registry found it in several.

    Raises:
        HasLeft: the person has left.
        AlreadyAffiliated: someone with that number of that register works there already.
    """
    with transaction.atomic():
        affiliation = locked([affiliation_id])[affiliation_id]
        _refuse_who_left(affiliation)
        _set_register(affiliation, regulator, register)
        # What was heard so far was about another license, or about none.
        affiliation.verification = affiliation.last_answer = None
        affiliation.unanswered = 0
        affiliation.verify_next_at = now
        _save_as_the_only_one(affiliation)
    return affiliation


def verify_affiliation(affiliation: Affiliation, *, asked_by: UUID, now: datetime, request_id: str = "") -> Affiliation:
    """Ask the registry about one person now; see `verify_affiliations`.

    Raises:
        HasLeft: whose license is not this hospital's business any more.
    """
    _refuse_who_left(affiliation)
    return verify_affiliations([affiliation], asked_by=asked_by, now=now, request_id=request_id)[0]


def verify_affiliations(
    affiliations: Sequence[Affiliation], *, asked_by: UUID | None, now: datetime, request_id: str = ""
) -> list[Affiliation]:
    """Ask the registry about each license, keep the evidence, note when to ask again; return them in their order.

    Takes no longer than one question to the registry may take. A license that was not answered is
    asked about again by the worker. Where somebody else asked later and heard sooner, theirs stands.
    Each carries what came of this attempt as its verification, also where nothing could be asked; the
    stored row then still points at the last question that was.
    """
    verifications = verify_licenses(
        [Asked(each.hospital_id, _question(each)) for each in affiliations], asked_by=asked_by, request_id=request_id
    )
    ids = [each.id for each in affiliations]
    with transaction.atomic():
        held = locked(ids)
        noted = [
            (held[affiliation_id], verification)
            for affiliation_id, verification in zip(ids, verifications, strict=True)
            if _note(held[affiliation_id], verification, now)
        ]
        Affiliation.objects.store_verifications([affiliation for affiliation, _ in noted])
    for affiliation, verification in noted:
        affiliation.verification = verification
    return [held[affiliation_id] for affiliation_id in ids]


def verify_due(*, now: datetime, limit: int) -> int:
    """Ask about the licenses that are due, whichever hospital they belong to; returns how many.

    Rows are claimed by moving their next time forward, so two workers never ask about the same one,
    and none stays locked while the registry is asked. A worker that dies in between leaves them to
    the next round.
    """
    with transaction.atomic():
        due = Affiliation.objects.filter(left_on=None, verify_next_at__lte=now).order_by("verify_next_at")
        claimed = list(due.select_for_update(skip_locked=True)[:limit])
        Affiliation.objects.filter(id__in=[each.id for each in claimed]).update(verify_next_at=now + CLAIM_HOLDS)
    if claimed:
        verify_affiliations(claimed, asked_by=None, now=now)
    return len(claimed)


def _question(affiliation: Affiliation) -> Question:
    return Question(affiliation.license_number, affiliation.regulator or None, affiliation.register or None)


def _note(affiliation: Affiliation, verification: LicenseVerification, now: datetime) -> bool:
    """Write down what came of a question; say whether it was.

    It is not where what is held was asked later, or where the question was about another register
    than the one that has been named meanwhile. An attempt at which nothing was asked is counted, so that
    the next one comes later, and leaves the verification as it is.
    """
    if (verification.regulator, verification.register) != (affiliation.regulator, affiliation.register):
        return False
    if affiliation.verification and affiliation.verification.asked_at > verification.asked_at:
        return False
    if verification.is_kept:
        affiliation.verification = verification
    answered = verification.outcome != Outcome.NOT_ANSWERED
    if answered:
        affiliation.last_answer = verification
    affiliation.unanswered = 0 if answered else affiliation.unanswered + 1
    affiliation.verify_next_at = now + wait_before_asking_again(verification.outcome, affiliation.unanswered)
    return True


def _set_register(affiliation: Affiliation, regulator: str, register: str) -> None:
    # The registry's own numbers say where they stand; a register named beside one would make it another license.
    narrow = not names_its_register(affiliation.license_number)
    affiliation.regulator = regulator.lower() if narrow else ""
    affiliation.register = register.lower() if narrow else ""


def _save_as_the_only_one(affiliation: Affiliation) -> None:
    try:
        with transaction.atomic():
            affiliation.save()
    except IntegrityError as error:
        if _ONE_FOR_A_LICENSE not in str(error):
            raise
        raise AlreadyAffiliated(license_number=affiliation.license_number) from None


def _refuse_who_left(affiliation: Affiliation) -> None:
    if affiliation.left_on is not None:
        raise HasLeft(left_on=affiliation.left_on.isoformat())


def _invalid(pointer: str, detail: str) -> InvalidInput:
    return InvalidInput(errors=[{"pointer": pointer, "code": "invalid", "detail": detail}])
