"""The officers' queue: what is in it, in which order, what it is narrowed by, and what a row tells."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.rules import Role
from accounts.tests.factories import as_user, make_user
from applications import services
from applications.models import ProfessionalApplication
from applications.rules import UNDECIDED, Status
from applications.tests.factories import (
    QUESTIONS,
    add_documents,
    ask,
    claim,
    fill,
    make_application,
    make_draft,
    make_officer,
    pay,
    reassign,
    reject,
    submit,
    withdraw,
)
from changes.tests.factories import NOW
from common.tests.problems import refused

pytestmark = pytest.mark.django_db

FILES = "/api/registry/admin/applications/"
NURSES = "nmcn-general-nurse"
# What lapses comes first, since all that waits for an applicant lapses with it.
SUBMITTED_STATUSES = sorted(set(Status) - {Status.DRAFT}, key=[Status.LAPSED, *Status].index)


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def waiting(**kind: Any) -> ProfessionalApplication:
    return submit(fill(make_draft(**kind)))


def submitted_at(at: datetime) -> ProfessionalApplication:
    application = fill(make_draft())
    add_documents(application)
    pay(application)
    return services.submit(applicant=application.applicant, uid=application.uid, now=at)


def declare(officer: Any, file: ProfessionalApplication) -> None:
    services.declare_interest(officer=officer, uid=file.uid, reason="My cousin.", now=NOW)


def listed(api: APIClient, **asked: Any) -> list[str]:
    answer = api.get(FILES, asked)
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def ids(files: Iterable[ProfessionalApplication]) -> list[str]:
    return [str(file.uid) for file in files]


class TestWhatIsInIt:
    def test_what_the_council_has_to_decide_the_first_submitted_first(self) -> None:
        files = [submitted_at(NOW + timedelta(days=days)) for days in (2, 0, 1)]
        make_draft()
        waiting(register_part=NURSES)
        assert listed(as_user(make_officer())) == ids([files[1], files[2], files[0]])

    def test_whosever_turn_it_is_and_nothing_that_is_closed(self) -> None:
        first, second = make_officer(), make_officer()
        files = [make_application(status, first, second) for status in SUBMITTED_STATUSES]
        found = [file for file in files if file.status in UNDECIDED]
        assert len(found) == 4
        assert listed(as_user(second)) == ids(found)

    def test_a_question_takes_no_place_from_the_applicant(self) -> None:
        officer = make_officer()
        asked, other = submitted_at(NOW), submitted_at(NOW + timedelta(seconds=1))
        ask(claim(asked, officer), officer)
        assert listed(as_user(officer)) == ids([asked, other])

    def test_a_national_administrator_sees_those_of_every_council(self) -> None:
        files = [waiting(), waiting(register_part=NURSES)]
        assert listed(as_user(make_user(Role.NATIONAL_ADMINISTRATOR))) == ids(files)

    def test_it_is_paged_in_the_same_order(self) -> None:
        files = [submitted_at(NOW + timedelta(days=days)) for days in range(3)]
        api = as_user(make_officer())
        page = api.get(FILES, {"page_size": 2}).json()
        assert [row["id"] for row in page["results"]] == ids(files[:2])
        assert [row["id"] for row in api.get(page["next"]).json()["results"]] == ids(files[2:])


class TestWhatItIsNarrowedBy:
    def test_one_status_or_several(self) -> None:
        first, second = make_officer(), make_officer()
        files = {status: make_application(status, first, second) for status in SUBMITTED_STATUSES}
        api = as_user(second)
        for status, file in files.items():
            assert listed(api, status=status.value) == ids([file])
        assert listed(api, status="approved,rejected") == ids([files[Status.APPROVED], files[Status.REJECTED]])

    @pytest.mark.parametrize(
        ("asked", "pointer"),
        [
            ({"status": "draft"}, "?status"),
            ({"status": "approved,nonsense"}, "?status"),
            ({"status": "approved,"}, "?status"),
            ({"status": ""}, "?status"),
            ({"with_whom": "you"}, "?with_whom"),
            ({"waiting_for": "applicant"}, "?waiting_for"),
            ({"officer": "me"}, "?officer"),
        ],
    )
    def test_what_it_does_not_know_is_refused_by_name(self, asked: dict[str, str], pointer: str) -> None:
        problem = refused(as_user(make_officer()).get(FILES, asked), 400, "invalid_input")
        assert [error["pointer"] for error in problem["errors"]] == [pointer]

    def test_my_files(self) -> None:
        officer, other = make_officer(), make_officer()
        mine = make_application(Status.UNDER_REVIEW, officer, other)
        decided = make_application(Status.APPROVED, officer, other)
        make_application(Status.UNDER_REVIEW, other, officer)
        api = as_user(officer)
        assert listed(api, with_whom="me") == ids([mine])
        assert listed(api, with_whom="me", status="approved") == ids([decided])

    def test_nobodys_are_those_that_next_chooses_from(self) -> None:
        officer, cousin = make_officer(), make_officer()
        withdraw(waiting())
        claim(waiting(), cousin)
        of_interest, free = waiting(), waiting()
        declare(cousin, of_interest)
        assert listed(as_user(officer), with_whom="nobody") == ids([of_interest, free])
        assert listed(as_user(officer), with_whom="nobody", status="withdrawn") == []
        assert listed(as_user(cousin), with_whom="nobody") == ids([free])
        assert services.take_next(officer=cousin, now=NOW) == free


class TestWhatWaitsForMe:
    def test_my_files_that_do_not_wait_for_anybody_else(self) -> None:
        officer, other = make_officer(), make_officer()
        files = [make_application(status, officer, other) for status in SUBMITTED_STATUSES]
        under_review = [file for file in files if file.status == Status.UNDER_REVIEW]
        assert listed(as_user(officer), waiting_for="me") == ids(under_review)

    def test_proposals_of_others_that_i_may_confirm(self) -> None:
        officer, other = make_officer(), make_officer()
        theirs = make_application(Status.DECISION_PROPOSED, other, officer)
        of_interest = make_application(Status.DECISION_PROPOSED, other, officer)
        declare(officer, of_interest)
        given_to_me = reassign(make_application(Status.DECISION_PROPOSED, other, officer), other, officer)
        make_application(Status.DECISION_PROPOSED, officer, other)
        make_application(Status.DECISION_PROPOSED, make_officer("nmcn"), make_officer("nmcn"), register_part=NURSES)
        waits = listed(as_user(officer), waiting_for="me")
        assert waits == ids([theirs, given_to_me])
        for uid in waits:
            reviewed = as_user(officer).post(f"{FILES}{uid}/approve/", {})
            assert reviewed.status_code == 200, reviewed.content

    def test_a_national_administrator_can_confirm_nothing(self) -> None:
        make_application(Status.DECISION_PROPOSED, make_officer(), make_officer())
        api = as_user(make_user(Role.NATIONAL_ADMINISTRATOR))
        assert listed(api, waiting_for="me") == []

    def test_all_that_waits_for_a_second_officer(self) -> None:
        first, second = make_officer(), make_officer()
        files = [make_application(Status.DECISION_PROPOSED, *two) for two in ((first, second), (second, first))]
        make_application(Status.UNDER_REVIEW, first, second)
        for officer in (first, second):
            assert listed(as_user(officer), waiting_for="second_officer") == ids(files)


class TestWhatARowTells:
    def test_of_a_file_that_nobody_has(self) -> None:
        file = fill(make_draft())
        add_documents(file)
        pay(file)
        services.submit(applicant=file.applicant, uid=file.uid, now=NOW)
        with time_machine.travel(NOW + timedelta(days=3), tick=False):
            (row,) = as_user(make_officer()).get(FILES).json()["results"]
        assert row == {
            "id": str(file.uid),
            "kind": "first_registration",
            "register_part": "mdcn-medical-full",
            "regulator": "mdcn",
            "status": "submitted",
            "version": row["version"],
            "created_at": "2026-11-23T10:00:00+01:00",
            "submitted_at": "2026-11-23T10:00:00+01:00",
            "applicant": "Adaeze Ngozi Okafor",
            "officer": None,
            "second_officer": True,
            "proposed_by": None,
            "checked_at": None,
            "is_flagged": False,
            "open_flags": 0,
            "seconds_with_council": timedelta(days=3).total_seconds(),
        }

    def test_who_has_it_who_has_proposed_and_how_many_flags_are_open(self) -> None:
        first, second = make_officer(full_name="Halima Sani"), make_officer(full_name="Ibrahim Danjuma")
        file = claim(waiting(), first)
        for words in ("The seal is drawn.", "The dates differ.", "The name is written over."):
            services.raise_flag(officer=first, uid=file.uid, words=words, now=NOW)
        flag = file.flags.earliest("id")
        services.give_verdict(officer=first, uid=file.uid, flag=flag.uid, verdict="no_concern", note="x", now=NOW)
        reject(file, first)
        reassign(file, first, second)
        (row,) = as_user(second).get(FILES).json()["results"]
        assert row["officer"] == {"id": str(second.pk), "name": "Ibrahim Danjuma"}
        assert row["proposed_by"] == {"id": str(first.pk), "name": "Halima Sani"}
        assert (row["is_flagged"], row["open_flags"], row["second_officer"]) == (True, 2, True)
        assert row["checked_at"] == "2026-11-23T10:00:00+01:00"

    def test_the_clock_stands_still_while_the_applicant_is_asked(self) -> None:
        officer = make_officer()
        file = claim(waiting(), officer)
        services.ask(officer=officer, uid=file.uid, questions=QUESTIONS, now=NOW + timedelta(days=2))
        with time_machine.travel(NOW + timedelta(days=9), tick=False):
            api = as_user(officer)
            (row,) = api.get(FILES).json()["results"]
            assert row["seconds_with_council"] == timedelta(days=2).total_seconds()
            shown = api.get(f"{FILES}{file.uid}/").json()
            assert shown["seconds_with_council"] == row["seconds_with_council"]

    def test_the_number_of_statements_does_not_grow_with_rows(self) -> None:
        first, second = make_officer(), make_officer()
        for _ in range(3):
            make_application(Status.DECISION_PROPOSED, first, second)
        counts = []
        for reader in (second, make_user(Role.NATIONAL_ADMINISTRATOR)):
            api = as_user(reader)
            for size in (1, 3):
                with CaptureQueriesContext(connection) as statements:
                    assert len(listed(api, page_size=size, waiting_for="second_officer")) == size
                counts.append(len(statements))
        assert counts == [5, 5, 6, 6]
