"""Who may look again: officers of the council who are strangers to the application. Nobody else is told that there is
anything to look at, by the list, by its address, or by the database."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.db import IntegrityError, connection, transaction

from accounts.models import RoleAssignment, User
from accounts.rules import Role
from accounts.tests.factories import as_user, make_user
from applications import services
from applications.models import ProfessionalApplication, Reaudit
from applications.queries import reaudit_for, reaudits_for
from applications.rules import ReauditStatus, Verdict
from applications.tests.factories import (
    approve,
    ask,
    claim,
    fill,
    make_draft,
    make_officer,
    reassign,
    reject,
    release,
    respond,
    send_back,
    submit,
)
from applications.tests.reaudit_factories import ACTS, ALWAYS, decide, make_reaudit, take
from audit.admin import AuditRecordAdmin
from audit.models import AuditRecord
from changes.tests.factories import NOW
from common.errors import NotFound

pytestmark = pytest.mark.django_db

File = ProfessionalApplication


def given_by_the_worker(file: File, officer: User) -> None:
    """The officer had the file without ever doing anything with it."""
    claim(file, colleague := make_officer())
    reassign(file, colleague, officer)
    reassign(file, colleague, third := make_officer())
    release(file, third)


def had_and_gave_back(file: File, officer: User) -> None:
    release(claim(file, officer), officer)


def gave_to_another(file: File, officer: User) -> None:
    services.assign(officer=officer, uid=file.uid, to=(holder := make_officer()).pk, now=NOW)
    release(file, holder)


def asked(file: File, officer: User) -> None:
    ask(claim(file, officer), officer)
    respond(file)
    release(file, officer)


def proposed_otherwise(file: File, officer: User) -> None:
    reject(claim(file, officer), officer)
    send_back(file, make_officer())
    release(file, officer)


def disagreed(file: File, officer: User) -> None:
    reject(claim(file, holder := make_officer()), holder)
    send_back(file, officer)
    release(file, holder)


def flagged(file: File, officer: User) -> None:
    services.raise_flag(officer=officer, uid=file.uid, words="x", now=NOW)
    say_of_flag(file, make_officer())


def said_of_a_flag(file: File, officer: User) -> None:
    services.raise_flag(officer=make_officer(), uid=file.uid, words="x", now=NOW)
    say_of_flag(file, officer)
    say_of_flag(file, make_officer())


def say_of_flag(file: File, officer: User) -> None:
    flag = file.flags.get().uid
    services.give_verdict(officer=officer, uid=file.uid, flag=flag, verdict=Verdict.NO_CONCERN, note="x", now=NOW)


def wrote_a_note(file: File, officer: User) -> None:
    services.add_note(officer=officer, uid=file.uid, text="I called the school.", now=NOW)


def has_an_interest(file: File, officer: User) -> None:
    services.declare_interest(officer=officer, uid=file.uid, reason="My cousin.", now=NOW)


PARTS: list[Callable[[File, User], None]] = [
    given_by_the_worker,
    had_and_gave_back,
    gave_to_another,
    asked,
    proposed_otherwise,
    disagreed,
    flagged,
    said_of_a_flag,
    wrote_a_note,
    has_an_interest,
]


def drawn_after(part: Callable[[File, User], None], officer: User) -> Reaudit:
    """A drawn decision of two others, before which the officer did this."""
    file = submit(fill(make_draft()))
    part(file, officer)
    first, second = make_officer(), make_officer()
    approve(claim(file, first), first)
    services.approve(officer=second, uid=file.uid, now=NOW, chance=ALWAYS)
    return Reaudit.objects.get(application=file)


def assert_knows_nothing_of(reaudit: Reaudit, person: User) -> None:
    assert list(reaudits_for(person)) == []
    with pytest.raises(NotFound):
        reaudit_for(person, reaudit.uid)
    for act in ACTS.values():
        with pytest.raises(NotFound):
            act(reaudit, person)
    with (
        pytest.raises(IntegrityError, match="nobody looks again at what they took part in"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE applications_reaudit SET status = 'taken', officer_id = %s WHERE id = %s", [person.pk, reaudit.pk]
        )


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_not_who_had_a_part_in_it(part: Callable[[File, User], None]) -> None:
    officer = make_officer()
    assert_knows_nothing_of(drawn_after(part, officer), officer)


@pytest.mark.parametrize("who", ["officer", "proposed_by", "decided_by", "applicant"])
def test_not_who_held_proposed_or_decided_it_and_not_the_applicant(who: str) -> None:
    file = decide()
    person = getattr(file, who)
    if who == "applicant":
        person.role_assignments.update_or_create(role=Role.OFFICER, regulator="mdcn")
    assert_knows_nothing_of(file.reaudit, person)


def test_an_officer_who_took_no_part_does() -> None:
    officer = make_officer()
    reaudit = drawn_after(lambda file, somebody: None, officer)
    assert list(reaudits_for(officer)) == [reaudit]
    assert take(reaudit, officer).officer == officer


def test_officers_of_other_councils_and_people_who_are_none_are_not_told_either() -> None:
    reaudit = make_reaudit()
    for person in (make_officer("nmcn"), make_user(Role.PROFESSIONAL), make_user(Role.AUDITOR)):
        assert list(reaudits_for(person)) == []
        for act in ACTS.values():
            with pytest.raises(NotFound):
                act(reaudit, person)


def test_a_national_administrator_is_told_of_all_but_those_that_they_had_a_part_in() -> None:
    of_doctor, of_nurse = make_reaudit(), decide(*nurses(), register_part="nmcn-general-nurse").reaudit
    administrator = make_user(Role.NATIONAL_ADMINISTRATOR)
    assert list(reaudits_for(administrator).order_by("id")) == [of_doctor, of_nurse]
    once_an_officer = of_doctor.application.decided_by
    once_an_officer.role_assignments.all().delete()
    once_an_officer.role_assignments.create(role=Role.NATIONAL_ADMINISTRATOR)
    assert list(reaudits_for(once_an_officer)) == [of_nurse]


def nurses() -> tuple[User, User]:
    return make_officer("nmcn"), make_officer("nmcn")


class TestAnInterestThatIsDeclaredLater:
    def declare(self, officer: User, file: File) -> None:
        services.declare_interest(officer=officer, uid=file.uid, reason="My cousin.", now=NOW)

    def test_lets_the_re_audit_wait_again(self) -> None:
        officer = make_officer()
        reaudit = make_reaudit(ReauditStatus.TAKEN, officer)
        self.declare(officer, reaudit.application)
        reaudit.refresh_from_db()
        assert (reaudit.status, reaudit.officer) == (ReauditStatus.DRAWN, None)
        last = reaudit.transitions.latest("id")
        assert (last.actor, last.note) == (officer.actor, "The officer has declared an interest.")
        assert list(reaudits_for(officer)) == []

    def test_also_through_another_file_of_the_same_applicant(self) -> None:
        officer = make_officer()
        reaudit = make_reaudit(ReauditStatus.TAKEN, officer)
        other = submit(fill(make_draft(reaudit.application.applicant, register_part="mdcn-dental-full")))
        self.declare(officer, other)
        reaudit.refresh_from_db()
        assert reaudit.status == ReauditStatus.DRAWN

    def test_leaves_other_peoples_and_what_is_closed_alone(self) -> None:
        officer = make_officer()
        others, closed = make_reaudit(ReauditStatus.TAKEN, officer), make_reaudit(ReauditStatus.UPHELD, officer)
        self.declare(officer, closed.application)
        others.refresh_from_db()
        closed.refresh_from_db()
        assert (others.status, closed.status) == (ReauditStatus.TAKEN, ReauditStatus.UPHELD)


class TestWhatTheAuditTells:
    def shown(self, reader: User, reaudit: Reaudit) -> list[str]:
        RoleAssignment.objects.create(user=reader, role=Role.AUDITOR)
        found = as_user(reader).get("/api/registry/admin/audit/", {"subject": str(reaudit.application.uid)}).json()
        return [row["reason"] for row in found["results"] if "reaudit" in row["reason"]]

    @pytest.fixture
    def reaudit(self) -> Reaudit:
        """One that was taken, and whose file was read for it."""
        reaudit = make_reaudit(ReauditStatus.TAKEN)
        read = as_user(reaudit.officer).get(f"/api/registry/admin/reaudits/{reaudit.uid}/")
        assert read.status_code == 200
        return reaudit

    def test_an_auditor_sees_who_looked_again(self, reaudit: Reaudit) -> None:
        assert self.shown(make_user(), reaudit) == ["read_reaudit", "take_reaudit"]

    @pytest.mark.parametrize("whose", ["decided_by", "proposed_by", "applicant"])
    def test_not_one_who_took_part(self, whose: str, reaudit: Reaudit) -> None:
        assert self.shown(getattr(reaudit.application, whose), reaudit) == []

    def test_nor_does_the_operators_page(self, reaudit: Reaudit) -> None:
        decider = reaudit.application.decided_by
        seen = AuditRecordAdmin(AuditRecord, admin.site).get_queryset(SimpleNamespace(user=decider))
        assert not seen.filter(reason__contains="reaudit").exists()
        assert seen.exists()
