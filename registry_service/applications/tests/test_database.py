"""What the tables refuse in direct SQL, as the runtime role: no bug in the service gets past it."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from applications.models import ProfessionalApplication
from applications.rules import CLOSED, TRANSITIONS, Status, Verdict
from applications.services import give_verdict, raise_flag
from applications.tests.factories import claim, fill, make_application, make_draft, make_officer, reject, submit
from changes.tests.factories import NOW

pytestmark = pytest.mark.django_db


def update(application: ProfessionalApplication, assignments: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE professional_applications SET {assignments} WHERE id = %s", [*values, application.pk])


def application_that_is(status: Status) -> ProfessionalApplication:
    return make_application(status, make_officer(), make_officer())


def to_be_rejected() -> ProfessionalApplication:
    officer = make_officer()
    return reject(claim(submit(fill(make_draft())), officer), officer)


def test_one_officer_does_not_decide_twice() -> None:
    proposed = application_that_is(Status.DECISION_PROPOSED)
    with pytest.raises(IntegrityError, match="application_second_officer_is_another"):
        update(
            proposed,
            "status = 'approved', decided_by_id = proposed_by_id, decided_at = now(), license_id = 1",
        )


def test_nothing_is_approved_by_one_where_two_are_needed() -> None:
    reviewed = application_that_is(Status.UNDER_REVIEW)
    with pytest.raises(IntegrityError, match="application_second_officer_where_needed"):
        update(
            reviewed,
            "status = 'approved', decided_by_id = officer_id, decided_at = now(), license_id = 1,"
            " decision_reason_id = (SELECT id FROM reference_reason WHERE code = 'requirements_met')",
        )


def test_nothing_is_rejected_without_words() -> None:
    proposed = to_be_rejected()
    with pytest.raises(IntegrityError, match="application_rejected_in_words"):
        update(
            proposed,
            "status = 'rejected', decision_note = '', decided_by_id = %s, decided_at = now()",
            make_officer().pk,
        )


@pytest.mark.parametrize("decided", ["status = 'rejected'", "status = 'approved', license_id = 1"])
def test_nothing_is_decided_without_a_reason(decided: str) -> None:
    proposed = to_be_rejected() if "rejected" in decided else application_that_is(Status.DECISION_PROPOSED)
    with pytest.raises(IntegrityError, match="application_decided_with_reason"):
        update(
            proposed, f"{decided}, decision_reason_id = NULL, decided_by_id = %s, decided_at = now()", make_officer().pk
        )


def test_nothing_is_decided_by_nobody() -> None:
    proposed = application_that_is(Status.DECISION_PROPOSED)
    with pytest.raises(IntegrityError, match="application_decided_by_somebody"):
        update(proposed, "status = 'approved', license_id = 1")


def test_nothing_is_approved_without_a_license() -> None:
    proposed = application_that_is(Status.DECISION_PROPOSED)
    with pytest.raises(IntegrityError, match="application_approved_has_license"):
        update(proposed, "status = 'approved', decided_by_id = %s, decided_at = now()", make_officer().pk)


APPROVED = (
    "status = 'approved', decided_by_id = %s, decided_at = now(), license_id = 1,"
    " decision_reason_id = (SELECT id FROM reference_reason WHERE code = 'requirements_met')"
)


def test_nothing_is_approved_while_a_flag_waits_for_a_word() -> None:
    proposed, officer = application_that_is(Status.DECISION_PROPOSED), make_officer()
    raise_flag(officer=officer, uid=proposed.uid, words="x", now=NOW)
    with pytest.raises(IntegrityError, match="after a verdict on every flag"):
        update(proposed, APPROVED, officer.pk)


def test_nothing_that_was_flagged_is_approved_by_one() -> None:
    reviewed, officer = application_that_is(Status.UNDER_REVIEW), make_officer()
    flag = raise_flag(officer=officer, uid=reviewed.uid, words="x", now=NOW).flags.get()
    give_verdict(officer=officer, uid=reviewed.uid, flag=flag.uid, verdict=Verdict.NO_CONCERN, note="x", now=NOW)
    with pytest.raises(IntegrityError, match="by two officers"):
        update(reviewed, f"second_officer = false, {APPROVED}", officer.pk)


@pytest.mark.parametrize("officer", ["officer_id", "proposed_by_id", "decided_by_id"])
def test_nobody_decides_about_themselves(officer: str) -> None:
    reviewed = application_that_is(Status.UNDER_REVIEW)
    with pytest.raises(IntegrityError, match=r"_is_not_applicant|step of its own|_decided_by_somebody"):
        update(reviewed, f"{officer} = applicant_id")


@pytest.mark.parametrize("status", sorted(CLOSED))
def test_a_closed_file_is_never_moved_or_changed(status: Status) -> None:
    closed = application_that_is(Status(status))
    for assignments in ("status = 'under_review'", "status = 'draft'", "surname = 'Bello'"):
        with pytest.raises(IntegrityError, match="closed application is never changed"):
            update(closed, assignments)


@pytest.mark.parametrize("status", [status for status in Status if status not in CLOSED])
def test_no_file_takes_a_step_that_the_table_does_not_have(status: Status) -> None:
    application = application_that_is(status)
    legal = {target or status for sources, target in TRANSITIONS.values() if status in sources}
    for target in set(Status) - legal - {status}:
        with pytest.raises(IntegrityError, match="never goes from"):
            update(application, "status = %s", target.value)


def test_history_is_never_rewritten() -> None:
    application_that_is(Status.UNDER_REVIEW)
    for statement in (
        "UPDATE applications_applicationtransition SET actor = 'nobody'",
        "DELETE FROM applications_applicationtransition",
        "DELETE FROM professional_applications",
        "UPDATE applications_question SET fix = ''",
        "UPDATE applications_filenote SET text = ''",
        "DELETE FROM applications_filenote",
        "DELETE FROM applications_applicationflag",
        "UPDATE applications_applicationflag SET kind = 'raised'",
        "UPDATE applications_flagverdict SET verdict = 'no_concern'",
        "DELETE FROM applications_flagverdict",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
