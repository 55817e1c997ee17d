"""Re-audits over HTTP: the list, the look, the acts, and the figures of those who oversee them."""

from datetime import timedelta
from typing import Any

import jsonschema
import pytest
import time_machine
import yaml
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from accounts.rules import Role
from accounts.tests.factories import as_user, make_user
from applications.models import Reaudit
from applications.rules import ReauditStatus
from applications.tests.factories import make_officer
from applications.tests.reaudit_factories import LAST_LOT, decide, lot, make_reaudit, take
from audit.models import AuditRecord
from audit.rules import Action
from changes.tests.factories import NOW
from common.tests.problems import refused
from common.tests.versions import done

pytestmark = pytest.mark.django_db

REAUDITS, FILES = "/api/registry/admin/reaudits/", "/api/registry/admin/applications/"
FIGURES = f"{REAUDITS}figures/"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def listed(api: APIClient, **asked: Any) -> list[str]:
    return [row["id"] for row in api.get(REAUDITS, asked).json()["results"]]


def test_from_the_list_to_a_doubt_that_changes_nothing() -> None:
    file = decide()
    officer, administrator = make_officer(), make_user(Role.NATIONAL_ADMINISTRATOR)
    api = as_user(officer)
    before = api.get(f"{FILES}{file.uid}/").json()

    (row,) = api.get(REAUDITS, {"status": "drawn"}).json()["results"]
    assert row == {
        "id": str(file.reaudit.uid),
        "status": "drawn",
        "version": 1,
        "drawn_at": "2026-11-23T10:00:00+01:00",
        "application": str(file.uid),
        "kind": "first_registration",
        "register_part": "mdcn-medical-full",
        "regulator": "mdcn",
        "decision": "approved",
        "applicant": "Adaeze Ngozi Okafor",
        "officer": None,
        "reason": None,
        "note": "",
        "closed_at": None,
    }
    address = f"{REAUDITS}{row['id']}/"
    taken = done(api.post(f"{address}take/"))
    assert (taken["status"], taken["officer"]) == ("taken", officer.named)
    assert taken["file"] == before
    said = {"reason": "requirement_overlooked", "note": "The internship was of six months."}
    doubted = done(api.post(f"{address}doubt/", said))
    assert (doubted["status"], doubted["reason"], doubted["note"]) == ("doubted", said["reason"], said["note"])
    assert [(step["transition"], step["reason"], step["by"]) for step in doubted["history"]] == [
        ("take", None, officer.named),
        ("doubt", "requirement_overlooked", officer.named),
    ]
    assert doubted["file"] == before

    for other in (make_officer(), administrator):
        (seen,) = as_user(other).get(REAUDITS, {"status": "doubted"}).json()["results"]
        assert (seen["reason"], seen["note"], seen["closed_at"]) == (*said.values(), "2026-11-23T10:00:00+01:00")
        assert done(as_user(other).get(address))["file"] == before


def test_answers_are_what_the_openapi_file_describes() -> None:
    file = settings.BASE_DIR.parent / "shared_contracts" / "openapi" / "registry.v1.yaml"
    components = yaml.safe_load(file.read_text(encoding="utf-8"))["components"]
    reaudit, api = make_reaudit(ReauditStatus.DOUBTED), as_user(make_officer())
    answers = {
        "ReauditRowOutput": api.get(REAUDITS).json()["results"][0],
        "ReauditOutput": api.get(f"{REAUDITS}{reaudit.uid}/").json(),
        "FiguresOutput": as_user(make_user(Role.AUDITOR)).get(FIGURES).json(),
    }
    for name, answer in answers.items():
        schema = {**components["schemas"][name], "components": components}
        jsonschema.Draft202012Validator(schema).validate(answer)


