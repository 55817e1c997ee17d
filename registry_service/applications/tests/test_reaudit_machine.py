"""Every pair of status and act of a re-audit; whose it is; and many officers at once."""

from collections import Counter
from itertools import product
from typing import Any

import pytest

from accounts.models import RoleAssignment, User
from accounts.rules import Role
from accounts.tests.factories import make_user
from applications import services
from applications.models import Reaudit, ReauditTransition
from applications.rules import (
    REAUDIT_CLOSED,
    REAUDIT_TRANSITIONS,
    NotYourReaudit,
    ReauditAct,
    ReauditChanged,
    ReauditStatus,
    ReauditTransitionNotAllowed,
)
from applications.tasks import share_out_files
from applications.tests.factories import make_officer
from applications.tests.reaudit_factories import (
    ACTS,
    LAST_LOT,
    PATHS,
    decide,
    doubt,
    lot,
    make_reaudit,
    release,
    take,
    uphold,
)
from audit.models import AuditRecord
from changes.models import RecordedChange
from changes.tests.factories import NOW
from common.errors import InvalidInput, NotFound
from common.testing import at_once
from notifications.models import OutgoingEmail

SHOWN = [status for status in ReauditStatus if status != ReauditStatus.NOT_DRAWN]


def test_nothing_leaves_a_closed_status_and_everything_else_that_was_drawn_can_be_left() -> None:
    assert {source for source, _ in REAUDIT_TRANSITIONS.values()} == set(SHOWN) - REAUDIT_CLOSED
    assert set(PATHS) == set(SHOWN)


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "act"), list(product(SHOWN, ReauditAct)))
def test_every_pair(status: ReauditStatus, act: ReauditAct) -> None:
    officer = make_officer()
    reaudit = make_reaudit(status, officer)
    application = reaudit.application
    steps = ReauditTransition.objects.filter(reaudit=reaudit)
    records = AuditRecord.objects.filter(action="change", subject=str(application.uid))
    before, recorded, version = steps.count(), records.count(), reaudit.version
    decided = (application.status, application.version, RecordedChange.objects.count())
    source, target = REAUDIT_TRANSITIONS[act]
    if status is source:
        ACTS[act](reaudit, officer)
        reaudit.refresh_from_db()
        assert (reaudit.status, reaudit.version) == (target, version + 1)
        assert reaudit.officer == (None if target == ReauditStatus.DRAWN else officer)
        last = steps.latest("id")
        assert (steps.count(), last.transition, last.from_status, last.to_status) == (before + 1, act, status, target)
        assert (last.actor, last.at, last.version) == (officer.actor, NOW, reaudit.version)
        record = records.latest("id")
        assert (records.count(), record.actor, record.at) == (recorded + 1, officer.actor, NOW)
        coded = ": document_not_verified" if act is ReauditAct.DOUBT else ""
        assert (record.reason, record.fields) == (f"{act}_reaudit{coded}", ["reaudit"])
        assert (record.actor_role, record.actor_regulator) == ("officer", "mdcn")
    else:
        with pytest.raises(ReauditTransitionNotAllowed) as refusal:
            ACTS[act](reaudit, officer)
        assert refusal.value.status == 409
        reaudit.refresh_from_db()
        assert (reaudit.status, reaudit.version, steps.count(), records.count()) == (status, version, before, recorded)
    application.refresh_from_db()
    assert decided == (application.status, application.version, RecordedChange.objects.count())


@pytest.mark.django_db
@pytest.mark.parametrize("act", ReauditAct)
def test_what_was_not_drawn_is_not_there(act: ReauditAct) -> None:
    reaudit = decide(chance=lot(LAST_LOT)).reaudit
    with pytest.raises(NotFound):
        ACTS[act](reaudit, make_officer())


