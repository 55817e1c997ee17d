"""The officers of a council: who they are, how much they have, and who of them may be given a file."""

from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from accounts.rules import Role
from accounts.tests.factories import as_user, make_user
from applications import services
from applications.models import ProfessionalApplication
from applications.rules import UNDECIDED, Hindrance, Status
from applications.tests.factories import claim, fill, make_application, make_draft, make_officer, submit
from changes.tests.factories import NOW
from common.tests.problems import refused

pytestmark = pytest.mark.django_db

OFFICERS, FILES = "/api/registry/admin/officers/", "/api/registry/admin/applications/"
FREE = {"may_have": True, "reason": None, "detail": None, "has_proposed": False}


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def listed(api: APIClient, **asked: Any) -> list[dict[str, Any]]:
    answer = api.get(OFFICERS, asked)
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows


def chances(reader: User, file: ProfessionalApplication) -> dict[str, Any]:
    return {row["name"]: row["file"] for row in listed(as_user(reader), file=file.uid)}


def waiting(applicant: User | None = None) -> ProfessionalApplication:
    return submit(fill(make_draft(applicant)))


class TestTheList:
    def test_is_of_ones_council_by_name_and_tells_no_more_than_how_much_each_has(self) -> None:
        second, first = make_officer(full_name="Ibrahim Danjuma"), make_officer(full_name="Halima Sani")
        make_officer("nmcn")
        make_officer(is_active=False)
        claim(waiting(), first)
        assert listed(as_user(second)) == [
            {"id": str(first.pk), "name": "Halima Sani", "regulator": "mdcn", "open_files": 1, "file": None},
            {"id": str(second.pk), "name": "Ibrahim Danjuma", "regulator": "mdcn", "open_files": 0, "file": None},
        ]

    def test_is_of_every_council_for_a_national_administrator(self) -> None:
        doctors = make_officer(full_name="Halima Sani")
        nurses = make_user(Role.OFFICER, Role.PROFESSIONAL, regulator="nmcn", full_name="Tochukwu Obi")
        api = as_user(make_user(Role.NATIONAL_ADMINISTRATOR))
        found = [("Halima Sani", "mdcn"), ("Tochukwu Obi", "nmcn")]
        assert [(row["name"], row["regulator"]) for row in listed(api)] == found
        assert [row["id"] for row in listed(api, regulator="mdcn")] == [str(doctors.pk)]
        assert [row["id"] for row in listed(api, regulator="nmcn")] == [str(nurses.pk)]
        assert listed(as_user(doctors), regulator="nmcn") == []

    def test_counts_the_files_that_are_not_closed(self) -> None:
        busy, other = make_officer(full_name="Halima Sani"), make_officer(full_name="Ibrahim Danjuma")
        for status in (Status.LAPSED, *sorted(UNDECIDED), Status.APPROVED, Status.REJECTED):
            make_application(Status(status), busy, other)
        assert [row["open_files"] for row in listed(as_user(other))] == [3, 0]

    def test_is_paged(self) -> None:
        reader, *_ = [make_officer(full_name=name) for name in ("Ada", "Bola", "Bola")]
        api = as_user(reader)
        page = api.get(OFFICERS, {"page_size": 2}).json()
        more = api.get(page["next"]).json()["results"]
        assert len({row["id"] for row in [*page["results"], *more]}) == 3

    @pytest.mark.parametrize("asked", [{"regulator": "xyz"}, {"file": "x"}, {"name": "x"}])
    def test_refuses_by_name_what_it_does_not_know(self, asked: dict[str, str]) -> None:
        problem = refused(as_user(make_officer()).get(OFFICERS, asked), 400, "invalid_input")
        assert [error["pointer"] for error in problem["errors"]] == [f"?{next(iter(asked))}"]

    @pytest.mark.parametrize("role", [Role.PROFESSIONAL, Role.AUDITOR])
    def test_is_for_nobody_else(self, role: Role) -> None:
        refused(as_user(make_user(role)).get(OFFICERS), 403, "permission_denied")

    def test_asks_as_often_for_three_as_for_one(self) -> None:
        first, second, _ = (make_officer() for _ in range(3))
        file = make_application(Status.DECISION_PROPOSED, first, second)
        counts = []
        for reader in (second, make_user(Role.NATIONAL_ADMINISTRATOR)):
            for asked in ({}, {"file": file.uid}):
                api = as_user(reader)
                for size in (1, 3):
                    with CaptureQueriesContext(connection) as statements:
                        assert len(listed(api, page_size=size, **asked)) == size
                    counts.append(len(statements))
        assert counts == [4, 4, 7, 7, 5, 5, 9, 9]


