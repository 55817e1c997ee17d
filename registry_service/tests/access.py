"""Every operation of the interface, as it is tried by every kind of caller: who they are, and what they send.

The world holds a professional with an application in each state that an act needs, at one council, of which one officer
has the files: whoever may do something at all finds it possible.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponseBase
from rest_framework.test import APIClient

from accounts.models import User
from accounts.rules import Role
from accounts.services import sign_in
from accounts.tests.factories import PASSWORD, as_bearer, as_client, make_client, make_user
from applications import services
from applications.models import ProfessionalApplication
from applications.rules import Verdict
from applications.tests.factories import (
    ANSWERS,
    QUESTIONS,
    add_documents,
    ask,
    claim,
    fill,
    make_applicant,
    make_draft,
    make_officer,
    pay,
    reject,
    submit,
)
from applications.tests.reaudit_factories import ALWAYS, take
from changes.tests.factories import NOW, change
from documents.tests.factories import kept_file, upload
from duplicates.tests.factories import confirm, make_registered, propose
from fees.providers.fake import notice_of
from identity.tests.factories import ADAEZE, make_proof
from licenses.tests.factories import make_license
from notifications.models import OutgoingEmail
from practitioners.services import put_photograph
from practitioners.tests.factories import make_person
from reference.models import DocumentType, Specialty, State
from sampling.scans import certificate, jpeg, portrait
from search.tasks import refresh_statistics

API = "/api/registry/"
COUNCIL, ANOTHER = "nmcn", "pcn"
NOBODY, CLIENT, OWNER, PROFESSIONAL = "nobody", "service client", "its owner", "another professional"
HOLDER, OTHER_OFFICER, ELSEWHERE = "officer who has it", "officer of its council", "officer of another"
INTERESTED = "officer with a declared interest"
NATIONAL, AUDITOR = "national administrator", "auditor"


class World:
    """One professional, what is theirs, and everybody else."""

    def __init__(self) -> None:
        self.people: dict[str, User] = {
            OWNER: make_applicant(),
            PROFESSIONAL: make_applicant(),
            HOLDER: make_officer(COUNCIL),
            OTHER_OFFICER: make_officer(COUNCIL),
            INTERESTED: make_officer(COUNCIL),
            ELSEWHERE: make_officer(ANOTHER),
            NATIONAL: make_user(Role.NATIONAL_ADMINISTRATOR),
            AUDITOR: make_user(Role.AUDITOR),
        }
        self.callers: dict[str, APIClient] = {NOBODY: APIClient(), CLIENT: as_client("verify", "search")}
        self.callers |= {name: as_bearer(sign_in(person).access) for name, person in self.people.items()}
        self.ids: dict[str, Any] = {}
        self._register()
        self._applications()
        self._reaudits()
        self._merges()
        refresh_statistics(NOW)

    def _register(self) -> None:
        owner = self.people[OWNER]
        person = make_person(account_id=owner.pk, birth_date=ANSWERS["birth_date"])
        self.ids["license_number"] = make_license(person=person, register_part="nmcn-general-nurse").number
        photograph = kept_file(jpeg(portrait(600, 750)), purpose="photograph", uploaded_by=owner.pk)
        with change() as opened:
            put_photograph(opened, practitioner_id=person.pk, file_id=photograph.pk)
        self.ids["person"] = person.uid
        make_proof(owner)

    def _applications(self) -> None:
        owner, officer = self.people[OWNER], self.people[HOLDER]
        said = {**ANSWERS, "state": State.objects.get(code="LA")}  # as it was proven
        draft = fill(make_draft(owner, register_part="mdcn-medical-full"), **said)
        add_documents(draft)
        pay(draft)
        self.ids["draft"] = draft.uid
        unpaid = services.pay(
            applicant=owner, uid=fill(make_draft(owner, register_part="mdcn-dental-full")).uid, now=NOW
        )
        self.ids["payment"], self.ids["amount"] = unpaid.payment_reference, unpaid.amount_kobo
        awaiting = fill(make_draft(owner, register_part="nmcn-midwife"), **said)
        waiting, held, asked, proposed = (
            self._qualification(branch) for branch in ("mental-health", "public-health", "paediatric", "orthopaedic")
        )
        scan = held.documents.create(
            document_type=DocumentType.objects.get(code="earlier-registrations"),
            file=kept_file(jpeg(certificate("held")), uploaded_by=owner.pk),
            version=1,
            uploaded_at=NOW,
        )
        submit(waiting)
        claim(submit(held), officer)
        claim(submit(awaiting, others=False), officer)
        ask(claim(submit(asked), officer), officer)
        other = self.people[OTHER_OFFICER]
        reject(claim(submit(proposed), other), other)
        services.raise_flag(officer=officer, uid=asked.uid, words="x", now=NOW)
        services.declare_interest(officer=self.people[INTERESTED], uid=waiting.uid, reason="My cousin.", now=NOW)
        self.ids |= {
            "waiting": waiting.uid,
            "held": held.uid,
            "awaiting": awaiting.uid,
            "asked": asked.uid,
            "proposed": proposed.uid,
            "document": scan.uid,
            "flag": asked.flags.get().uid,
            "question": asked.questions.earliest("id").uid,
        }
        self._request(awaiting, officer)

    def _qualification(self, branch: str) -> ProfessionalApplication:
        """A complete draft of the owner, who is a nurse, for one of the parts that build on that."""
        draft = make_draft(self.people[OWNER], kind="additional_qualification", register_part=f"{COUNCIL}-{branch}")
        said = {name: ANSWERS[name] for name in ("school", "qualification", "qualified_on")}
        return fill(draft, **said, specialty=Specialty.objects.get(code=f"nursing-{branch}"))

    def _request(self, application: ProfessionalApplication, officer: User) -> None:
        """Ask the school for a letter of one application, and keep what stands in the link."""
        services.request_document(
            officer=officer,
            uid=application.uid,
            document_type="school-letter",
            addressee="The Registrar",
            email="registrar@school.example",
            now=NOW,
        )
        letter = OutgoingEmail.objects.filter(template="applications/document_request").latest("id")
        link = letter.body.partition("#id=")[2].split()[0]
        self.ids["request"], _, self.ids["token"] = link.partition("&token=")

    def _reaudits(self) -> None:
        """Two decisions that were drawn, of the owner's applications, of which one is taken."""
        first, second = self.people[OTHER_OFFICER], make_officer(COUNCIL)
        for name, branch in (("drawn", "ophthalmic"), ("taken", "perioperative")):
            decided = submit(self._qualification(branch))
            reject(claim(decided, first), first)
            decided = services.reject(officer=second, uid=decided.uid, now=NOW, chance=ALWAYS)
            self.ids[name] = decided.reaudit.uid
        take(decided.reaudit, self.people[HOLDER])

    def _merges(self) -> None:
        first, second = make_officer(COUNCIL), make_officer(COUNCIL)
        entries = [make_registered("Bello", f"Musa{number}", "nmcn-midwife") for number in range(6)]
        self.ids["merge"] = propose(first, entries[0], entries[1]).uid
        self.ids["merged"] = confirm(propose(first, entries[2], entries[3]), second).uid
        self.ids["one"], self.ids["two"] = entries[4].uid, entries[5].uid