class TestTheList:
    def test_is_the_councils_the_longest_waiting_first(self) -> None:
        late, early, middle = (make_reaudit(now=NOW + timedelta(days=days)) for days in (3, 1, 2))
        decide(chance=lot(LAST_LOT))
        nurses = make_officer("nmcn"), make_officer("nmcn")
        decide(*nurses, register_part="nmcn-general-nurse")
        found = [str(reaudit.uid) for reaudit in (early, middle, late)]
        assert listed(as_user(make_officer())) == found

    def test_is_narrowed_to_a_status(self) -> None:
        by_status = {status: str(make_reaudit(status).uid) for status in list(ReauditStatus)[1:]}
        api = as_user(make_officer())
        assert {status: listed(api, status=status.value) for status in by_status} == {
            status: [uid] for status, uid in by_status.items()
        }
        assert listed(api) == list(by_status.values())
        for wrong in ({"status": "not_drawn"}, {"status": "approved"}, {"officer": "me"}):
            refused(api.get(REAUDITS, wrong), 400, "invalid_input")

    def test_is_paged(self) -> None:
        uids = [str(make_reaudit().uid) for _ in range(3)]
        api = as_user(make_officer())
        page = api.get(REAUDITS, {"page_size": 2}).json()
        assert [row["id"] for row in page["results"]] == uids[:2]
        assert [row["id"] for row in api.get(page["next"]).json()["results"]] == uids[2:]

    def test_asks_as_often_for_three_as_for_one(self) -> None:
        for _ in range(3):
            make_reaudit(ReauditStatus.DOUBTED)
        counts = []
        for reader in (make_officer(), make_user(Role.NATIONAL_ADMINISTRATOR)):
            api = as_user(reader)
            for size in (1, 3):
                with CaptureQueriesContext(connection) as statements:
                    assert len(listed(api, page_size=size)) == size
                counts.append(len(statements))
        assert counts == [4, 4, 5, 5]

    def test_shows_nothing_that_is_restricted(self) -> None:
        make_reaudit()
        as_user(make_officer()).get(REAUDITS)
        assert not AuditRecord.objects.filter(action=Action.READ).exists()


class TestTheLook:
    @pytest.mark.parametrize(("role", "regulator"), [(Role.OFFICER, "mdcn"), (Role.NATIONAL_ADMINISTRATOR, "")])
    def test_is_recorded_like_any_look_at_the_file(self, role: Role, regulator: str) -> None:
        reaudit, reader = make_reaudit(), make_user(role, regulator=regulator)
        api = as_user(reader)
        api.get(f"{FILES}{reaudit.application.uid}/")
        api.get(f"{REAUDITS}{reaudit.uid}/")
        at_file, at_reaudit = AuditRecord.objects.filter(action=Action.READ).order_by("id")
        for name in ("actor", "actor_role", "actor_regulator", "subject_kind", "subject", "regulator", "fields"):
            assert getattr(at_file, name) == getattr(at_reaudit, name)
        assert (at_file.reason, at_reaudit.reason) == ("read_file", "read_reaudit")
        assert "birth_date" in at_reaudit.fields

    def test_comes_with_each_act(self) -> None:
        reaudit, officer = make_reaudit(), make_officer()
        for act in ("take", "release", "take", "uphold"):
            done(as_user(officer).post(f"{REAUDITS}{reaudit.uid}/{act}/"))
        looks = AuditRecord.objects.filter(action=Action.READ, actor=officer.actor).order_by("id")
        assert [look.reason for look in looks] == [
            "take_reaudit",
            "release_reaudit",
            "take_reaudit",
            "uphold_decision",
        ]

    def test_that_is_refused_shows_nothing(self) -> None:
        reaudit = make_reaudit()
        for stranger in (make_officer("nmcn"), reaudit.application.decided_by):
            for path in ("", "take/", "release/", "uphold/", "doubt/"):
                api, address = as_user(stranger), f"{REAUDITS}{reaudit.uid}/{path}"
                body = {"reason": "other_doubt", "note": "x"}
                refused(api.post(address, body) if path else api.get(address), 404, "not_found")
        assert not AuditRecord.objects.filter(action=Action.READ).exists()


