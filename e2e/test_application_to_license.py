"""A professional goes from an account to a license, and to a second one; two officers decide; everyone can verify."""

import os
import re
import time
from collections.abc import Callable
from email import message_from_string
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from e2e.caller import Caller
from e2e.pictures import page, portrait

AUTH, MINE, FILES = "/api/registry/auth", "/api/registry/applications", "/api/registry/admin/applications"
PASSWORD = "Zuma-Rock-at-dawn"
ANSWERS = {
    "surname": "Ọláńrewájú",
    "given_names": "Adétóún Grace",
    "birth_date": "1996-04-17",
    "gender": "female",
    "state": "OY",
    "telephone": "+2348031234567",
    "school": "University of Ibadan",
    "qualification": "MBBS",
    "qualified_on": "2022-07-10",
}
FITS = {"reason": "requirements_met"}

SignIn = Callable[[str, str], Caller]


@pytest.fixture(scope="module")
def applicant(anyone: Caller, registry_sign_in: SignIn) -> Caller:
    return with_account(anyone, registry_sign_in)


def with_account(anyone: Caller, registry_sign_in: SignIn, full_name: str = "Adétóún Ọláńrewájú") -> Caller:
    """Somebody who has registered and confirmed the address by the link that came by e-mail."""
    email = f"applicant-{uuid4().hex[:8]}@example.ng"
    body = {"email": email, "password": PASSWORD, "full_name": full_name}
    assert anyone.post(f"{AUTH}/register/", json=body).status_code == 202
    confirmed = anyone.post(f"{AUTH}/confirm-email/", json=link_sent_to(email))
    assert confirmed.status_code == 204, confirmed.text
    return registry_sign_in(email, PASSWORD)


@pytest.fixture(scope="module")
def officers(demo: dict[str, Any], registry_sign_in: SignIn) -> list[Caller]:
    """Two officers of the Medical and Dental Council."""
    role = {"role": "officer", "regulator": "mdcn"}
    accounts = [each for each in demo["registry"]["accounts"] if role in each["roles"]]
    return [registry_sign_in(each["email"], each["password"]) for each in accounts[:2]]


def link_sent_to(email: str) -> dict[str, str]:
    """What the link in the e-mail says, once the worker has sent it."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for file in Path(os.environ["PHB_MAIL"]).rglob("*.log"):
            for sent in map(message_from_string, file.read_text(encoding="utf-8").split(f"{'-' * 79}\n")):
                if sent["To"] == email:
                    payload = sent.get_payload(decode=True)
                    assert isinstance(payload, bytes)
                    found = re.search(r"https?://\S+", payload.decode())
                    assert found, payload
                    link = parse_qs(urlsplit(found[0]).fragment)
                    return {"uid": link["uid"][0], "token": link["token"][0]}
        time.sleep(0.2)
    raise AssertionError("no e-mail came")


def done(response: Any, status: int = 200) -> dict[str, Any]:
    assert response.status_code == status, response.text
    body: dict[str, Any] = response.json()
    return body


def refused(response: Any, status: int, code: str) -> dict[str, Any]:
    body = done(response, status)
    assert (response.headers["Content-Type"], body["code"]) == ("application/problem+json", code)
    return body


def write(caller: Caller, draft: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """Write answers on what is there now, named by the ETag as it came through the gateway."""
    address = f"{MINE}/{draft['id']}/"
    return done(caller.patch(address, json=answers, headers={"If-Match": caller.get(address).headers["ETag"]}))


def upload(caller: Caller, draft: dict[str, Any], code: str, picture: bytes, name: str = "scan.png") -> Any:
    files = {"file": (name, picture)}
    return caller.post(f"{MINE}/{draft['id']}/documents/", data={"document_type": code}, files=files)


def pay(caller: Caller, anyone: Caller, draft: dict[str, Any]) -> None:
    """Pay what is to be paid at the provider that local systems have."""
    payment = done(caller.post(f"{MINE}/{draft['id']}/payment/"))
    assert done(anyone.post(urlsplit(payment["pay_at"]).path)) == {"received": True}


def submitted(
    applicant: Caller,
    anyone: Caller,
    register_part: str,
    *,
    kind: str = "first_registration",
    holder: str = "Adetoun",
    **said: str,
) -> dict[str, Any]:
    """A complete application for a register part, handed to the council with papers of this holder."""
    body = {"kind": kind, "register_part": register_part}
    asked_for = done(applicant.post(f"{MINE}/", json=body), 201)
    draft = write(applicant, asked_for, said if kind != "first_registration" else ANSWERS | said)
    for missing in draft["missing"]:
        if missing["pointer"] == "/payment":
            pay(applicant, anyone, draft)
        else:
            code = missing["pointer"].removeprefix("/documents/")
            picture = (
                portrait(holder) if code == "passport-photograph" else page(f"{holder} {kind} {register_part} {code}")
            )
            done(upload(applicant, draft, code, picture), 201)
    return done(applicant.post(f"{MINE}/{draft['id']}/submit/"))


def looked_at(officer: Caller, file: str) -> dict[str, Any]:
    """A file, once the worker has looked for what is odd about it."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        seen = done(officer.get(f"{file}/"))
        if seen["checked_at"] is not None:
            return seen
        time.sleep(0.2)
    raise AssertionError("the worker has not looked at it")


