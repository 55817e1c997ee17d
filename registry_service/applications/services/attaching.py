"""Documents that the applicant gives: checked at once, and kept in every version."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from applications.completeness import document_to_upload
from applications.models import ApplicationDocument, ProfessionalApplication
from applications.queries import application_of
from applications.rules import Status, Transition
from applications.steps import add_version, check_room_for_version, check_step, locked
from common.clock import day_in_lagos
from common.errors import InvalidInput
from documents.services import receive

if TYPE_CHECKING:
    from accounts.models import User


def attach_document(
    *, applicant: "User", uid: UUID, document_type: str, upload: "UploadedFile[bytes]", now: datetime
) -> ApplicationDocument:
    """Keep a document as the newest version of its type; the versions before stay.

    Raises:
        NotFound: the applicant has no such application.
        InvalidInput: the application needs no such document, or it is not the applicant's to give.
        ApplicationTransitionNotAllowed: it is with the council, which has not asked about this document.
        DocumentVersionsExhausted: so many versions of it were given that no more are kept.
        UploadsExhausted: so much was uploaded within a day that no more is taken.
        DocumentRefused: for reasons that the applicant can mend; nothing else is lost.
        DocumentTooLarge: it is larger than anything that is read.
        DocumentForgotten: reading it took too long.
        ServiceUnavailable: too many files are being read at this moment.
    """
    application = application_of(applicant, uid)
    _check_is_wanted(application, document_type)
    needed = document_to_upload(application, document_type, day_in_lagos(now))
    check_room_for_version(application, needed.document_type)
    # Read and scanned before anything is locked: it may take seconds.
    file = receive(upload, purpose=needed.document_type.form, uploaded_by=applicant.pk, now=now)
    with transaction.atomic():
        application = locked(uid)
        _check_is_wanted(application, document_type)
        return add_version(application, needed.document_type, file, actor=applicant.actor, now=now)


def _check_is_wanted(application: ProfessionalApplication, document_type: str) -> None:
    """Check that the applicant may give a document now: in a draft, or when an officer has asked about it."""
    if application.status != Status.INFORMATION_REQUESTED:
        check_step(application, Transition.SUBMIT, reader=application.applicant.actor)
        return
    asked = application.questions.filter(answered_at=None, pointer=f"/documents/{document_type}")
    if not asked.exists():
        problem = "The council has not asked about this document."
        raise InvalidInput(errors=[{"pointer": "/document_type", "code": "not_asked", "detail": problem}])
