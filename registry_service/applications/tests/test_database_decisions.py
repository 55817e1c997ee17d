"""What direct SQL cannot do with decisions, history and closed files, as the runtime role."""

import pytest
from django.db import IntegrityError, connection, transaction

from applications.models import ApplicationTransition, ProfessionalApplication
from applications.rules import CLOSED, TRANSITIONS, Status, Verdict
from applications.services import give_verdict, raise_flag
from applications.tests.factories import claim, fill, make_draft, make_officer, reject, renaming_by_one, submit
from applications.tests.test_database import APPROVED, application_that_is, to_be_rejected, update
from changes.tests.factories import NOW
from common.ids import new_id

pytestmark = pytest.mark.django_db

REJECTED = (
    "status = 'rejected', decided_by_id = %s, decided_at = now(),"
    " decision_reason_id = (SELECT id FROM reference_reason WHERE code = 'requirements_not_met')"
)


def execute(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def taken_by_one() -> ProfessionalApplication:
    """A change of name in review, which one officer decides."""
    renaming = claim(renaming_by_one(application_that_is(Status.APPROVED).applicant), make_officer())
    renaming.refresh_from_db()
    return renaming


class TestDecisions:
    def test_a_proposer_does_not_become_the_second_officer(self) -> None:
        proposed = application_that_is(Status.DECISION_PROPOSED)
        with pytest.raises(IntegrityError, match="step of its own"):
            update(proposed, f"proposed_by_id = %s, {APPROVED}", make_officer().pk, proposed.proposed_by_id)

    def test_nobody_is_said_to_have_proposed_who_did_not(self) -> None:
        reviewed = application_that_is(Status.UNDER_REVIEW)
        forged = "proposed_by_id = %s, proposed_decision = 'approve'"
        for assignments in (f"{forged}, {APPROVED}", f"{forged}, {REJECTED}"):
            with pytest.raises(IntegrityError, match=r"step of its own|never goes from"):
                update(reviewed, assignments, make_officer().pk, reviewed.officer_id)
        with pytest.raises(IntegrityError, match="step of its own"):
            update(reviewed, forged, make_officer().pk)

    def test_whoever_has_a_file_proposes_and_nobody_else(self) -> None:
        reviewed = application_that_is(Status.UNDER_REVIEW)
        propose = "status = 'decision_proposed', proposed_by_id = %s, proposed_decision = 'approve'"
        another = make_officer().pk
        for assignments, values in ((propose, [another]), (f"{propose}, officer_id = %s", [another, another])):
            with pytest.raises(IntegrityError, match="whoever has a file proposes"):
                update(reviewed, assignments, *values)

    def test_a_file_goes_back_without_its_proposal(self) -> None:
        with pytest.raises(IntegrityError, match="without its proposal"):
            update(application_that_is(Status.DECISION_PROPOSED), "status = 'under_review'")

    def test_a_second_officer_who_is_needed_stays_needed(self) -> None:
        reviewed = application_that_is(Status.UNDER_REVIEW)
        for assignments, values in (
            (f"second_officer = false, {APPROVED}", [reviewed.officer_id]),
            ("second_officer = false", []),
        ):
            with pytest.raises(IntegrityError, match="goes on taking one"):
                update(reviewed, assignments, *values)

    def test_a_second_officer_decides_as_was_proposed(self) -> None:
        for proposed, otherwise in (
            (application_that_is(Status.DECISION_PROPOSED), REJECTED),
            (to_be_rejected(), APPROVED),
        ):
            with pytest.raises(IntegrityError, match="confirms what was proposed"):
                update(proposed, otherwise, make_officer().pk)
            turned = "proposed_decision = CASE proposed_decision WHEN 'approve' THEN 'reject' ELSE 'approve' END"
            with pytest.raises(IntegrityError, match="step of its own"):
                update(proposed, f"{turned}, {otherwise}", make_officer().pk)

    def test_what_one_officer_decides_is_decided_by_the_one_who_has_it(self) -> None:
        with pytest.raises(IntegrityError, match="whoever has a file decides it"):
            update(taken_by_one(), APPROVED, make_officer().pk)

    def test_nothing_is_approved_before_it_was_looked_at(self) -> None:
        proposed, officer = application_that_is(Status.DECISION_PROPOSED), make_officer()
        update(proposed, "checked_at = NULL")
        for assignments in (APPROVED, f"checked_at = now(), {APPROVED}"):
            with pytest.raises(IntegrityError, match="before it was looked at"):
                update(proposed, assignments, officer.pk)


@pytest.mark.parametrize(
    ("columns", "officers"),
    [
        ({"status": "approved", "submitted_at": NOW, "license_id": 1}, ["decided_by_id", "proposed_by_id"]),
        ({"status": "submitted", "submitted_at": NOW}, []),
        ({"status": "draft", "submitted_at": NOW}, []),
        ({"status": "draft", "checked_at": NOW}, []),
        ({"status": "draft"}, ["officer_id"]),
        ({"status": "draft", "proposed_decision": "approve"}, ["proposed_by_id"]),
    ],
)
def test_an_application_begins_as_a_draft_of_which_nobody_has_said_anything(
    columns: dict[str, object], officers: list[str]
) -> None:
    row = ProfessionalApplication.objects.filter(pk=make_draft().pk).values().get()
    row |= columns | {officer: make_officer().pk for officer in officers}
    row |= {"uid": new_id(), "applicant_id": make_officer().pk}
    del row["id"]
    names = ", ".join(row)
    with pytest.raises(IntegrityError, match="begins as a draft"):
        execute(
            f"INSERT INTO professional_applications ({names}) VALUES ({', '.join(['%s'] * len(row))})",
            *row.values(),
        )


def write_history(application: ProfessionalApplication, transition: str, source: str, target: str) -> None:
    execute(
        "INSERT INTO applications_applicationtransition"
        " (application_id, transition, from_status, to_status, actor, note, at)"
        " VALUES (%s, %s, %s, %s, 'x', '', now())",
        application.pk,
        transition,
        source,
        target,
    )


class TestHistory:
    @pytest.mark.parametrize("status", sorted(CLOSED))
    def test_nothing_happens_to_a_closed_file(self, status: Status) -> None:
        closed = application_that_is(Status(status))
        last = closed.transitions.order_by("id").last()
        assert isinstance(last, ApplicationTransition)
        for transition, source, target in (
            (last.transition, last.from_status, last.to_status),
            ("lapse", "information_requested", "lapsed"),
            ("reassign", status, status),
        ):
            with pytest.raises(IntegrityError, match=r"where it is|there is no step"):
                write_history(closed, transition, source, target)

    def test_a_step_begins_where_the_last_one_led(self) -> None:
        reviewed = application_that_is(Status.UNDER_REVIEW)
        for transition, source in (("claim", "submitted"), ("return", "decision_proposed")):
            with pytest.raises(IntegrityError, match="where it is"):
                write_history(reviewed, transition, source, "under_review")

    def test_a_step_leads_to_where_the_file_is(self) -> None:
        with pytest.raises(IntegrityError, match="where it is"):
            write_history(application_that_is(Status.UNDER_REVIEW), "propose", "under_review", "decision_proposed")

    @pytest.mark.parametrize("status", [status for status in Status if status not in CLOSED])
    def test_a_step_that_the_table_does_not_have_is_never_written(self, status: Status) -> None:
        application = application_that_is(status)
        for transition, (sources, target) in TRANSITIONS.items():
            if status in sources and (target or status) == status:
                write_history(application, transition, status, status)
            else:
                with pytest.raises(IntegrityError, match="there is no step"):
                    write_history(application, transition, status, status)


class TestClosedFiles:
    @pytest.mark.parametrize("status", sorted(CLOSED))
    def test_nothing_is_added_to_a_closed_file(self, status: Status) -> None:
        closed, officer = application_that_is(Status(status)), make_officer()
        for table, columns, values in (
            ("filenote", "author_id, text, at", "'x', now()"),
            ("applicationflag", "raised_by, kind, words, reasons, raised_at", "'raised', 'x', '[]', now()"),
        ):
            with pytest.raises(IntegrityError, match="nothing is added to a closed file"):
                execute(
                    f"INSERT INTO applications_{table} (uid, application_id, {columns})"
                    f" VALUES (uuidv7(), %s, %s, {values})",
                    closed.pk,
                    officer.pk,
                )

    def test_nothing_is_said_of_a_flag_once_a_decision_is_proposed(self) -> None:
        officer = make_officer()
        reviewed = claim(submit(fill(make_draft())), officer)
        flag = raise_flag(officer=officer, uid=reviewed.uid, words="x", now=NOW).flags.get()
        give_verdict(officer=officer, uid=reviewed.uid, flag=flag.uid, verdict=Verdict.NO_CONCERN, note="x", now=NOW)
        reject(reviewed, officer)
        say = (
            "INSERT INTO applications_flagverdict (flag_id, given_by_id, verdict, note, given_at)"
            " VALUES (%s, %s, 'no_concern', 'x', now())"
        )
        with pytest.raises(IntegrityError, match="before a decision is proposed"):
            execute(say, flag.pk, officer.pk)
        reject(reviewed, make_officer())
        with pytest.raises(IntegrityError, match="before a decision is proposed"):
            execute(say, flag.pk, officer.pk)
