"""Documents that must not come through the applicant: asked for by letter, given by link, or entered from paper."""

import secrets
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from applications.completeness import document_from_others
from applications.models import ApplicationDocument, DocumentRequest, ProfessionalApplication
from applications.queries import application_for
from applications.rules import CLOSED, REQUEST_LIVES, DocumentRequestClosed
from applications.services.reviewing import check_has_file, own_file
from applications.steps import add_version, check_is_open, check_room_for_version, locked, save
from common.clock import day_in_lagos
from common.errors import NotFound
from documents.services import receive
from notifications.services import queue_email

if TYPE_CHECKING:
    from accounts.models import User
    from reference.models import DocumentType


@transaction.atomic
def request_document(
    *,
    officer: "User",
    uid: UUID,
    document_type: str,
    addressee: str,
    email: str,
    seen: int | None = None,
    now: datetime,
) -> ProfessionalApplication:
    """Write to a school, an employer or a regulator abroad for a document; a request before this one is closed.

    Raises:
        NotFound: there is no such file.
        ConflictOfInterest: they have declared an interest in its applicant.
        NotYourFile: another officer has it.
        ApplicationTransitionNotAllowed: the application is closed.
        InvalidInput: the application needs no such document, or it is the applicant's to give.
        ApplicationChanged: it is not at the version that was seen.
    """
    application = own_file(officer, uid, seen)
    check_is_open(application, reader=officer.actor)
    needed = document_from_others(application, document_type, day_in_lagos(now))
    _close_requests(application, needed.document_type, now)
    token = secrets.token_urlsafe(32)
    request = DocumentRequest.objects.create(
        application=application,
        document_type=needed.document_type,
        addressee=addressee,
        email=email,
        token_sha256=_digest(token),
        requested_by=officer,
        requested_at=now,
        expires_at=now + REQUEST_LIVES,
    )
    save(application, "request_document", actor=officer.actor, now=now, noted=["document_requests"])
    _write_to(request, token, now)
    return application


def open_request(*, uid: UUID, token: str, now: datetime) -> DocumentRequest:
    """Return a request to whoever has its link.

    Raises:
        NotFound: there is none with this secret.
        DocumentRequestClosed: it was answered or replaced, it is too old, or the application is closed.
    """
    requests = DocumentRequest.objects.select_related("document_type", "application__register_part__regulator")
    request = requests.filter(uid=uid).first()
    if request is None or not compare_digest(request.token_sha256, _digest(token)):
        raise NotFound
    is_open = request.closed_at is None and request.expires_at > now and request.application.status not in CLOSED
    if not is_open:
        raise DocumentRequestClosed
    return request


def answer_request(*, uid: UUID, token: str, upload: "UploadedFile[bytes]", now: datetime) -> ApplicationDocument:
    """Keep what came by the link of a request, and close the request.

    Raises:
        NotFound: there is none with this secret.
        DocumentRequestClosed: it was answered or replaced, it is too old, or the application is closed.
        DocumentVersionsExhausted: so many versions of it were given that no more are kept.
        DocumentRefused: for reasons that the sender can mend; the request stays open.
        DocumentTooLarge: it is larger than anything that is read.
        DocumentForgotten: reading it took too long.
        ServiceUnavailable: too many files are being read at this moment.
    """
    asked = open_request(uid=uid, token=token, now=now)
    check_room_for_version(asked.application, asked.document_type)
    # Read and scanned before anything is locked: it may take seconds.
    file = receive(upload, purpose=asked.document_type.form, uploaded_by=None, now=now)
    with transaction.atomic():
        application = locked(DocumentRequest.objects.values_list("application__uid", flat=True).get(uid=uid))
        request = open_request(uid=uid, token=token, now=now)
        document = add_version(
            application,
            request.document_type,
            file,
            actor=f"document-request:{uid}",
            now=now,
            received_from=request.addressee,
        )
        request.document, request.closed_at = document, now
        request.save(update_fields=["document", "closed_at"])
        _tell_officer(application, document, now)
    return document


def enter_document(
    *,
    officer: "User",
    uid: UUID,
    document_type: str,
    received_from: str,
    upload: "UploadedFile[bytes]",
    now: datetime,
) -> ApplicationDocument:
    """Keep a document that somebody sent to the council on paper, and say who; an open request for it is closed.

    Raises:
        NotFound: there is no such file.
        ConflictOfInterest: they have declared an interest in its applicant.
        NotYourFile: another officer has it.
        ApplicationTransitionNotAllowed: the application is closed.
        InvalidInput: the application needs no such document, or it is the applicant's to give.
        DocumentVersionsExhausted: so many versions of it were given that no more are kept.
        UploadsExhausted, DocumentRefused, DocumentTooLarge, ServiceUnavailable: see `documents.services.receive`.
        DocumentForgotten: reading it took too long.
    """
    application = application_for(officer, uid)
    check_has_file(application, officer)
    check_is_open(application, reader=officer.actor)
    needed = document_from_others(application, document_type, day_in_lagos(now))
    check_room_for_version(application, needed.document_type)
    file = receive(upload, purpose=needed.document_type.form, uploaded_by=officer.pk, now=now)
    with transaction.atomic():
        application = own_file(officer, uid)
        check_is_open(application, reader=officer.actor)
        document = add_version(
            application,
            needed.document_type,
            file,
            actor=officer.actor,
            now=now,
            received_from=received_from,
            entered_by=officer,
        )
        _close_requests(application, needed.document_type, now)
    return document


def _close_requests(application: ProfessionalApplication, document_type: "DocumentType", now: datetime) -> None:
    application.document_requests.filter(document_type=document_type, closed_at=None).update(closed_at=now)


def _write_to(request: DocumentRequest, token: str, now: datetime) -> None:
    """Send the letter of a request, with the secret by which it is answered."""
    queue_email(
        recipient=request.email,
        template="applications/document_request",
        context={"request": request, "application": request.application, "link": _link(request, token)},
        now=now,
    )


def _tell_officer(application: ProfessionalApplication, document: ApplicationDocument, now: datetime) -> None:
    if application.officer is None:
        return
    queue_email(
        recipient=application.officer.email,
        template="applications/document_received",
        context={"name": application.officer.full_name, "application": application, "document": document},
        now=now,
    )


def _digest(token: str) -> str:
    # 256 random bits: no slow hash is needed to hide them.
    return sha256(token.encode()).hexdigest()


def _link(request: DocumentRequest, token: str) -> str:
    # Behind the #, so that the secret reaches the page and no server's log.
    return f"{settings.FRONTEND_URL}/document-request#id={request.uid}&token={token}"