@pytest.mark.django_db
class TestWhoseItIs:
    @pytest.mark.parametrize("act", [release, uphold, doubt])
    def test_only_who_has_it_goes_on_with_it(self, act: Any) -> None:
        officer = make_officer()
        reaudit = make_reaudit(ReauditStatus.TAKEN, officer)
        with pytest.raises(NotYourReaudit) as refusal:
            act(reaudit, make_officer())
        assert refusal.value.members == {"taken_by": officer.named}

    def test_who_comes_second_is_told_who_was_first(self) -> None:
        officer = make_officer()
        reaudit = make_reaudit(ReauditStatus.TAKEN, officer)
        with pytest.raises(ReauditTransitionNotAllowed, match=f"take by {officer.full_name}, 23 November 2026 10:00"):
            take(reaudit, make_officer())

    def test_what_was_given_back_is_anyones(self) -> None:
        officer, colleague = make_officer(), make_officer()
        reaudit = release(make_reaudit(ReauditStatus.TAKEN, officer), officer)
        assert reaudit.transitions.latest("id").note == "On leave."
        assert take(reaudit, colleague).officer == colleague

    def test_who_acts_on_what_they_have_not_seen_is_told_what_happened_since(self) -> None:
        officer, colleague = make_officer(), make_officer()
        reaudit = make_reaudit(ReauditStatus.TAKEN, officer)
        with pytest.raises(ReauditChanged) as refusal:
            services.take_reaudit(officer=colleague, uid=reaudit.uid, seen=1, now=NOW)
        (step,) = refusal.value.members["steps"]
        assert (step["transition"], step["by"], refusal.value.members["version"]) == ("take", officer.named, 2)

    @pytest.mark.parametrize("leaving", ["barred", "no officer", "at another council"])
    def test_those_of_officers_who_have_left_wait_again(self, leaving: str) -> None:
        gone, stays = make_officer(), make_officer()
        left, kept = make_reaudit(ReauditStatus.TAKEN, gone), make_reaudit(ReauditStatus.TAKEN, stays)
        role = RoleAssignment.objects.filter(user=gone)
        if leaving == "barred":
            User.objects.filter(pk=gone.pk).update(is_active=False)
        elif leaving == "no officer":
            role.delete()
        else:
            role.update(regulator="nmcn")
        assert share_out_files(NOW) == 1
        left.refresh_from_db()
        kept.refresh_from_db()
        assert (left.status, left.officer, kept.officer) == (ReauditStatus.DRAWN, None, stays)
        last = left.transitions.latest("id")
        assert (last.actor, last.transition, last.note) == ("worker", "release", "The officer has left.")

    def test_the_worker_takes_no_more_than_it_is_told_to(self) -> None:
        gone = make_officer()
        for _ in range(3):
            make_reaudit(ReauditStatus.TAKEN, gone)
        RoleAssignment.objects.filter(user=gone).delete()
        assert [services.take_reaudits_from_absent(NOW, at_most=2) for _ in range(3)] == [2, 1, 0]

    @pytest.mark.parametrize("status", [ReauditStatus.UPHELD, ReauditStatus.DOUBTED])
    def test_what_is_closed_stays_with_who_closed_it(self, status: ReauditStatus) -> None:
        gone = make_officer()
        reaudit = make_reaudit(status, gone)
        RoleAssignment.objects.filter(user=gone).delete()
        assert share_out_files(NOW) == 0
        reaudit.refresh_from_db()
        assert (reaudit.status, reaudit.officer) == (status, gone)


