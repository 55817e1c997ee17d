"""Every endpoint, asked by everyone: what each of them gets, as one table.

Isolation stands twice, in the queries and in the database; each is also tested with the other removed.
"""

from functools import cache
from typing import NamedTuple
from uuid import uuid4

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from accounts.rules import Role
from accounts.tests.factories import as_user, make_user
from common.asker import asking_as_worker
from hospitals.tests.factories import make_hospital
from staff import queries
from staff.services import verify_affiliations
from staff.tests.factories import make_affiliation, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_registry")]

# Who asks: the administrator of the hospital, a colleague there without that role, the person whose
# affiliation it is and who has no role, the administrator of another hospital, the national
# administrator, somebody with an account alone, an operator with all rights in their own pages, nobody.
ASKERS = ("admin", "colleague", "person", "other admin", "national", "stranger", "operator", "anonymous")
ZUMA, ROW = "{zuma}", "{row}"
JOINING = {"hospital": ZUMA, "full_name": "Ada Obi", "job_title": "Nurse", "license_number": "PHB-NUR-NEW"}
# 404 where even the existence of a row is none of the asker's business.
TABLE = [
    # method, address, body                                       adm  col  per  oth  nat  str  ope  ano
    ("GET", "/api/staff/?hospital={zuma}", None,                 (200, 200, 403, 403, 200, 403, 403, 401)),
    ("POST", "/api/staff/", JOINING,                             (201, 403, 403, 403, 201, 403, 403, 401)),
    ("POST", "/api/staff/verify/", {"hospital": ZUMA},           (200, 403, 403, 403, 200, 403, 403, 401)),
    ("GET", "/api/staff/{row}/", None,                           (200, 200, 200, 404, 200, 404, 404, 401)),
    ("POST", "/api/staff/{row}/verify/", {},                     (200, 403, 403, 404, 200, 404, 404, 401)),
    ("POST", "/api/staff/{row}/leave/", {},                      (200, 403, 403, 404, 200, 404, 404, 401)),
    ("GET", "/api/staff/{row}/verifications/", None,             (200, 200, 200, 404, 200, 404, 404, 401)),
    ("GET", "/api/hospitals/", None,                             (200, 200, 200, 200, 200, 200, 200, 200)),
    ("GET", "/api/hospitals/{zuma}/", None,                      (200, 200, 200, 200, 200, 200, 200, 200)),
    ("GET", "/api/states/", None,                                (200, 200, 200, 200, 200, 200, 200, 200)),
    ("GET", "/api/lgas/", None,                                  (200, 200, 200, 200, 200, 200, 200, 200)),
    ("GET", "/.well-known/jwks.json", None,                      (200, 200, 200, 200, 200, 200, 200, 200)),
    ("GET", "/api/auth/me/", None,                               (200, 200, 200, 200, 200, 200, 200, 401)),
    ("POST", "/api/auth/password/change/", {},                   (400, 400, 400, 400, 400, 400, 400, 401)),
    ("GET", "/api/auth/second-factor/", None,                    (200, 200, 200, 200, 200, 200, 200, 401)),
    ("POST", "/api/auth/second-factor/", {},                     (400, 400, 400, 400, 400, 400, 400, 401)),
    ("POST", "/api/auth/second-factor/confirm/", {},             (400, 400, 400, 400, 400, 400, 400, 401)),
    ("POST", "/api/auth/second-factor/recovery-codes/", {},      (400, 400, 400, 400, 400, 400, 400, 401)),
    ("POST", "/api/auth/second-factor/remove/", {},              (400, 400, 400, 400, 400, 400, 400, 401)),
]  # fmt: skip
# Signing in and what leads there: nobody has a token yet, and accounts/tests says what each answers.
BEFORE_SIGNING_IN = {
    "/api/auth/register/",
    "/api/auth/confirm-email/",
    "/api/auth/confirm-email/resend/",
    "/api/auth/token/",
    "/api/auth/token/refresh/",
    "/api/auth/token/revoke/",
    "/api/auth/password/reset/",
    "/api/auth/password/reset/confirm/",
}


class Case(NamedTuple):
    """One cell of the table."""

    asker: str
    method: str
    address: str
    body: dict[str, str] | None
    status: int

    def __str__(self):
        return f"{self.method} {self.address} by {self.asker}: {self.status}"


CASES = [
    Case(asker, method, address, body, status)
    for method, address, body, statuses in TABLE
    for asker, status in zip(ASKERS, statuses, strict=True)
]
ON_STAFF = [case for case in CASES if case.address.startswith("/api/staff/")]