def approve(first: Caller, second: Caller, file: str) -> dict[str, Any]:
    """Have two officers approve a file."""
    assert looked_at(first, file)["flags"] == []
    assert done(first.post(f"{file}/approve/", json=FITS))["status"] == "decision_proposed"
    refused(first.post(f"{file}/approve/", json=FITS), 403, "application_second_officer_needed")
    return done(second.post(f"{file}/approve/", json={}))


def test_from_an_account_to_a_license(applicant: Caller, officers: list[Caller], anyone: Caller) -> None:
    first, second = officers
    body = {"kind": "first_registration", "register_part": "mdcn-medical-full"}
    draft = done(applicant.post(f"{MINE}/", json=body), 201)
    draft = write(applicant, draft, ANSWERS)

    night = refused(
        upload(applicant, draft, "passport-photograph", portrait("Adetoun", light=0.1)), 422, "document_refused"
    )
    assert all(error["detail"] for error in night["errors"])
    refused(upload(applicant, draft, "oath", b"<svg onload='alert(1)'/>", "oath.svg"), 422, "document_refused")
    whole = page("oath")
    refused(upload(applicant, draft, "oath", whole[: len(whole) // 2]), 422, "document_refused")
    incomplete = refused(applicant.post(f"{MINE}/{draft['id']}/submit/"), 422, "application_incomplete")
    wanted = [error["pointer"] for error in incomplete["errors"]]
    assert wanted == [
        "/documents/birth-certificate",
        "/documents/degree-certificate",
        "/documents/oath",
        "/documents/passport-photograph",
        "/payment",
    ]

    done(upload(applicant, draft, "passport-photograph", portrait("Adetoun")), 201)
    for code in ("birth-certificate", "degree-certificate", "oath"):
        done(upload(applicant, draft, code, page(code)), 201)
    pay(applicant, anyone, draft)
    assert done(applicant.post(f"{MINE}/{draft['id']}/submit/"))["status"] == "submitted"

    file = f"{FILES}/{draft['id']}"
    assert (
        done(first.post(f"{file}/assign/", json={"to": done(first.get(f"{AUTH}/me/"))["id"]}))["status"]
        == "under_review"
    )
    question = {"pointer": "/qualified_on", "reason": "does_not_agree", "fix": "Give the day on the certificate."}
    done(first.post(f"{file}/request-information/", json={"questions": [question]}))
    asked = done(applicant.get(f"{MINE}/{draft['id']}/"))
    write(applicant, asked, {"qualified_on": "2022-07-01"})
    answer = {"question": asked["questions"][0]["id"], "answer": "It was a slip."}
    done(applicant.post(f"{MINE}/{draft['id']}/respond/", json={"answers": [answer]}))

    assert approve(first, second, file)["status"] == "approved"
    number = done(applicant.get(f"{MINE}/{draft['id']}/"))["license_number"]
    verified = done(anyone.get(f"/api/registry/verify/{number}/"))
    assert (verified["status"], verified["professional"]["full_name"]) == ("registered", "Adétóún Grace Ọláńrewájú")


def test_the_same_persons_second_registration(applicant: Caller, officers: list[Caller], anyone: Caller) -> None:
    first, second = officers
    application = submitted(applicant, anyone, "mdcn-dental-full")
    file = f"{FILES}/{application['id']}"
    done(first.post(f"{file}/claim/"))
    approve(first, second, file)
    mine = done(applicant.get(f"{MINE}/"))["results"]
    numbers = [done(applicant.get(f"{MINE}/{each['id']}/"))["license_number"] for each in mine]
    assert [number[:8] for number in numbers] == ["PHB-DEN-", "PHB-MED-"]
    names = {done(anyone.get(f"/api/registry/verify/{number}/"))["professional"]["full_name"] for number in numbers}
    assert names == {"Adétóún Grace Ọláńrewájú"}
    again = {"kind": "first_registration", "register_part": "mdcn-dental-full"}
    refused(applicant.post(f"{MINE}/", json=again), 409, "application_license_already_held")


def test_from_a_provisional_to_a_full_registration_and_under_a_new_name(
    officers: list[Caller], anyone: Caller, registry_sign_in: SignIn
) -> None:
    """What builds on a license is prefilled from the register: only what is new is said."""
    first, second = officers
    doctor = with_account(anyone, registry_sign_in, "Hauwa Danjuma")

    def licensed(part: str, kind: str = "first_registration", **said: str) -> dict[str, Any]:
        application = submitted(doctor, anyone, part, kind=kind, holder="Hauwa", **said)
        file = f"{FILES}/{application['id']}"
        done(first.post(f"{file}/claim/"))
        assert approve(first, second, file)["status"] == "approved"
        number = done(doctor.get(f"{MINE}/{application['id']}/"))["license_number"]
        return done(anyone.get(f"/api/registry/verify/{number}/"))

    said = {"surname": "Danjuma", "given_names": "Hauwa", "birth_date": "1999-11-02", "telephone": "0803 777 1234"}
    provisional = licensed("mdcn-medical-provisional", **said)
    internship = {"internship_hospital": "Federal Medical Centre, Keffi", "internship_ended_on": "2026-07-31"}
    full = licensed("mdcn-medical-full", "upgrade", **internship)
    new_name = {"surname": "Bello", "given_names": "Hauwa", "name_change_reason": "marriage"}
    renamed = licensed("mdcn-medical-full", "name_change", **new_name)
    superseded = done(anyone.get(f"/api/registry/verify/{provisional['license_number']}/"))
    told = [
        (each["register"], each["status"], each["may_practise"], each["professional"]["full_name"])
        for each in (provisional, full, renamed, superseded)
    ]
    assert told == [
        ("provisional", "registered", False, "Hauwa Danjuma"),
        ("full", "registered", True, "Hauwa Danjuma"),
        ("full", "registered", True, "Hauwa Bello"),
        ("provisional", "removed", False, "Hauwa Bello"),
    ]
    assert renamed["license_number"] == full["license_number"]


def test_the_same_person_under_a_second_account_is_found_and_gets_no_second_entry(
    officers: list[Caller], anyone: Caller, registry_sign_in: SignIn
) -> None:
    """With another telephone, the names in another order, and no marks on the letters."""
    first, second = officers
    stranger = with_account(anyone, registry_sign_in)
    said = {"surname": "Olanrewaju", "given_names": "Grace Adetoun", "telephone": "0809 876 5432"}
    application = submitted(stranger, anyone, "mdcn-medical-provisional", **said)
    file = f"{FILES}/{application['id']}"
    done(first.post(f"{file}/claim/"))
    seen = looked_at(first, file)
    duplicates = [flag for flag in seen["flags"] if flag["kind"] == "duplicate"]
    assert {flag["called"] for flag in duplicates} == {"Adétóún Grace Ọláńrewájú"}
    assert all(flag["score"] > 0.9 for flag in duplicates)
    assert seen["second_officer"] is True
    refused(first.post(f"{file}/approve/", json=FITS), 409, "application_flags_open")
    reason = {"reason": "second_account", "note": "You are on the register already; sign in with that account."}
    done(first.post(f"{file}/reject/", json=reason))
    assert done(second.post(f"{file}/reject/", json={}))["status"] == "rejected"
    refused(stranger.get("/api/registry/me/entry/"), 404, "not_found")
    assert "flags" not in done(stranger.get(f"{MINE}/{application['id']}/"))