@dataclass(frozen=True)
class Act:
    """One operation: where it lies in the interface, which of the world's ids its address takes, and what is sent."""

    method: str
    path: str
    ids: Mapping[str, str] = field(default_factory=dict)
    body: Callable[[World], dict[str, Any] | bytes] | None = None
    headers: Callable[[World], dict[str, str]] | None = None
    format: str = "json"
    query: str = ""

    def address(self, world: World) -> str:
        return (
            API
            + self.path.format(**{name: world.ids.get(value, value) for name, value in self.ids.items()})
            + self.query.format(**world.ids)
        )

    def by(self, caller: str, world: World) -> HttpResponseBase:
        """Return what this caller gets."""
        headers = self.headers(world) if self.headers else {}
        body = self.body(world) if self.body else None
        sent: dict[str, Any] = {"data": body, "format": self.format}
        if self.format == "form":
            sent = {"data": urlencode(body or {}), "content_type": "application/x-www-form-urlencoded"}
        if isinstance(body, bytes):
            sent = {"data": body, "content_type": "application/json"}
        if self.method == "GET":
            sent = {}
        send = getattr(world.callers[caller], self.method.lower())
        answer: HttpResponseBase = send(self.address(world), headers=headers, **sent)
        return answer


def version(name: str) -> Callable[[World], dict[str, str]]:
    """The header that says that the caller has seen this application as it is."""

    def headers(world: World) -> dict[str, str]:
        application = ProfessionalApplication.objects.get(uid=world.ids[name])
        return {"If-Match": f'"{application.version}"'}

    return headers


