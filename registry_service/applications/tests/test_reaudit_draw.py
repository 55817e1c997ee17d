"""Which decisions are looked at again: as many as the rule says, by chance alone, and nobody concerned can tell."""

import inspect
import re
import secrets
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import as_user
from applications import services
from applications.models import Reaudit
from applications.rules import CLOSED, LOTS, FlagsOpen, ReauditStatus, Status, status_drawn
from applications.tests.factories import (
    PATHS,
    approve,
    make_application,
    make_officer,
    reject,
    renaming_by_one,
)
from applications.tests.reaudit_factories import FIRST_LOT, LAST_LOT, decide, lot
from changes.tests.factories import NOW, TODAY
from reference.models import Regulator, ReviewRule

MINE, FILES = "/api/registry/applications/", "/api/registry/admin/applications/"
REAUDITS = "/api/registry/admin/reaudits/"


@pytest.mark.parametrize("percent", [0, 1, 2, 50, 99, 100])
def test_of_a_hundred_lots_as_many_are_drawn_as_the_rule_says(percent: int) -> None:
    drawn = [status_drawn(percent, number) for number in range(LOTS)]
    assert drawn.count(ReauditStatus.DRAWN) == percent
    assert drawn.count(ReauditStatus.NOT_DRAWN) == LOTS - percent


@pytest.mark.parametrize("decide", [services.approve, services.reject])
def test_nobody_can_foresee_or_repeat_the_lots(decide: Any) -> None:
    assert inspect.signature(decide).parameters["chance"].default is secrets.randbelow


@pytest.mark.django_db
class TestTheDraw:
    def test_two_in_a_hundred_are_drawn_where_nobody_has_said_otherwise(self) -> None:
        statuses = [decide(chance=lot(number)).reaudit.status for number in (0, 1, 2, LAST_LOT)]
        assert statuses == ["drawn", "drawn", "not_drawn", "not_drawn"]

    def test_a_lot_is_one_of_a_hundred(self) -> None:
        asked = []
        decide(chance=lambda lots: asked.append(lots) or 0)
        assert asked == [100]

    @pytest.mark.parametrize("status", PATHS)
    def test_decisions_go_into_it_and_nothing_else(self, status: Status) -> None:
        make_application(status, make_officer(), make_officer())
        assert Reaudit.objects.count() == (status in (Status.APPROVED, Status.REJECTED))
        assert {Status.APPROVED, Status.REJECTED} < CLOSED

    def test_what_one_officer_decides_does_too(self) -> None:
        licensed, officer = decide(chance=lot(LAST_LOT)), make_officer()
        renaming = renaming_by_one(licensed.applicant)
        services.claim(officer=officer, uid=renaming.uid, now=NOW)
        services.approve(officer=officer, uid=renaming.uid, reason="requirements_met", now=NOW, chance=lot(FIRST_LOT))
        assert Reaudit.objects.get(application=renaming).status == ReauditStatus.DRAWN

    def test_a_rejection_does_too(self) -> None:
        first, second = make_officer(), make_officer()
        file = make_application(Status.UNDER_REVIEW, first, second)
        reject(file, first)
        services.reject(officer=second, uid=file.uid, now=NOW, chance=lot(FIRST_LOT))
        assert Reaudit.objects.get(application=file).status == ReauditStatus.DRAWN

    def test_it_says_when_and_by_which_share(self) -> None:
        reaudit = decide().reaudit
        assert (reaudit.drawn_at, reaudit.percent, reaudit.version, reaudit.officer) == (NOW, 2, 1, None)

    def test_a_decision_that_is_refused_leaves_none(self) -> None:
        first, second = make_officer(), make_officer()
        file = make_application(Status.DECISION_PROPOSED, first, second)
        services.raise_flag(officer=first, uid=file.uid, words="x", now=NOW)
        with pytest.raises(FlagsOpen):
            approve(file, second)
        assert not Reaudit.objects.exists()


