"""What the tables of re-audits refuse in direct SQL, as the runtime role.

That nobody looks again at what they took part in, test_reaudit_impartial shows, part by part.
"""

from importlib import import_module
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction

from applications.models import ApplicationTransition, Reaudit
from applications.rules import REAUDIT_TRANSITIONS, ReauditStatus, Status
from applications.services import assign
from applications.tests.factories import fill, make_application, make_draft, make_officer, submit
from applications.tests.reaudit_factories import LAST_LOT, decide, lot, make_reaudit
from changes.tests.factories import NOW

DOUBT = (
    "status = 'doubted', closed_at = now(), note = 'x',"
    " reason_id = (SELECT id FROM reference_reason WHERE code = 'other_doubt')"
)


def run(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def update(reaudit: Reaudit, assignments: str, *values: Any) -> None:
    run(f"UPDATE applications_reaudit SET {assignments} WHERE id = %s", *values, reaudit.pk)


def draw(application: Any, *, status: str = "drawn", percent: int = 2) -> None:
    run(
        "INSERT INTO applications_reaudit (uid, application_id, status, version, percent, drawn_at, note)"
        " VALUES (gen_random_uuid(), %s, %s, 1, %s, now(), '')",
        application.pk,
        status,
        percent,
    )


def reaudit_that_is(status: ReauditStatus) -> Reaudit:
    if status == ReauditStatus.NOT_DRAWN:
        return decide(chance=lot(LAST_LOT)).reaudit
    return make_reaudit(status)


@pytest.mark.django_db
class TestSteps:
    @pytest.mark.parametrize(("status", "target"), list(product(ReauditStatus, ReauditStatus)))
    def test_no_step_that_the_rules_do_not_have(self, status: ReauditStatus, target: ReauditStatus) -> None:
        reaudit = reaudit_that_is(status)
        if (status, target) in REAUDIT_TRANSITIONS.values():
            return
        with pytest.raises(IntegrityError, match="a re-audit never goes from"):
            update(reaudit, "status = %s", target.value)

    def test_one_officer_does_not_close_what_another_has(self) -> None:
        taken, colleague = make_reaudit(ReauditStatus.TAKEN), make_officer()
        for closing in ("status = 'upheld', closed_at = now()", DOUBT):
            with pytest.raises(IntegrityError, match="whoever has taken a re-audit closes it"):
                update(taken, f"{closing}, officer_id = %s", colleague.pk)

    def test_whoever_has_taken_it_does(self) -> None:
        for closing in ("status = 'upheld', closed_at = now()", DOUBT):
            update(make_reaudit(ReauditStatus.TAKEN), closing)

    def test_nobody_takes_it_from_who_has_it(self) -> None:
        taken, colleague = make_reaudit(ReauditStatus.TAKEN), make_officer()
        with pytest.raises(IntegrityError, match="never goes from taken to taken"):
            update(taken, "officer_id = %s", colleague.pk)


@pytest.mark.django_db
class TestTheDraw:
    def test_a_decision_is_drawn_once(self) -> None:
        with pytest.raises(IntegrityError, match="applications_reaudit_application_id"):
            draw(decide())

    @pytest.mark.parametrize("status", [ReauditStatus.TAKEN, ReauditStatus.UPHELD, ReauditStatus.DOUBTED])
    def test_a_re_audit_begins_with_it(self, status: ReauditStatus) -> None:
        with pytest.raises(IntegrityError, match="a re-audit begins with the draw"):
            draw(decide(), status=status.value)

    @pytest.mark.parametrize("status", [Status.SUBMITTED, Status.DECISION_PROPOSED, Status.WITHDRAWN, Status.LAPSED])
    def test_is_of_decisions_only(self, status: Status) -> None:
        with pytest.raises(IntegrityError, match="only decisions are drawn"):
            draw(make_application(status, make_officer(), make_officer()))

    @pytest.mark.parametrize(("status", "percent"), [("drawn", 0), ("not_drawn", 100), ("drawn", 101)])
    def test_follows_its_share(self, status: str, percent: int) -> None:
        with pytest.raises(IntegrityError, match="reaudit_drawn_by_its_share"):
            draw(decide(), status=status, percent=percent)


@pytest.mark.django_db
class TestWhatIsSaid:
    @pytest.mark.parametrize(
        ("assignments", "constraint"),
        [
            ("status = 'drawn'", "reaudit_taken_by_somebody"),
            ("status = 'upheld', closed_at = now(), officer_id = NULL", "reaudit_taken_by_somebody"),
            ("status = 'upheld'", "reaudit_closed_when"),
            ("status = 'drawn', officer_id = NULL, note = 'x'", "reaudit_closed_when"),
            ("status = 'doubted', closed_at = now(), note = 'x'", "reaudit_doubt_has_reason_and_words"),
            (DOUBT.replace("'x'", "''"), "reaudit_doubt_has_reason_and_words"),
            (DOUBT.replace("'doubted'", "'upheld'"), "reaudit_doubt_has_reason_and_words"),
        ],
    )
    def test_goes_with_the_status(self, assignments: str, constraint: str) -> None:
        with pytest.raises(IntegrityError, match=constraint):
            update(make_reaudit(ReauditStatus.TAKEN), assignments)

    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM applications_reaudit",
            "UPDATE applications_reaudit SET percent = 3",
            "UPDATE applications_reaudit SET drawn_at = now()",
            "UPDATE applications_reaudit SET application_id = 1",
            "UPDATE applications_reaudittransition SET actor = 'nobody'",
            "DELETE FROM applications_reaudittransition",
        ],
    )
    def test_is_never_rewritten(self, statement: str) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"):
            run(statement)

    def test_it_is_closed_once(self) -> None:
        closed = make_reaudit(ReauditStatus.UPHELD)
        with pytest.raises(IntegrityError, match="reaudit_closed_once"):
            run(
                "INSERT INTO applications_reaudittransition"
                " (reaudit_id, transition, from_status, to_status, actor, note, at, version)"
                " VALUES (%s, 'doubt', 'taken', 'doubted', 'x', '', now(), 9)",
                closed.pk,
            )


@pytest.mark.usefixtures("committed_db")
def test_who_had_a_file_before_steps_said_so_is_written_into_its_newest_step() -> None:
    officer = make_officer()
    held, waiting = submit(fill(make_draft())), submit(fill(make_draft()))
    assign(officer=officer, uid=held.uid, to=officer.pk, now=NOW)
    sql = import_module("applications.migrations.0010_decisions_looked_at_again").WHO_HAS_A_FILE_NOW
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE applications_applicationtransition SET officer_id = NULL")
        cursor.execute(sql)
    steps = ApplicationTransition.objects.order_by("id").values_list("application", "transition", "officer")
    assert list(steps) == [
        (held.pk, "submit", None),
        (waiting.pk, "submit", None),
        (held.pk, "assign", officer.pk),
    ]
