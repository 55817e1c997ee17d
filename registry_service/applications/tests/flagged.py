"""Applications that are flagged, or are not, and what officers say of their flags."""

from datetime import date
from typing import Any

from accounts.models import User
from applications import services
from applications.models import ApplicationDocument, ApplicationFlag, ProfessionalApplication
from applications.rules import FlagKind, Verdict
from applications.tests.factories import approve, claim, fill, make_draft, make_officer, submit
from changes.tests.factories import NOW
from documents.tests.factories import file_row
from reference.models import DocumentType, State

BORN = date(1988, 4, 17)


def of_person(applicant: User | None = None, **said: Any) -> ProfessionalApplication:
    """A submitted application of somebody who is called, and was born, as in make_person."""
    draft = make_draft(applicant)
    answers = {"surname": "Okafor", "given_names": "Adaeze", "birth_date": BORN, "gender": "female", **said}
    whole = {
        "state": State.objects.get(code="LA"),
        "telephone": "+2348031234567",
        "school": "University of Lagos",
        "qualification": "MBBS",
        "qualified_on": date(2022, 7, 1),
        **answers,
    }
    return submit(fill(draft, **whole))


def with_file(application: ProfessionalApplication, *, version: int = 1, **fields: Any) -> ApplicationDocument:
    """Give an application a version of its degree certificate with these facts of a file."""
    return application.documents.create(
        document_type=DocumentType.objects.get(code="degree-certificate"),
        file=file_row(uploaded_by=application.applicant, **fields),
        version=version,
        uploaded_at=NOW,
    )


def with_file_like(other: ProfessionalApplication, application: ProfessionalApplication) -> ApplicationDocument:
    """Give an application the bytes of another's degree certificate."""
    theirs = other.documents.get(document_type__code="degree-certificate")
    return with_file(application, sha256=theirs.file.sha256)


def flags(application: ProfessionalApplication, kind: FlagKind | None = None) -> list[ApplicationFlag]:
    found = application.flags.order_by("id")
    return list(found.filter(kind=kind) if kind else found)


def say(flag: ApplicationFlag, verdict: Verdict, officer: User | None = None) -> ProfessionalApplication:
    return services.give_verdict(
        officer=officer or make_officer(),
        uid=flag.application.uid,
        flag=flag.uid,
        verdict=verdict,
        note="I rang her.",
        now=NOW,
    )


def approved_by_two(application: ProfessionalApplication) -> ProfessionalApplication:
    first, second = make_officer(), make_officer()
    claim(application, first)
    approve(application, first)
    return approve(application, second)