class TestTheActs:
    def test_say_who_was_faster(self) -> None:
        reaudit, first = make_reaudit(), make_officer()
        address = f"{REAUDITS}{reaudit.uid}/"
        done(as_user(first).post(f"{address}take/"))
        second = as_user(make_officer())
        problem = refused(second.post(f"{address}take/"), 409, "reaudit_transition_not_allowed")
        assert problem["last_step"] == f"take by {first.full_name}, 23 November 2026 10:00"
        problem = refused(second.post(f"{address}uphold/"), 409, "reaudit_not_yours")
        assert problem["taken_by"] == first.named

    def test_with_a_version_are_refused_once_it_has_changed(self) -> None:
        reaudit, first = make_reaudit(), make_officer()
        take(reaudit, first)
        address = f"{REAUDITS}{reaudit.uid}/take/"
        problem = refused(as_user(make_officer()).post(address, headers={"If-Match": '"1"'}), 412, "reaudit_changed")
        assert problem["version"] == 2
        assert [(step["transition"], step["by"]) for step in problem["steps"]] == [("take", first.named)]
        refused(as_user(first).post(address, headers={"If-Match": "1"}), 400, "invalid_input")

    def test_with_the_newest_version_are_carried_out(self) -> None:
        reaudit, officer = make_reaudit(), as_user(make_officer())
        etag = officer.get(f"{REAUDITS}{reaudit.uid}/")["ETag"]
        assert done(officer.post(f"{REAUDITS}{reaudit.uid}/take/", headers={"If-Match": etag}))["version"] == 2

    def test_that_are_repeated_happen_once(self) -> None:
        reaudit, officer, key = make_reaudit(), as_user(make_officer()), {"Idempotency-Key": "take-0001"}
        answers = [officer.post(f"{REAUDITS}{reaudit.uid}/take/", headers=key).json() for _ in range(2)]
        assert answers[0] == answers[1]
        assert reaudit.transitions.count() == 1
        assert AuditRecord.objects.filter(action=Action.READ, reason="take_reaudit").count() == 2

    @pytest.mark.parametrize(
        ("body", "pointers"),
        [
            ({}, ["/reason", "/note"]),
            ({"reason": "other_doubt", "note": ""}, ["/note"]),
            ({"reason": "other_doubt", "note": 5}, ["/note"]),
            ({"reason": "requirements_not_met", "note": "x"}, ["/reason"]),
        ],
    )
    def test_a_doubt_names_what_it_lacks(self, body: dict[str, Any], pointers: list[str]) -> None:
        officer = make_officer()
        reaudit = make_reaudit(ReauditStatus.TAKEN, officer)
        problem = refused(as_user(officer).post(f"{REAUDITS}{reaudit.uid}/doubt/", body), 400, "invalid_input")
        assert [error["pointer"] for error in problem["errors"]] == pointers
        reaudit.refresh_from_db()
        assert reaudit.status == ReauditStatus.TAKEN

    def test_its_reasons_are_listed_for_anyone(self, api: APIClient) -> None:
        found = api.get("/api/registry/reasons/", {"kind": "doubt"}).json()["results"]
        assert [reason["code"] for reason in found] == [
            "document_not_verified",
            "identity_doubtful",
            "other_doubt",
            "rejected_without_ground",
            "requirement_overlooked",
        ]


class TestFigures:
    def of(self, reader: User) -> dict[str, dict[str, Any]]:
        answer = as_user(reader).get(FIGURES)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
        return {council.pop("regulator"): council for council in answer.json()["councils"]}

    def decide_some(self) -> None:
        """Of the doctors' council one in each status, one of them of a year ago; two of the nurses', one drawn."""
        for status in list(ReauditStatus)[1:]:
            make_reaudit(status)
        decide(chance=lot(LAST_LOT))
        nurses = make_officer("nmcn"), make_officer("nmcn")
        for number in (0, LAST_LOT):
            decide(*nurses, chance=lot(number), register_part="nmcn-general-nurse")

    @pytest.mark.parametrize("role", [Role.NATIONAL_ADMINISTRATOR, Role.AUDITOR])
    def test_are_council_by_council(self, role: Role) -> None:
        self.decide_some()
        figures = self.of(make_user(role))
        assert figures["mdcn"] == {"decided": 5, "drawn": 4, "upheld": 1, "doubted": 1, "waiting": 2}
        assert figures["nmcn"] == {"decided": 2, "drawn": 1, "upheld": 0, "doubted": 0, "waiting": 1}
        assert figures["pcn"] == {"decided": 0, "drawn": 0, "upheld": 0, "doubted": 0, "waiting": 0}

    def test_are_of_the_last_365_days_but_for_what_still_waits(self) -> None:
        self.decide_some()
        reader = make_user(Role.AUDITOR)
        with time_machine.travel(NOW + timedelta(days=365), tick=False):
            assert self.of(reader)["mdcn"]["decided"] == 5
        with time_machine.travel(NOW + timedelta(days=365, seconds=1), tick=False):
            assert self.of(reader)["mdcn"] == {"decided": 0, "drawn": 0, "upheld": 0, "doubted": 0, "waiting": 2}
            assert as_user(reader).get(FIGURES).json()["since"] == "2026-11-23T10:00:01+01:00"

    def test_of_ones_own_council_or_that_one_has_applied_to_are_kept_back(self) -> None:
        file = decide()
        both = make_user(Role.OFFICER, Role.NATIONAL_ADMINISTRATOR, regulator="nmcn")
        assert "nmcn" not in self.of(both)
        assert self.of(both)["mdcn"]["decided"] == 1
        file.applicant.role_assignments.create(role=Role.AUDITOR)
        assert "mdcn" not in self.of(file.applicant)

    def test_are_nobody_elses(self) -> None:
        decide()
        for reader in (make_officer(), Reaudit.objects.get().application.applicant):
            refused(as_user(reader).get(FIGURES), 403, "permission_denied")

    def test_ask_as_often_for_three_as_for_one(self) -> None:
        reader = as_user(make_user(Role.AUDITOR))
        counts = []
        for more in (1, 2):
            for _ in range(more):
                make_reaudit()
            with CaptureQueriesContext(connection) as statements:
                reader.get(FIGURES)
            counts.append(len(statements))
        assert counts == [6, 6]