class TestWhoMayHaveAFile:
    def test_whoever_is_neither_its_applicant_nor_has_an_interest_nor_has_it(self) -> None:
        reader, holder, cousin, applicant = (make_officer(full_name=name) for name in ("Ada", "Bola", "Chidi", "Dayo"))
        file = claim(waiting(applicant), holder)
        services.declare_interest(officer=cousin, uid=file.uid, reason="My cousin.", now=NOW)
        make_officer(full_name="Efe")
        make_officer("nmcn")

        def hindered(by: Hindrance) -> dict[str, Any]:
            return {"may_have": False, "reason": by.value, "detail": by.label, "has_proposed": False}

        assert chances(reader, file) == {
            "Ada": hindered(Hindrance.COLLEAGUES),
            "Bola": hindered(Hindrance.HAS_IT),
            "Chidi": hindered(Hindrance.INTEREST),
            "Dayo": hindered(Hindrance.APPLICANT),
            "Efe": FREE,
        }

    def test_it_is_what_giving_it_comes_to(self) -> None:
        reader, holder, cousin, applicant = (make_officer(full_name=name) for name in ("Ada", "Bola", "Chidi", "Dayo"))
        for file in (waiting(applicant), claim(waiting(), holder), make_application(Status.APPROVED, holder, reader)):
            services.declare_interest(officer=cousin, uid=file.uid, reason="My cousin.", now=NOW)
            act = "assign" if file.officer is None else "reassign"
            for name, chance in chances(reader, file).items():
                to = User.objects.get(full_name=name, role_assignments__regulator="mdcn")
                body = {"to": str(to.pk), **({"note": "x"} if act == "reassign" else {})}
                with transaction.atomic():
                    given = as_user(reader).post(f"{FILES}{file.uid}/{act}/", body)
                    transaction.set_rollback(True)
                assert (given.status_code == 200) == chance["may_have"], (act, name, given.content)

    def test_a_colleagues_file_is_not_taken_for_oneself_unless_they_have_left(self) -> None:
        reader, holder = make_officer(full_name="Ada"), make_officer(full_name="Bola")
        file = claim(waiting(), holder)
        assert chances(reader, file)["Ada"]["reason"] == "colleagues"
        User.objects.filter(pk=holder.pk).update(is_active=False)
        assert chances(reader, file)["Ada"] == FREE

    def test_nobody_where_it_is_closed(self) -> None:
        first, second = make_officer(full_name="Ada"), make_officer(full_name="Bola")
        file = make_application(Status.REJECTED, first, second)
        assert {chance["reason"] for chance in chances(first, file).values()} == {"closed"}

    def test_whoever_has_proposed_its_decision_may_and_is_marked(self) -> None:
        first, second = make_officer(full_name="Ada"), make_officer(full_name="Bola")
        file = make_application(Status.DECISION_PROPOSED, first, second)
        services.reassign(officer=first, uid=file.uid, to=second.pk, note="On leave", now=NOW)
        assert chances(second, file)["Ada"] == {**FREE, "has_proposed": True}

    def test_a_national_administrator_is_told_of_the_files_council_alone(self) -> None:
        make_officer(full_name="Ada")
        make_officer("nmcn", full_name="Tochukwu Obi")
        assert chances(make_user(Role.NATIONAL_ADMINISTRATOR), waiting()) == {"Ada": FREE}

    def test_of_a_file_that_one_may_not_see_nothing_is_told(self) -> None:
        officer = make_officer("nmcn")
        for uid in (waiting().uid, uuid4(), make_draft().uid):
            refused(as_user(officer).get(OFFICERS, {"file": uid}), 404, "not_found")
        own = waiting(make_officer())
        refused(as_user(own.applicant).get(OFFICERS, {"file": own.uid}), 404, "not_found")