@pytest.mark.django_db
class TestTheShare:
    def rule(self, percent: int, **key: Any) -> None:
        wider = {"kind": "first_registration", "answer_days": 30, "second_officer": True}
        ReviewRule.objects.create(**wider, reaudit_percent=percent, **key)

    def drawn(self, number: int, **kind: Any) -> bool:
        council = {"nmcn-general-nurse": "nmcn"}.get(kind.get("register_part", ""), "mdcn")
        application = decide(make_officer(council), make_officer(council), chance=lot(number), **kind)
        return application.reaudit.status == ReauditStatus.DRAWN

    def test_is_the_councils_own_where_it_has_one(self) -> None:
        self.rule(50, regulator=Regulator.objects.get(code="mdcn"))
        assert self.drawn(49)
        assert not self.drawn(49, register_part="nmcn-general-nurse")

    def test_of_all_none_is_left_and_of_none_none_is_drawn(self) -> None:
        self.rule(100, regulator=Regulator.objects.get(code="mdcn"))
        self.rule(0, regulator=Regulator.objects.get(code="nmcn"))
        assert self.drawn(LAST_LOT)
        assert not self.drawn(FIRST_LOT, register_part="nmcn-general-nurse")

    def test_is_that_of_the_day_of_the_decision(self) -> None:
        council = Regulator.objects.get(code="mdcn")
        tomorrow = TODAY + timedelta(days=1)
        self.rule(0, regulator=council, valid_until=tomorrow)
        self.rule(100, regulator=council, valid_from=tomorrow)
        assert not self.drawn(FIRST_LOT)
        assert self.drawn(LAST_LOT, now=NOW + timedelta(days=1))

    def test_goes_on_where_the_rule_has_ended_before_the_decision(self) -> None:
        first, second = make_officer(), make_officer()
        file = make_application(Status.UNDER_REVIEW, first, second)
        reject(file, first)
        ReviewRule.objects.update(valid_from=date(2020, 1, 1), valid_until=TODAY)
        services.reject(officer=second, uid=file.uid, now=NOW, chance=lot(1))
        assert Reaudit.objects.get(application=file).status == ReauditStatus.DRAWN


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_neither_who_decided_nor_the_applicant_can_tell_from_any_answer_or_from_how_much_there_was_to_do() -> None:
    drawn, not_drawn = (as_those_concerned_meet_it(percent) for percent in (100, 0))
    assert drawn == not_drawn
    assert sum('INSERT INTO "applications_reaudit"' in statement for statement in drawn[1]) == 1


def as_those_concerned_meet_it(percent: int) -> tuple[list[Any], list[str]]:
    """Decide in a world of its own, of which nothing stays; returns all answers, and what the database was asked."""
    with transaction.atomic():
        ReviewRule.objects.update(reaudit_percent=percent)
        officers = make_officer(), make_officer()
        file = make_application(Status.DECISION_PROPOSED, *officers)
        path = f"{FILES}{file.uid}/"
        with CaptureQueriesContext(connection) as deciding:
            answers = [as_user(officers[1]).post(f"{path}approve/")]
        # At once: the next request forgets them. What a connection prepares once says nothing.
        statements = [query["sql"] for query in deciding if not query["sql"].startswith("PREPARE ")]
        asked = [re.sub(r"'[^']*'| ?-?\d+", "?", statement) for statement in statements]
        assert Reaudit.objects.get().status == ("drawn" if percent else "not_drawn")
        for api in map(as_user, officers):
            answers += [api.get(address) for address in (path, FILES, REAUDITS)]
            answers += [api.get(f"{REAUDITS}{Reaudit.objects.get().uid}/")]
            answers += [
                api.post(f"{path}{act}/", {"text": "x", "reason": "x"}) for act in ("claim", "notes", "conflict")
            ]
        api = as_user(file.applicant)
        answers += [api.get(MINE), api.get(f"{MINE}{file.uid}/"), api.get(REAUDITS)]
        shown = [(answer.status_code, sorted(answer.headers), outline(answer.json())) for answer in answers]
        transaction.set_rollback(True)
    return shown, asked


def outline(answer: Any, name: str = "") -> Any:
    """What an answer says, without what differs between any two files."""
    if isinstance(answer, dict):
        return {name: outline(value, name) for name, value in answer.items()}
    if isinstance(answer, list):
        return [outline(value) for value in answer]
    return answer if name in ("status", "version", "code", "transition", "fields") else type(answer).__name__
