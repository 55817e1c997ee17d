"""The file that waits in the nurses' queue of a demonstration.

A suspended nurse of the cast asks anew under another account, her given names in another order: the
officer is shown whom she resembles, and why, before anything can be approved. What the worker would look
up is looked up at once: the file can be shown from the first moment on.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from applications.queries import applications_of
from applications.services import attach_document, check, open_application, save_draft, submit
from common.clock import day_in_lagos
from reference.models import State
from sampling.cast import CAST, born_on
from sampling.scans import certificate, jpeg, portrait

if TYPE_CHECKING:
    from accounts.models import User
    from applications.models import ProfessionalApplication

NURSE = next(member for member in CAST if member.key == "suspended_nurse")
DOCUMENTS = ("passport-photograph", "birth-certificate", "degree-certificate")


def add_waiting_file(applicant: "User", now: datetime) -> None:
    """Have this account hand an application for general nurses to the council, unless it has one already."""
    if applications_of(applicant).exists():
        return
    draft = open_application(
        applicant=applicant, kind="first_registration", register_part="nmcn-general-nurse", now=now
    )
    today = day_in_lagos(now)
    draft = save_draft(applicant=applicant, uid=draft.uid, version=draft.version, answers=_answers(today), now=now)
    for document_type in DOCUMENTS:
        _upload(draft, document_type, now)
    submit(applicant=applicant, uid=draft.uid, now=now)
    check(draft.uid, now)


def _answers(today: date) -> dict[str, Any]:
    born = born_on(NURSE, today)
    return {
        "surname": NURSE.surname,
        "given_names": " ".join(reversed(NURSE.given_names.split())),
        "birth_date": born,
        "gender": NURSE.gender,
        "state": State.objects.get(code=NURSE.state),
        "telephone": "+2348030000004",
        "school": "School of Nursing, Enugu",
        "qualification": "Registered Nurse",
        "qualified_on": date(born.year + 23, 9, 30),
    }


def _upload(draft: "ProfessionalApplication", document_type: str, now: datetime) -> None:
    picture = portrait() if document_type == "passport-photograph" else certificate(document_type)
    upload = SimpleUploadedFile(f"{document_type}.jpg", jpeg(picture), "image/jpeg")
    attach_document(applicant=draft.applicant, uid=draft.uid, document_type=document_type, upload=upload, now=now)