@pytest.mark.django_db
class TestADoubt:
    def test_says_why_by_code_and_in_words(self) -> None:
        reaudit = make_reaudit(ReauditStatus.DOUBTED)
        assert (reaudit.reason.code, reaudit.note) == ("document_not_verified", "Nobody wrote to the school.")
        assert reaudit.closed_at == NOW
        last = reaudit.transitions.latest("id")
        assert (last.reason, last.note) == (reaudit.reason, reaudit.note)

    @pytest.mark.parametrize("reason", ["", "nonsense", "requirements_not_met", "death"])
    def test_has_a_reason_that_is_given_for_doubts(self, reason: str) -> None:
        officer = make_officer()
        reaudit = make_reaudit(ReauditStatus.TAKEN, officer)
        with pytest.raises(InvalidInput) as refusal:
            services.doubt(officer=officer, uid=reaudit.uid, reason=reason, note="x", now=NOW)
        assert [error["pointer"] for error in refusal.value.members["errors"]] == ["/reason"]

    def test_is_told_to_national_administrators_who_took_no_part_and_to_nobody_else(self) -> None:
        administrator = make_user(Role.NATIONAL_ADMINISTRATOR, full_name="Bola Ade")
        make_user(Role.AUDITOR)
        decider = make_user(Role.OFFICER, Role.NATIONAL_ADMINISTRATOR, regulator="mdcn")
        make_reaudit(ReauditStatus.UPHELD)
        before = OutgoingEmail.objects.exclude(template="applications/doubt").count
        reaudit = make_reaudit(ReauditStatus.TAKEN, officer := make_officer(), second=decider)
        written = before()
        reaudit = doubt(reaudit, officer)
        (email,) = OutgoingEmail.objects.filter(template="applications/doubt")
        assert (email.recipient, before()) == (administrator.email, written)
        assert "A document was not verified" in email.body
        assert str(reaudit.uid) in email.body
        for name in (officer.full_name, reaudit.application.applicants_name, reaudit.note):
            assert name not in email.body


@pytest.mark.usefixtures("committed_db")
class TestAtOnce:
    def test_of_many_who_take_one_re_audit_one_gets_it_and_the_others_are_told(self) -> None:
        reaudits, officers = [make_reaudit() for _ in range(4)], [make_officer() for _ in range(8)]
        outcomes = at_once(32, lambda number: take(reaudits[number % 4], officers[number // 4]))
        kinds = Counter(type(outcome).__name__ for outcome in outcomes)
        assert kinds == {"Reaudit": 4, "ReauditTransitionNotAllowed": 28}
        for reaudit in reaudits:
            reaudit.refresh_from_db()
            assert (reaudit.status, reaudit.transitions.count(), reaudit.version) == (ReauditStatus.TAKEN, 1, 2)

    def test_two_verdicts_at_once_leave_one(self) -> None:
        officer = make_officer()
        reaudits = [make_reaudit(ReauditStatus.TAKEN, officer) for _ in range(4)]
        outcomes = at_once(12, lambda number: (uphold, doubt, release)[number // 4](reaudits[number % 4], officer))
        assert sum(isinstance(outcome, Reaudit) for outcome in outcomes) == 4
        assert sum(isinstance(outcome, ReauditTransitionNotAllowed) for outcome in outcomes) == 8
        for reaudit in reaudits:
            reaudit.refresh_from_db()
            assert reaudit.transitions.latest("id").to_status == reaudit.status

    def test_who_declares_an_interest_while_taking_it_does_not_keep_it(self) -> None:
        for _ in range(6):
            officer, reaudit = make_officer(), make_reaudit()
            uid = reaudit.application.uid

            def act(number: int, officer: User = officer, reaudit: Reaudit = reaudit, uid: Any = uid) -> Any:
                if number:
                    return take(reaudit, officer)
                return services.declare_interest(officer=officer, uid=uid, reason="My cousin.", now=NOW)

            outcomes = at_once(2, act)
            reaudit.refresh_from_db()
            assert (reaudit.status, reaudit.officer) == (ReauditStatus.DRAWN, None)
            assert isinstance(outcomes[1], Reaudit | NotFound)

    def test_workers_at_once_give_each_back_once(self) -> None:
        gone = make_officer()
        for _ in range(6):
            make_reaudit(ReauditStatus.TAKEN, gone)
        RoleAssignment.objects.filter(user=gone).delete()
        assert sum(at_once(6, lambda number: services.take_reaudits_from_absent(NOW, at_most=10))) == 6