class World:
    """Two hospitals, one member of staff in each, and everyone who may ask."""

    def __init__(self):
        self.zuma, self.marina = make_hospital(), make_hospital()
        self.users = {
            "admin": make_user(Role.HOSPITAL_ADMIN, hospital=self.zuma),
            "colleague": make_user(Role.DOCTOR, Role.AUDITOR, hospital=self.zuma),
            "person": make_user(),
            "other admin": make_user(Role.HOSPITAL_ADMIN, hospital=self.marina),
            "national": make_user(Role.NATIONAL_ADMINISTRATOR),
            "stranger": make_user(),
            "operator": make_user(is_staff=True, is_superuser=True),
        }
        self.row = make_affiliation(self.zuma, user=self.users["person"])
        self.other_row = make_affiliation(self.marina)
        with asking_as_worker():
            verify_affiliations([self.row, self.other_row], asked_by=None, now=self.row.verify_next_at)

    def ask(self, asker, method, address, body, **names):
        names = {"zuma": str(self.zuma.id), "row": str(self.row.id), **names}
        caller = APIClient() if asker == "anonymous" else as_user(self.users[asker])
        filled = body and {name: names.get(str(value).strip("{}"), value) for name, value in body.items()}
        return caller.generic(
            method,
            address.format(**names),
            b"" if filled is None else caller._encode_data(filled, "json")[0],
            content_type="application/json",
        )


@pytest.fixture
def world():
    return World()


@cache
def operations():
    """Return every operation that OpenAPI lists, as (method, address)."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return {(method.upper(), path) for path, methods in paths.items() for method in methods}


def test_the_table_has_every_operation():
    listed = {
        (method, address.partition("?")[0].replace("{row}", "{affiliation_id}").replace("{zuma}", "{id}"))
        for method, address, *_ in TABLE
    }
    assert listed == {operation for operation in operations() if operation[1] not in BEFORE_SIGNING_IN}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_everyone_gets_what_the_table_says(world, case):
    answer = world.ask(case.asker, case.method, case.address, case.body)
    assert answer.status_code == case.status, answer.content
    if case.status >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert str(world.row.full_name) not in answer.content.decode()


@pytest.mark.parametrize("case", ON_STAFF, ids=str)
def test_the_queries_alone_keep_hospitals_apart(world, monkeypatch, case):
    with asking_as_worker():
        # With row-level security out of the way: everyone who signs in asks the database as the worker does.
        monkeypatch.setattr("accounts.authentication.ask_as", lambda user_id: None)
        assert world.ask(case.asker, case.method, case.address, case.body).status_code == case.status


@pytest.mark.parametrize("asker", ["other admin", "stranger", "operator"])
@pytest.mark.parametrize("end", ["", "verifications/"])
def test_the_database_alone_keeps_hospitals_apart(world, monkeypatch, asker, end):
    def anyone(user_id, affiliation_id):
        return queries.Affiliation.objects.select_related("verification").filter(pk=affiliation_id).first()

    monkeypatch.setattr("staff.api.views.affiliation_seen_by", anyone)
    monkeypatch.setattr("staff.api.views.require_role_in", lambda *asked, **proved: None)
    shown = world.ask(asker, "GET", "/api/staff/{row}/" + end, None)
    listed = world.ask(asker, "GET", "/api/staff/?hospital={zuma}", None)
    # An operator is shown every row by the database, which is why the queries do not leave it to that.
    expected = (200, 1) if asker == "operator" else (404, 0)
    assert (shown.status_code, len(listed.json()["results"])) == expected


@pytest.mark.parametrize("method_address", [(row[0], row[1]) for row in TABLE if ROW in row[1]])
def test_another_hospitals_row_and_no_row_get_the_same_answer(world, method_address):
    answers = []
    for row in (world.other_row.id, uuid4()):
        answer = world.ask("admin", *method_address, {}, row=str(row))
        answers.append({**answer.json(), "request_id": None, "instance": None})
    assert answers[0] == answers[1]
    assert answers[0]["code"] == "not_found"


def test_what_was_refused_changed_nothing(world):
    before = stored(world.row)
    for case in CASES:
        if case.method == "POST" and case.status in (401, 403, 404):
            world.ask(case.asker, case.method, case.address, case.body)
    after = stored(world.row)
    assert (after.verification_id, after.left_on, after.verify_next_at) == (
        before.verification_id,
        before.left_on,
        before.verify_next_at,
    )


def test_a_round_over_ones_own_hospital_reaches_no_other(world):
    ids = [str(world.row.id), str(world.other_row.id)]
    body = {"hospital": str(world.zuma.id), "affiliations": ids}
    assert as_user(world.users["admin"]).post("/api/staff/verify/", body).status_code == 400
    everyone = as_user(world.users["admin"]).post("/api/staff/verify/", {"hospital": str(world.zuma.id)})
    assert [row["id"] for row in everyone.json()["results"]] == [str(world.row.id)]


def test_the_person_reads_what_was_asked_about_them_and_of_nobody_else(world):
    shown = world.ask("person", "GET", "/api/staff/{row}/", None).json()
    assert shown["verification"]["outcome"] == "refused"
    assert len(world.ask("person", "GET", "/api/staff/{row}/verifications/", None).json()["results"]) == 1
    colleague = make_affiliation(world.zuma)
    assert world.ask("person", "GET", "/api/staff/{row}/", None, row=str(colleague.id)).status_code == 404


def test_a_role_that_was_taken_away_opens_nothing_from_the_next_request_on(world):
    caller = as_user(world.users["admin"])
    address = f"/api/staff/{world.row.id}/"
    assert caller.get(address).status_code == 200
    with asking_as_worker():
        world.users["admin"].role_assignments.all().delete()
    assert caller.get(address).status_code == 404
