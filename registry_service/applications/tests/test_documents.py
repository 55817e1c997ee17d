"""Documents of an application: wanted, checked at once, kept in every version, given to whom they concern."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import time_machine
from rest_framework.test import APIClient

from accounts.tests.factories import as_user
from applications.completeness import current_documents, missing_in
from applications.models import ApplicationDocument, ProfessionalApplication
from applications.rules import MOST_VERSIONS, Status
from applications.tests.factories import (
    answers,
    fill,
    make_applicant,
    make_application,
    make_draft,
    make_officer,
    submit,
)
from audit.models import AuditRecord
from changes.tests.factories import NOW, TODAY
from common.tests.problems import refused
from documents.models import StoredFile
from documents.tests import hostile
from documents.tests.factories import file_row, upload
from documents.tests.pictures import at_light
from sampling.scans import certificate, jpeg, portrait

pytestmark = pytest.mark.django_db

MINE = "/api/registry/applications/"
FILES = "/api/registry/admin/applications/"
# What people, and others, send: as which document, under which name, and what a refusal says of it.
HOSTILE: dict[str, tuple[str, str, Callable[[], bytes], str]] = {
    "a zip bomb as PDF": ("birth-certificate", "a.pdf", hostile.bomb, "unpacks"),
    "a polyglot": ("passport-photograph", "a.jpg", hostile.TWO_IN_ONE["a JPEG and an archive"], "hidden"),
    "an SVG with script": ("passport-photograph", "a.svg", lambda: hostile.SVG, "SVG"),
    "a name with a path in it": ("passport-photograph", "../../a.jpg", lambda: jpeg(portrait()), "plain name"),
    "a truncated JPEG": ("passport-photograph", "a.jpg", hostile.truncated_jpeg, "breaks off"),
    "a photograph taken at night": ("passport-photograph", "a.jpg", lambda: jpeg(at_light(portrait(), 0.12)), "dark"),
}


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def give(
    application: ProfessionalApplication,
    code: str,
    data: bytes | None = None,
    api: APIClient | None = None,
    headers: dict[str, str] | None = None,
) -> Any:
    """Upload as the applicant, or as somebody else."""
    api = api or as_user(application.applicant)
    body = {"document_type": code, "file": upload(data or jpeg(certificate(code)), f"{code}.jpg")}
    return api.post(f"{MINE}{application.uid}/documents/", body, format="multipart", headers=headers)


def form(code: str) -> bytes:
    """The beginning of a form that gives a document of this type; the part of the file comes next."""
    return f'--b\r\nContent-Disposition: form-data; name="document_type"\r\n\r\n{code}\r\n--b\r\n'.encode()


def wanted(application: ProfessionalApplication) -> list[str]:
    return [one.pointer for one in missing_in(application, TODAY) if "/documents/" in one.pointer]


class TestWhatIsMissing:
    def test_every_document_that_the_applicant_must_give_until_it_is_given(self) -> None:
        draft = fill(make_draft())
        assert wanted(draft) == [
            "/documents/birth-certificate",
            "/documents/degree-certificate",
            "/documents/oath",
            "/documents/passport-photograph",
        ]
        assert give(draft, "oath").status_code == 201
        assert "/documents/oath" not in wanted(draft)

    def test_more_of_those_who_were_trained_abroad(self) -> None:
        draft = fill(make_draft(), **answers(), trained_abroad=True)
        assert "/documents/foreign-license" in wanted(draft)

    def test_nothing_that_others_must_send(self) -> None:
        draft = fill(make_draft(register_part="nmcn-general-nurse"))
        assert "/documents/school-letter" not in wanted(draft)


class TestUploading:
    def test_the_newest_version_counts_and_the_others_stay(self) -> None:
        draft = make_draft()
        versions = [give(draft, "oath", jpeg(certificate(holder))).json()["version"] for holder in ("A B", "C D")]
        assert versions == [1, 2]
        assert [document.version for document in current_documents(draft)] == [2]
        assert ApplicationDocument.objects.count() == 2

    def test_a_repeated_upload_is_one_version(self) -> None:
        draft = make_draft()
        api = as_user(draft.applicant)
        api.credentials(HTTP_IDEMPOTENCY_KEY="0123-abcd")
        first, again = give(draft, "oath", api=api), give(draft, "oath", api=api)
        assert (again.status_code, again.json()) == (201, first.json())
        refused(give(draft, "oath", jpeg(certificate("another")), api=api), 422, "idempotency_key_reused")
        assert ApplicationDocument.objects.count() == StoredFile.objects.count() == 1

    def test_twenty_versions_and_no_more(self) -> None:
        draft = make_draft()
        document = ApplicationDocument.objects.get(uid=give(draft, "oath").json()["id"])
        for version in range(2, MOST_VERSIONS + 1):
            draft.documents.create(
                document_type=document.document_type,
                file=file_row(uploaded_by=draft.applicant),
                version=version,
                uploaded_at=NOW,
            )
        refused(give(draft, "oath"), 409, "application_document_versions_exhausted")
        assert StoredFile.objects.count() == MOST_VERSIONS
        assert give(draft, "birth-certificate").status_code == 201

    def test_a_refusal_says_what_to_mend_and_nothing_that_was_given_is_lost(self) -> None:
        draft = make_draft()
        give(draft, "oath")
        problem = refused(give(draft, "passport-photograph", jpeg(at_light(portrait(), 0.12))), 422, "document_refused")
        assert problem["errors"]
        assert all(error["detail"] for error in problem["errors"])
        assert StoredFile.objects.count() == ApplicationDocument.objects.count() == 1

    @pytest.mark.parametrize("name", HOSTILE)
    def test_what_is_refused_is_refused_with_a_sentence_and_what_was_given_stays(self, name: str) -> None:
        code, filename, make, sentence = HOSTILE[name]
        draft = make_draft()
        given = give(draft, "oath").json()
        part = f'Content-Disposition: form-data; name="file"; filename="{filename}"\r\n\r\n'.encode()
        body = form(code) + part + make() + b"\r\n--b--\r\n"
        sender = as_user(draft.applicant)
        problem = refused(
            sender.generic("POST", f"{MINE}{draft.uid}/documents/", body, "multipart/form-data; boundary=b"),
            422,
            "document_refused",
        )
        assert sentence in problem["detail"]
        assert problem["detail"].endswith(".")
        assert [document.uid for document in current_documents(draft)] == [UUID(given["id"])]
        assert StoredFile.objects.count() == 1
        again = sender.get(f"{MINE}{draft.uid}/documents/{given['id']}/")
        assert (again.status_code, again["Content-Type"]) == (200, "image/jpeg")

    def test_a_length_of_4_gigabytes_is_refused_before_it_is_read(self) -> None:
        draft = make_draft()
        given = give(draft, "oath").json()
        told = as_user(draft.applicant).generic(
            "POST",
            f"{MINE}{draft.uid}/documents/",
            form("oath"),
            "multipart/form-data; boundary=b",
            CONTENT_LENGTH=str(4 * 1024**3),
        )
        assert "10 MB" in refused(told, 413, "document_too_large")["detail"]
        assert [document.uid for document in current_documents(draft)] == [UUID(given["id"])]

    @pytest.mark.parametrize(
        ("part", "code", "expected"),
        [
            ("mdcn-medical-full", "fellowship-certificate", "unknown"),
            ("mdcn-medical-full", "foreign-license", "unknown"),
            ("nmcn-general-nurse", "school-letter", "from_others"),
        ],
    )
    def test_what_is_not_the_applicants_to_give(self, part: str, code: str, expected: str) -> None:
        problem = refused(give(make_draft(register_part=part), code), 400, "invalid_input")
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/document_type", expected)]

    def test_a_body_without_a_file_or_of_another_kind(self) -> None:
        draft = make_draft()
        api, path = as_user(draft.applicant), f"{MINE}{draft.uid}/documents/"
        problem = refused(api.post(path, {"document_type": "oath"}, format="multipart"), 400, "invalid_input")
        assert [error["pointer"] for error in problem["errors"]] == ["/file"]
        refused(api.post(path, {"document_type": "oath"}), 415, "unsupported_media_type")

    def test_not_while_the_council_has_it_unless_it_has_asked(self) -> None:
        officer = make_officer()
        reviewed = make_application(Status.UNDER_REVIEW, officer, make_officer())
        refused(give(reviewed, "oath"), 409, "application_transition_not_allowed")
        as_user(officer).post(
            f"{FILES}{reviewed.uid}/request-information/",
            {"questions": [{"pointer": "/documents/oath", "reason": "illegible", "fix": "Scan it anew."}]},
        )
        assert give(reviewed, "oath").json()["version"] == 2
        problem = refused(give(reviewed, "birth-certificate"), 400, "invalid_input")
        assert problem["errors"][0]["code"] == "not_asked"

    def test_to_somebody_elses_application(self) -> None:
        draft = make_draft()
        refused(give(draft, "oath", api=as_user(make_applicant())), 404, "not_found")
        assert not StoredFile.objects.exists()


class TestReading:
    def test_its_applicant_and_the_officers_of_its_council_and_nobody_else(self) -> None:
        draft = fill(make_draft())
        document = give(draft, "oath").json()["id"]
        submitted = submit(draft)
        mine, file = f"{MINE}{submitted.uid}/documents/{document}/", f"{FILES}{submitted.uid}/documents/{document}/"
        assert as_user(submitted.applicant).get(mine).status_code == 200
        assert as_user(make_officer()).get(file).status_code == 200
        refused(as_user(make_applicant()).get(mine), 404, "not_found")
        refused(as_user(make_officer()).get(mine), 404, "not_found")
        refused(as_user(make_officer("nmcn")).get(file), 404, "not_found")
        refused(as_user(submitted.applicant).get(file), 403, "permission_denied")
        refused(APIClient().get(mine), 401, "authentication_required")

    def test_an_officers_look_is_recorded_and_ones_own_is_not(self) -> None:
        draft = fill(make_draft())
        document = give(draft, "oath").json()["id"]
        submitted, officer = submit(draft), make_officer()
        looks = AuditRecord.objects.filter(action="read", subject=document)
        as_user(submitted.applicant).get(f"{MINE}{submitted.uid}/documents/{document}/")
        assert not looks.exists()
        as_user(officer).get(f"{FILES}{submitted.uid}/documents/{document}/")
        assert (looks.get().actor, looks.get().fields) == (officer.actor, ["content"])

    def test_not_one_of_another_application(self) -> None:
        first, second = make_draft(), make_draft()
        document = give(first, "oath").json()["id"]
        refused(as_user(second.applicant).get(f"{MINE}{second.uid}/documents/{document}/"), 404, "not_found")
