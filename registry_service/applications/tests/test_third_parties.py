"""Documents that must not come through the applicant: asked for, given by link, entered from paper, waited for."""

import re
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import as_user
from applications.models import ApplicationDocument, DocumentRequest, ProfessionalApplication
from applications.rules import REQUEST_LIVES, DocumentRequestClosed, DocumentsOutstanding, NotYourFile, Status
from applications.services import answer_request, check, request_document
from applications.tests.factories import (
    approve,
    claim,
    fill,
    make_draft,
    make_officer,
    reject,
    release,
    submit,
)
from audit.models import AuditRecord
from changes.tests.factories import NOW
from common.errors import InvalidInput, NotFound
from common.testing import at_once
from common.tests.problems import refused
from documents.models import StoredFile
from documents.rules import DocumentRefused
from documents.tests.factories import upload
from notifications.models import OutgoingEmail
from reference.models import DocumentType
from sampling.scans import certificate, jpeg

NURSES, LETTER = "nmcn-general-nurse", "school-letter"
FILES, LINKS = "/api/registry/admin/applications/", "/api/registry/document-requests/"
REGISTRAR = {"addressee": "The Registrar, School of Nursing, Ibadan", "email": "registrar@school.example"}


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def officer() -> User:
    return make_officer("nmcn")


@pytest.fixture
def file(officer: User) -> ProfessionalApplication:
    """A nurse's application, which needs a letter from the school, with an officer."""
    return claim(submit(fill(make_draft(register_part=NURSES)), others=False), officer)


def ask(file: ProfessionalApplication, officer: User, document_type: str = LETTER) -> tuple[DocumentRequest, str]:
    """Ask the school, and return the request and the secret of the link in the letter."""
    request_document(officer=officer, uid=file.uid, document_type=document_type, **REGISTRAR, now=NOW)
    email = OutgoingEmail.objects.filter(template="applications/document_request").latest("id")
    link = re.search(r"document-request#id=(\S+)&token=(\S+)", email.body)
    assert link, email.body
    return DocumentRequest.objects.get(uid=link[1]), link[2]


def letter() -> Any:
    return upload(jpeg(certificate("letter")), "letter.jpg")


def answer(request: DocumentRequest, token: str, now: Any = NOW) -> ApplicationDocument:
    return answer_request(uid=request.uid, token=token, upload=letter(), now=now)


def test_a_document_may_be_called_whatever_is_long(file: ProfessionalApplication, officer: User) -> None:
    name = "Letter of " + "good standing and " * 10
    DocumentType.objects.filter(code=LETTER).update(name=name.strip())
    ask(file, officer)
    subject = OutgoingEmail.objects.latest("id").subject
    assert subject.startswith("A document is asked of you: Letter of good standing")
    assert (len(subject), subject[-1]) == (200, "…")


@pytest.mark.django_db
class TestAsking:
    def test_the_letter_says_for_whom_what_is_asked_and_until_when(
        self, file: ProfessionalApplication, officer: User
    ) -> None:
        ask(file, officer)
        email = OutgoingEmail.objects.get(template="applications/document_request")
        assert email.recipient == REGISTRAR["email"]
        for part in ("Adaeze Ngozi Okafor", "Identification letter from the school", "22 January 2027"):
            assert part in email.body

    def test_the_secret_is_not_stored(self, file: ProfessionalApplication, officer: User) -> None:
        request, token = ask(file, officer)
        assert token not in str(vars(request))

    def test_another_request_replaces_the_one_before(self, file: ProfessionalApplication, officer: User) -> None:
        first, second = ask(file, officer), ask(file, officer)
        with pytest.raises(DocumentRequestClosed):
            answer(*first)
        assert answer(*second).version == 1

    @pytest.mark.parametrize(
        ("document_type", "code"),
        [("birth-certificate", "from_applicant"), ("oath", "unknown"), ("nothing", "unknown")],
    )
    def test_only_for_what_others_must_give(
        self, file: ProfessionalApplication, officer: User, document_type: str, code: str
    ) -> None:
        with pytest.raises(InvalidInput) as refusal:
            ask(file, officer, document_type)
        assert refusal.value.members["errors"][0]["code"] == code

    def test_by_the_officer_who_has_the_file(self, file: ProfessionalApplication) -> None:
        with pytest.raises(NotYourFile):
            ask(file, make_officer("nmcn"))
        with pytest.raises(NotFound):
            ask(file, make_officer("mdcn"))


