"""What officers do with a file before they decide, and who may: take it on, give it back, write a note."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from applications.models import FileNote, ProfessionalApplication
from applications.queries import application_at_council, check_no_interest
from applications.rules import NotYourFile, Transition
from applications.steps import check_is_open, check_version, locked, move, record_act

if TYPE_CHECKING:
    from accounts.models import User

_NOBODY = {"id": None, "name": "nobody"}


@transaction.atomic
def claim(*, officer: "User", uid: UUID, seen: int | None = None, now: datetime) -> ProfessionalApplication:
    """Take a waiting file on.

    `seen` is, here and in all that officers do, the version of the file that they have read, if they say so.

    Raises:
        NotFound: there is none that this officer may see.
        ConflictOfInterest: they have declared an interest in its applicant.
        ApplicationTransitionNotAllowed: another officer was faster, or it does not wait.
        ApplicationChanged: it is not at the version that was seen.
    """
    application = file_of(officer, uid, seen)
    move(application, Transition.CLAIM, actor=officer.actor, now=now, officer=officer)
    return application


@transaction.atomic
def release(
    *, officer: "User", uid: UUID, note: str, seen: int | None = None, now: datetime
) -> ProfessionalApplication:
    """Give a file back to the queue.

    Raises:
        NotFound: there is none that this officer may see.
        ConflictOfInterest: they have declared an interest in its applicant.
        NotYourFile: another officer has it.
        ApplicationTransitionNotAllowed: a decision is proposed, or it is closed.
        ApplicationChanged: it is not at the version that was seen.
    """
    application = own_file(officer, uid, seen)
    move(application, Transition.RELEASE, actor=officer.actor, now=now, note=note, officer=None)
    return application


@transaction.atomic
def add_note(*, officer: "User", uid: UUID, text: str, now: datetime) -> ProfessionalApplication:
    """Write something down for colleagues. Whoever may work on the file may, and it moves nothing.

    Raises:
        NotFound: there is no such file.
        ConflictOfInterest: they have declared an interest in its applicant.
        ApplicationTransitionNotAllowed: it is closed.
    """
    application = file_of(officer, uid)
    check_is_open(application, reader=officer.actor)
    FileNote.objects.create(application=application, author=officer, text=text, at=now)
    record_act(application, "add_note", actor=officer.actor, now=now, changed=["notes"])
    return application


def file_of(officer: "User", uid: UUID, seen: int | None = None) -> ProfessionalApplication:
    """Lock a file that this officer may work on.

    Raises:
        NotFound: there is none that they may see.
        ConflictOfInterest: they have declared an interest in its applicant.
        ApplicationChanged: it is not at the version that was seen.
    """
    application_at_council(officer, uid)
    application = locked(uid)
    check_no_interest(officer, application)
    check_version(application, seen, reader=officer.actor)
    return application


def own_file(officer: "User", uid: UUID, seen: int | None = None) -> ProfessionalApplication:
    """Lock a file that this officer has taken on.

    Raises:
        NotFound: there is none that they may see.
        ConflictOfInterest: they have declared an interest in its applicant.
        NotYourFile: another officer has it, or nobody.
        ApplicationChanged: it is not at the version that was seen.
    """
    application = file_of(officer, uid, seen)
    check_has_file(application, officer)
    return application


def check_has_file(application: ProfessionalApplication, officer: "User") -> None:
    """Check that this officer is the one who has taken a locked file on.

    Raises:
        NotYourFile: another officer has it, or nobody.
    """
    if application.officer_id != officer.pk:
        raise NotYourFile(assigned_to=application.officer.named if application.officer else _NOBODY)
