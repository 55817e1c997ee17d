"""Looking for what an officer should look at, and what officers say of it."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from applications.concerns import Concern, about_standing, concerns_about
from applications.models import ApplicationFlag, ProfessionalApplication
from applications.queries import outdated_checks
from applications.rules import (
    TO_BE_CHECKED,
    VERDICTS_ON,
    ApplicationTransitionNotAllowed,
    FlagKind,
    Status,
    Verdict,
    tells_more,
)
from applications.services.reviewing import file_of
from applications.steps import WORKER, check_is_open, last_step, locked, save
from applications.telling import tell_of_claim
from common.clock import day_in_lagos
from common.errors import InvalidInput, NotFound
from common.one_by_one import one_by_one
from practitioners.queries import facts_of_people
from reference.rules import ApplicationKind

if TYPE_CHECKING:
    from accounts.models import User


def check_waiting(now: datetime, *, at_most: int) -> int:
    """Look at applications of which something was said since they were last looked at; returns how many.

    It takes a second or so for each, so it is not done while the applicant waits for an answer. One at a time: an
    application that cannot be looked at keeps no other waiting.
    """
    waiting = ProfessionalApplication.objects.to_be_checked_at(now).values_list("uid", flat=True)[:at_most]
    return one_by_one(partial(check, now=now), list(waiting), after_failure=partial(_note_failure, now=now))


def look_again() -> int:
    """Have applications looked at once more where something has come to light since; returns how many.

    That is a proof of who the applicant is, or another application that was found to be the same person's: each of
    the two is then flagged.
    """
    return outdated_checks().update(checked_at=None)


def have_checked_again(uid: UUID) -> None:
    """Have one application looked at once more, since something was found when it was to be approved.

    It stands by itself, since the refused approval left nothing behind.
    """
    ProfessionalApplication.objects.filter(uid=uid, status__in=TO_BE_CHECKED).update(checked_at=None)


@transaction.atomic
def check(uid: UUID, now: datetime) -> bool:
    """Look at one application, and raise a flag for whatever an officer should look at; false if there is no need."""
    application = locked(uid)
    if not ProfessionalApplication.objects.to_be_checked().filter(pk=application.pk).exists():
        return False
    concerns = concerns_about(application, day_in_lagos(now))
    raised = [flag for concern in concerns if (flag := _raise(application, concern, now))]
    _tell_of_claim(application, raised, now)
    if raised:
        save(
            application,
            "raise_flags",
            actor=WORKER,
            now=now,
            noted=["flags"],
            second_officer=True,
            checked_at=now,
            check_failed_at=None,
        )
    else:
        ProfessionalApplication.objects.filter(pk=application.pk).update(checked_at=now, check_failed_at=None)
    return True


def _note_failure(uid: UUID, now: datetime) -> None:
    ProfessionalApplication.objects.to_be_checked().filter(uid=uid).update(check_failed_at=now)


@transaction.atomic
def raise_flag(
    *, officer: "User", uid: UUID, words: str, seen: int | None = None, now: datetime
) -> ProfessionalApplication:
    """Note something that must be looked at before the application is approved; it takes a second officer from now on.

    Raises:
        NotFound: there is no such file.
        ConflictOfInterest: they have declared an interest in its applicant.
        ApplicationChanged: it is not at the version that was seen.
        ApplicationTransitionNotAllowed: it is closed.
    """
    application = file_of(officer, uid, seen)
    check_is_open(application, reader=officer.actor)
    ApplicationFlag.objects.create(
        application=application, kind=FlagKind.RAISED, words=words, raised_by=officer.actor, raised_at=now
    )
    save(application, "raise_flag", actor=officer.actor, now=now, noted=["flags"], second_officer=True)
    return application


@transaction.atomic
def give_verdict(
    *, officer: "User", uid: UUID, flag: UUID, verdict: Verdict, note: str, seen: int | None = None, now: datetime
) -> ProfessionalApplication:
    """Say of a flag that it is in order, or who somebody is; the newest word counts, until the flag tells more.

    It says whom an approval is about: what was imposed on that person's licenses is flagged at once. So nothing is said
    while a decision is proposed: the file is returned first.

    Raises:
        NotFound: there is no such file, or no such flag of it.
        ConflictOfInterest: they have declared an interest in its applicant.
        InvalidInput: this cannot be said of such a flag.
        ApplicationChanged: it is not at the version that was seen.
        ApplicationTransitionNotAllowed: the application is closed, or a decision is proposed.
    """
    application = file_of(officer, uid, seen)
    check_is_open(application, reader=officer.actor)
    _check_nothing_is_proposed(application, officer)
    found = application.flags.filter(uid=flag).first()
    if found is None:
        raise NotFound
    if verdict not in VERDICTS_ON[FlagKind(found.kind)]:
        allowed = " or ".join(sorted(VERDICTS_ON[FlagKind(found.kind)]))
        problem = {"pointer": "/verdict", "code": "invalid_choice", "detail": f"Of such a flag, say {allowed}."}
        raise InvalidInput(errors=[problem])
    found.verdicts.create(flag_version=found.version, verdict=verdict, note=note, given_by=officer, given_at=now)
    for concern in about_standing(application, day_in_lagos(now)):
        _raise(application, concern, now)
    save(application, "give_verdict", actor=officer.actor, now=now, noted=["flags"])
    return application


def _check_nothing_is_proposed(application: ProfessionalApplication, officer: "User") -> None:
    if application.status == Status.DECISION_PROPOSED:
        raise ApplicationTransitionNotAllowed(
            transition="say anything of the flags of",
            application_status=Status.DECISION_PROPOSED.label.lower(),
            last_step=last_step(application, reader=officer.actor),
        )


def _tell_of_claim(application: ProfessionalApplication, raised: list[ApplicationFlag], now: datetime) -> None:
    """Tell those whose entry may be claimed by a stranger, once."""
    if application.kind == ApplicationKind.ENTRY_CLAIM:
        duplicates = [flag for flag in raised if flag.kind == FlagKind.DUPLICATE and flag.version == 1]
        held = {flag.practitioner_id for flag in duplicates if flag.practitioner_id}
        for person in facts_of_people(held).values():
            tell_of_claim(application, person, now)


def _raise(application: ProfessionalApplication, concern: Concern, now: datetime) -> ApplicationFlag | None:
    """Raise a flag, or bring the same one up to date; return it where it tells what it did not tell before."""
    points_at = {
        "practitioner_id": concern.practitioner_id,
        "other_id": concern.other_id,
        "document_id": concern.document_id,
    }
    flag, is_new = ApplicationFlag.objects.get_or_create(
        application=application,
        kind=concern.kind,
        **points_at,
        defaults={
            "score": concern.score,
            "reasons": concern.reasons,
            "raised_by": WORKER,
            "raised_at": now,
        },
    )
    if is_new:
        return flag
    is_more = tells_more(concern.reasons, flag.reasons)
    flag.score, flag.reasons = concern.score, concern.reasons
    flag.version += is_more
    flag.save(update_fields=["score", "reasons", "version"])
    return flag if is_more else None