@pytest.mark.django_db
class TestTheLink:
    def test_whoever_has_it_gives_the_document_once_and_the_officer_is_told(
        self, file: ProfessionalApplication, officer: User
    ) -> None:
        request, token = ask(file, officer)
        document = answer(request, token)
        request.refresh_from_db()
        assert (request.document, request.closed_at) == (document, NOW)
        assert (document.received_from, document.file.uploaded_by) == (REGISTRAR["addressee"], None)
        assert StoredFile.objects.get(pk=document.file.pk).kept_until is None
        told = OutgoingEmail.objects.get(template="applications/document_received")
        assert told.recipient == officer.email
        record = AuditRecord.objects.filter(subject=str(file.uid)).latest("id")
        assert (record.actor, record.actor_role) == (f"document-request:{request.uid}", "")
        with pytest.raises(DocumentRequestClosed):
            answer(request, token)

    def test_a_bad_file_leaves_it_open(self, file: ProfessionalApplication, officer: User) -> None:
        request, token = ask(file, officer)
        with pytest.raises(DocumentRefused):
            answer_request(uid=request.uid, token=token, upload=upload(b"<svg/>", "a.svg"), now=NOW)
        answer(request, token)

    def test_a_wrong_secret_opens_nothing(self, file: ProfessionalApplication, officer: User) -> None:
        request, token = ask(file, officer)
        for uid, secret in ((request.uid, token[:-1]), (request.uid, ""), (uuid4(), token)):
            with pytest.raises(NotFound):
                answer_request(uid=uid, token=secret, upload=letter(), now=NOW)

    def test_it_ends_after_its_time_and_with_the_application(
        self, file: ProfessionalApplication, officer: User
    ) -> None:
        request, token = ask(file, officer)
        with pytest.raises(DocumentRequestClosed):
            answer(request, token, NOW + REQUEST_LIVES)
        reject(file, officer)
        reject(file, make_officer("nmcn"))
        with pytest.raises(DocumentRequestClosed):
            answer(request, token)

    def test_it_goes_on_when_the_file_goes_back_to_the_queue(
        self, file: ProfessionalApplication, officer: User
    ) -> None:
        link = ask(file, officer)
        release(file, officer)
        assert answer(*link).version == 1
        assert not OutgoingEmail.objects.filter(template="applications/document_received").exists()

    def test_the_page_says_no_more_than_it_needs(
        self, file: ProfessionalApplication, officer: User, api: APIClient
    ) -> None:
        request, token = ask(file, officer)
        response = api.post(f"{LINKS}{request.uid}/", {"token": token})
        assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
        assert response.json() == {
            "applicant": "Adaeze Ngozi Okafor",
            "council": "Nursing and Midwifery Council of Nigeria",
            "addressee": REGISTRAR["addressee"],
            "document_type": LETTER,
            "name": "Identification letter from the school",
            "advice": "",
            "expires_at": "2027-01-22T10:00:00+01:00",
        }
        refused(api.post(f"{LINKS}{request.uid}/", {"token": "x"}), 404, "not_found")
        given = api.post(f"{LINKS}{request.uid}/documents/", {"token": token, "file": letter()}, format="multipart")
        assert (given.status_code, given.json()["document_type"]) == (201, LETTER)
        refused(api.post(f"{LINKS}{request.uid}/", {"token": token}), 409, "document_request_closed")


@pytest.mark.django_db
class TestPaper:
    def enter(self, api: APIClient, file: ProfessionalApplication, document_type: str = LETTER) -> Any:
        body = {"document_type": document_type, "received_from": "By post from the school", "file": letter()}
        return api.post(f"{FILES}{file.uid}/documents/", body, format="multipart")

    def test_an_officer_enters_what_came_and_from_whom(self, file: ProfessionalApplication, officer: User) -> None:
        request, _ = ask(file, officer)
        given = self.enter(as_user(officer), file)
        assert (given.status_code, given.json()["received_from"]) == (201, "By post from the school")
        document = ApplicationDocument.objects.get(uid=given.json()["id"])
        assert (document.entered_by, document.file.uploaded_by) == (officer, officer)
        request.refresh_from_db()
        assert (request.closed_at, request.document) == (NOW, None)

    def test_only_in_their_own_file_and_only_for_others(self, file: ProfessionalApplication, officer: User) -> None:
        refused(self.enter(as_user(make_officer("nmcn")), file), 409, "application_not_yours")
        refused(self.enter(as_user(make_officer("mdcn")), file), 404, "not_found")
        problem = refused(self.enter(as_user(officer), file, "birth-certificate"), 400, "invalid_input")
        assert problem["errors"][0]["code"] == "from_applicant"
        assert not ApplicationDocument.objects.filter(document_type__code=LETTER).exists()


@pytest.mark.django_db
class TestWaiting:
    def test_nothing_is_approved_while_others_owe_a_document(
        self, file: ProfessionalApplication, officer: User
    ) -> None:
        with pytest.raises(DocumentsOutstanding) as refusal:
            approve(file, officer)
        assert [error["pointer"] for error in refusal.value.members["errors"]] == [f"/documents/{LETTER}"]
        answer(*ask(file, officer))
        check(file.uid, NOW)
        assert approve(file, officer).status == Status.DECISION_PROPOSED

    def test_the_applicant_sees_what_is_awaited_and_since_when(
        self, file: ProfessionalApplication, officer: User
    ) -> None:
        api = as_user(file.applicant)

        def awaited() -> tuple[bool, str | None]:
            mine = api.get(f"/api/registry/applications/{file.uid}/").json()
            (row,) = [each for each in mine["documents_needed"] if each["document_type"] == LETTER]
            return row["given"], row["requested_at"]

        assert awaited() == (False, None)
        link = ask(file, officer)
        assert awaited() == (False, "2026-11-23T10:00:00+01:00")
        answer(*link)
        assert awaited() == (True, None)

    def test_an_application_that_needs_none_waits_for_nobody(self) -> None:
        officer = make_officer()
        assert approve(claim(submit(fill(make_draft()), others=False), officer), officer)


@pytest.mark.usefixtures("committed_db")
def test_of_many_answers_at_once_one_is_kept() -> None:
    officer = make_officer("nmcn")
    file = claim(submit(fill(make_draft(register_part=NURSES)), others=False), officer)
    link = ask(file, officer)
    outcomes = [type(each) for each in at_once(8, lambda _: answer(*link))]
    assert sorted(outcomes, key=str) == sorted([ApplicationDocument, *[DocumentRequestClosed] * 7], key=str)
    assert file.documents.filter(document_type__code=LETTER).count() == 1