def says(**body: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: body


def mine(path: str = "", of: str = "draft", **ids: str) -> dict[str, Any]:
    return {"path": f"applications/{{uid}}/{path}", "ids": {"uid": of, **ids}}


def file(path: str = "", of: str = "held", **ids: str) -> dict[str, Any]:
    return {"path": f"admin/applications/{{uid}}/{path}", "ids": {"uid": of, **ids}}


def reaudit(path: str = "", of: str = "taken") -> dict[str, Any]:
    return {"path": f"admin/reaudits/{{uid}}/{path}", "ids": {"uid": of}}


def get(path: str, **ids: str) -> Act:
    return Act("GET", path, ids)


def post(path: str, body: Callable[[World], dict[str, Any]] | None = None, **more: Any) -> Act:
    return Act("POST", path, body=body, **more)


def scan(**body: str) -> Callable[[World], dict[str, Any]]:
    """A form with a scan of a document of this type."""
    return lambda world: {**body, "file": upload(jpeg(certificate("sent")), "scan.jpg")}


def by_link(world: World) -> dict[str, Any]:
    return {"token": world.ids["token"]}


def sent_by_link(world: World) -> dict[str, Any]:
    return {**by_link(world), **scan()(world)}


def of_client(world: World) -> dict[str, Any]:
    client, secret = make_client()
    return {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": secret}


def signed(world: World) -> dict[str, str]:
    return notice_of(world.ids["payment"], world.ids["amount"], "NGN")[0]


def paid(world: World) -> bytes:
    return notice_of(world.ids["payment"], world.ids["amount"], "NGN")[1]


def own_refresh(world: World) -> dict[str, Any]:
    return {"refresh": sign_in(world.people[OWNER]).refresh}


def merge_of_two(world: World) -> dict[str, Any]:
    return {"merged": str(world.ids["one"]), "kept": str(world.ids["two"]), "reason": "entered_twice"}


def answers(world: World) -> dict[str, Any]:
    return {"answers": [{"question": str(world.ids["question"]), "answer": "It was a slip."}]}


APPROVAL, REJECTION = {"reason": "requirements_met"}, {"reason": "requirements_not_met", "note": "No internship."}
DOUBT = {"reason": "document_not_verified", "note": "x"}
LETTER = {"document_type": "school-letter", "addressee": "The Registrar", "email": "registrar@school.example"}

SECTIONS: dict[str, list[Act]] = {
    "The public register": [
        get("verify/{license_number}/", license_number="license_number"),
        post("verify/batch/", lambda world: {"items": [{"license_number": world.ids["license_number"]}]}),
        Act("GET", "search/", query="?q=okafor"),
        get("statistics/"),
        *map(get, ["regulators/", "professions/", "register-parts/", "specialties/", "states/", "lgas/"]),
        *map(get, ["document-requirements/", "fees/", "reasons/", ".well-known/jwks.json"]),
    ],
    "My own": [
        get("me/entry/"),
        get("me/entry/photograph/"),
        get("me/identity/"),
        post("me/identity/", says(virtual_nin=ADAEZE)),
        get("applications/"),
        post("applications/", says(kind="first_registration", register_part="mdcn-dental-limited")),
        Act("GET", **mine()),
        Act("PATCH", **mine(), body=says(surname="Bello"), headers=version("draft")),
        Act("POST", **mine("documents/"), body=scan(document_type="oath"), format="multipart"),
        Act("GET", **mine("documents/{document}/", of="held", document="document")),
        Act("POST", **mine("payment/")),
        Act("GET", **mine("payment/")),
        Act("POST", **mine("submit/")),
        Act("POST", **mine("respond/", of="asked"), body=answers),
        Act("POST", **mine("withdraw/", of="waiting"), body=says(note="x")),
    ],
    "Officers' files": [
        get("admin/applications/"),
        get("admin/officers/"),
        Act("GET", **file()),
        Act("GET", **file("documents/{document}/", document="document")),
        post("admin/applications/next/"),
        Act("POST", **file("claim/", of="waiting")),
        Act("POST", **file("assign/", of="waiting")),
        Act("POST", **file("reassign/"), body=says(note="x")),
        Act("POST", **file("release/"), body=says(note="x")),
        Act("POST", **file("notes/"), body=says(text="x")),
        Act("POST", **file("conflict/"), body=says(reason="My cousin.")),
        Act("POST", **file("request-information/"), body=says(questions=[vars(each) for each in QUESTIONS])),
        Act("POST", **file("document-requests/", of="awaiting"), body=says(**LETTER)),
        Act(
            "POST",
            **file("documents/", of="awaiting"),
            body=scan(document_type="school-letter", received_from="The Registrar"),
            format="multipart",
        ),
        Act("POST", **file("flags/"), body=says(words="x")),
        Act(
            "POST",
            **file("flags/{flag}/verdict/", of="asked", flag="flag"),
            body=says(verdict=Verdict.NO_CONCERN.value, note="x"),
        ),
        Act("POST", **file("approve/"), body=says(**APPROVAL)),
        Act("POST", **file("reject/"), body=says(**REJECTION)),
        Act("POST", **file("return/", of="proposed"), body=says(note="x")),
    ],
    "Decisions that were drawn to be looked at again; the officer of its council took them": [
        get("admin/reaudits/"),
        Act("GET", **reaudit()),
        Act("POST", **reaudit("take/", of="drawn")),
        Act("POST", **reaudit("release/")),
        Act("POST", **reaudit("uphold/")),
        Act("POST", **reaudit("doubt/"), body=says(**DOUBT)),
        get("admin/reaudits/figures/"),
    ],
    "People on the register, and who was entered twice": [
        Act("GET", "admin/practitioners/", query="?license={license_number}"),
        get("admin/practitioners/{uid}/", uid="person"),
        get("admin/practitioners/{uid}/photograph/", uid="person"),
        get("admin/practitioners/{uid}/duplicates/", uid="person"),
        get("admin/merges/"),
        post("admin/merges/", merge_of_two),
        get("admin/merges/{uid}/", uid="merge"),
        post("admin/merges/{uid}/confirm/", ids={"uid": "merge"}),
        post("admin/merges/{uid}/decline/", says(note="Two cousins."), ids={"uid": "merge"}),
        post("admin/merges/{uid}/undo/", says(note="x"), ids={"uid": "merged"}),
    ],
    "Auditors": [get("admin/audit/")],
    "Documents from others, by the link in a letter": [
        post("document-requests/{uid}/", by_link, ids={"uid": "request"}),
        post("document-requests/{uid}/documents/", sent_by_link, ids={"uid": "request"}, format="multipart"),
    ],
    "Payment providers, by their signature": [
        post("payments/webhooks/{provider}/", paid, headers=signed, ids={"provider": "fake"})
    ],
    "Signing in": [
        post("auth/register/", says(email="new@example.ng", password=PASSWORD, full_name="Musa Bello")),
        post("auth/confirm-email/", says(uid=str(UUID(int=0)), token="x")),
        post("auth/confirm-email/resend/", says(email="new@example.ng")),
        post("auth/token/", lambda world: {"email": world.people[OWNER].email, "password": PASSWORD}),
        post("auth/token/refresh/", own_refresh),
        post("auth/token/revoke/", own_refresh),
        post("auth/client-token/", of_client, format="form"),
        get("auth/me/"),
        post("auth/password/change/", says(current_password=PASSWORD, new_password="Olumo-Rock-at-noon")),
        post("auth/password/reset/", says(email="new@example.ng")),
        post("auth/password/reset/confirm/", says(uid=str(UUID(int=0)), token="x", password="Olumo-Rock-at-noon")),
        get("auth/second-factor/"),
        post("auth/second-factor/", says(current_password=PASSWORD)),
        post("auth/second-factor/confirm/", says(code="000000")),
        post("auth/second-factor/recovery-codes/", says(code="000000")),
        post("auth/second-factor/remove/", says(current_password=PASSWORD, code="000000")),
    ],
}
