"""Who gets which file: fair by age and load, never with an interest in it, and never lost with an officer."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import RoleAssignment, User
from applications import services
from applications.models import ProfessionalApplication
from applications.queries import application_for, applications_for
from applications.rules import HELD, ConflictOfInterest, NobodyToAssign, NotYoursToTake, Status
from applications.tests.factories import (
    approve,
    claim,
    fill,
    make_application,
    make_draft,
    make_officer,
    reassign,
    submit,
)
from changes.tests.factories import NOW
from common.errors import NotFound
from common.testing import at_once
from notifications.models import OutgoingEmail

NEXT_DAY = NOW + timedelta(days=1)


def waiting(register_part: str = "mdcn-medical-full", applicant: User | None = None) -> ProfessionalApplication:
    return submit(fill(make_draft(applicant, register_part=register_part)))


def declare(officer: User, file: ProfessionalApplication) -> ProfessionalApplication:
    """Declare an interest in the applicant of a file; returns the file as it is then."""
    services.declare_interest(officer=officer, uid=file.uid, reason="My cousin.", now=NOW)
    return ProfessionalApplication.objects.get(pk=file.pk)


def assign(officer: User, file: ProfessionalApplication, to: Any = None) -> ProfessionalApplication:
    return services.assign(officer=officer, uid=file.uid, to=to, now=NOW)


@pytest.mark.django_db
class TestTakingTheNext:
    def test_it_is_the_one_that_has_waited_longest_at_ones_council(self) -> None:
        waiting("nmcn-general-nurse")
        first, second = waiting(), waiting()
        officer = make_officer()
        assert [services.take_next(officer=officer, now=NOW) for _ in range(2)] == [first, second]
        with pytest.raises(NotFound):
            services.take_next(officer=officer, now=NOW)

    def test_neither_ones_own_nor_one_of_interest(self) -> None:
        officer = make_officer()
        waiting(applicant=officer)
        declare(officer, waiting())
        free = waiting()
        assert services.take_next(officer=officer, now=NOW) == free


@pytest.mark.django_db
class TestGiving:
    def test_whoever_has_the_fewest_gets_it(self) -> None:
        busy, idle = make_officer(), make_officer()
        claim(waiting(), busy)
        assert assign(busy, waiting()).officer == idle

    def test_decided_files_are_no_load(self) -> None:
        experienced, busy = make_officer(), make_officer()
        make_application(Status.APPROVED, experienced, busy)
        claim(waiting(), busy)
        assert assign(busy, waiting()).officer == experienced

    def test_a_named_officer_gets_it(self) -> None:
        officer, colleague = make_officer(), make_officer()
        claim(waiting(), colleague)
        assert assign(officer, waiting(), to=colleague.pk).officer == colleague

    def test_not_an_officer_of_another_council_nor_the_applicant_nor_one_with_an_interest(self) -> None:
        officer, cousin, stranger = make_officer(), make_officer(), make_officer("nmcn")
        file = waiting()
        declare(cousin, file)
        for nobody in (cousin, stranger, file.applicant):
            with pytest.raises(NobodyToAssign):
                assign(officer, file, to=nobody.pk)

    def test_whoever_has_an_interest_does_not_say_who_gets_it(self) -> None:
        cousin, colleague, file = make_officer(), make_officer(), waiting()
        declare(cousin, file)
        with pytest.raises(ConflictOfInterest):
            assign(cousin, file, to=colleague.pk)
        with pytest.raises(ConflictOfInterest):
            reassign(claim(file, colleague), cousin, make_officer())


@pytest.mark.django_db
class TestGivingToAnother:
    @pytest.mark.parametrize("status", sorted(HELD))
    def test_the_file_goes_on_where_it_stands(self, status: Status) -> None:
        first, second, third = make_officer(), make_officer(), make_officer()
        file = make_application(Status(status), first, second)
        given = reassign(file, second, third)
        assert (given.status, given.officer) == (status, third)

    def test_whoever_else_has_the_fewest_gets_it(self) -> None:
        first, idle = make_officer(), make_officer()
        file = claim(waiting(), first)
        assert reassign(file, first).officer == idle

    def test_to_nobody_else_it_is_refused(self) -> None:
        officer = make_officer()
        file = claim(waiting(), officer)
        with pytest.raises(NobodyToAssign):
            reassign(file, officer)
        with pytest.raises(NobodyToAssign):
            reassign(file, make_officer())

    def test_a_colleague_gives_it_to_a_third_and_whoever_had_it_is_told(self) -> None:
        ill, colleague, third = make_officer(), make_officer(), make_officer()
        file = reassign(claim(waiting(), ill), colleague)
        assert file.officer == third
        told = OutgoingEmail.objects.get(recipient=ill.email)
        assert (told.template, str(file.uid) in told.body) == ("applications/file_given_away", True)
        assert "On leave" not in told.body

    def test_nobody_takes_a_colleagues_file(self) -> None:
        holder, colleague = make_officer(), make_officer()
        file = claim(waiting(), holder)
        with pytest.raises(NotYoursToTake):
            reassign(file, colleague, colleague)
        file.refresh_from_db()
        assert file.officer == holder

    def test_but_that_of_an_officer_who_has_left(self) -> None:
        gone, colleague = make_officer(), make_officer()
        file = make_application(Status.INFORMATION_REQUESTED, gone, colleague)
        RoleAssignment.objects.filter(user=gone).delete()
        assert reassign(file, colleague, colleague).officer == colleague
        assert not OutgoingEmail.objects.filter(recipient=gone.email, template="applications/file_given_away").exists()


@pytest.mark.django_db
class TestInterests:
    def test_the_file_goes_back_to_the_queue(self) -> None:
        officer, file = make_officer(), waiting()
        claim(file, officer)
        released = declare(officer, file)
        assert (released.status, released.officer) == (Status.SUBMITTED, None)

    def test_a_file_that_waits_for_the_applicant_goes_to_another_officer(self) -> None:
        officer, colleague = make_officer(), make_officer()
        file = make_application(Status.INFORMATION_REQUESTED, officer, colleague)
        given = declare(officer, file)
        assert (given.status, given.officer) == (Status.INFORMATION_REQUESTED, colleague)

    def test_what_the_officer_has_proposed_falls(self) -> None:
        officer, colleague = make_officer(), make_officer()
        file = make_application(Status.DECISION_PROPOSED, officer, colleague)
        released = declare(officer, file)
        assert (released.status, released.proposed_by, released.decision_reason) == (Status.SUBMITTED, None, None)

    def test_nothing_is_done_with_that_applicants_files_any_more(self) -> None:
        first, cousin = make_officer(), make_officer()
        file = make_application(Status.DECISION_PROPOSED, first, cousin)
        declare(cousin, file)
        with pytest.raises(ConflictOfInterest):
            approve(file, cousin)
        with pytest.raises(ConflictOfInterest):
            claim(waiting("mdcn-dental-full", file.applicant), cousin)

    def test_and_none_of_them_is_seen(self) -> None:
        cousin, file = make_officer(), waiting()
        other = waiting("mdcn-dental-full", file.applicant)
        strangers = waiting()
        declare(cousin, file)
        assert list(applications_for(cousin)) == [strangers]
        for each in (file, other):
            with pytest.raises(ConflictOfInterest):
                application_for(cousin, each.uid)
        assert application_for(make_officer(), file.uid) == file

    def test_to_declare_it_twice_is_to_declare_it_once(self) -> None:
        officer, file = make_officer(), waiting()
        declare(officer, file)
        assert declare(officer, file).status == Status.SUBMITTED


@pytest.mark.django_db
class TestTheWorker:
    def test_what_nobody_took_on_within_a_day_is_given_out_evenly(self) -> None:
        officers = [make_officer() for _ in range(3)]
        files = [waiting() for _ in range(6)]
        assert services.assign_waiting(NEXT_DAY - timedelta(seconds=1), at_most=10) == 0
        assert services.assign_waiting(NEXT_DAY, at_most=10) == 6
        assert sorted(officer.files.count() for officer in officers) == [2, 2, 2]
        assert files[0].transitions.latest("id").actor == "worker"

    def test_what_nobody_may_have_goes_on_waiting(self) -> None:
        file = waiting("nmcn-general-nurse")
        make_officer()
        assert services.assign_waiting(NEXT_DAY, at_most=10) == 0
        file.refresh_from_db()
        assert file.status == Status.SUBMITTED

    def test_what_nobody_may_have_keeps_no_other_file_waiting(self) -> None:
        pharmacists = [waiting("pcn-pharmacist-full") for _ in range(3)]
        doctor, officer = waiting(), make_officer()
        assert services.assign_waiting(NEXT_DAY, at_most=3) == 1
        doctor.refresh_from_db()
        assert doctor.officer == officer
        assert {ProfessionalApplication.objects.get(pk=each.pk).status for each in pharmacists} == {Status.SUBMITTED}

    def test_nor_what_is_only_the_officers_own_or_of_interest_to_them(self) -> None:
        officer = make_officer()
        waiting(applicant=officer)
        declare(officer, waiting())
        free = waiting()
        assert services.assign_waiting(NEXT_DAY, at_most=1) == 1
        free.refresh_from_db()
        assert free.officer == officer

    @pytest.mark.parametrize("leaving", ["barred", "no officer", "at another council"])
    def test_files_of_officers_who_have_left_go_to_others(self, leaving: str) -> None:
        gone, stays = make_officer(), make_officer()
        file = claim(waiting(), gone)
        role = RoleAssignment.objects.filter(user=gone)
        if leaving == "barred":
            User.objects.filter(pk=gone.pk).update(is_active=False)
        elif leaving == "no officer":
            role.delete()
        else:
            role.update(regulator="nmcn")
        kept = claim(waiting(), stays)
        assert services.take_files_from_absent(NEXT_DAY, at_most=10) == 1
        assert services.assign_waiting(NEXT_DAY, at_most=10) == 1
        file.refresh_from_db()
        kept.refresh_from_db()
        assert (file.officer, kept.officer) == (stays, stays)

    @pytest.mark.parametrize("status", [Status.INFORMATION_REQUESTED, Status.DECISION_PROPOSED])
    def test_what_waits_for_somebody_else_goes_on_with_another_officer(self, status: Status) -> None:
        gone, stays = make_officer(), make_officer()
        file = make_application(status, gone, stays)
        RoleAssignment.objects.filter(user=gone).delete()
        assert services.take_files_from_absent(NEXT_DAY, at_most=10) == 1
        file.refresh_from_db()
        assert (file.status, file.officer) == (status, stays)
        assert file.transitions.latest("id").transition == "reassign"

    def test_while_there_is_nobody_else_it_stays_and_keeps_no_other_file_waiting(self) -> None:
        gone = make_officer()
        stuck = make_application(Status.INFORMATION_REQUESTED, gone, make_officer("pcn"))
        nurses, other = make_officer("nmcn"), make_officer("nmcn")
        left = make_application(Status.INFORMATION_REQUESTED, nurses, other, register_part="nmcn-general-nurse")
        RoleAssignment.objects.filter(user__in=[gone, nurses]).delete()
        assert services.take_files_from_absent(NEXT_DAY, at_most=1) == 1
        stuck.refresh_from_db()
        left.refresh_from_db()
        assert (stuck.officer, left.officer) == (gone, other)

    def test_nor_while_whoever_else_there_is_has_an_interest(self) -> None:
        gone, cousin = make_officer(), make_officer()
        stuck = make_application(Status.INFORMATION_REQUESTED, gone, cousin)
        left = make_application(Status.INFORMATION_REQUESTED, gone, cousin)
        declare(cousin, stuck)
        RoleAssignment.objects.filter(user=gone).delete()
        assert services.take_files_from_absent(NEXT_DAY, at_most=1) == 1
        left.refresh_from_db()
        assert left.officer == cousin


@pytest.mark.usefixtures("committed_db")
def test_many_who_take_the_next_at_once_get_one_each() -> None:
    files = [waiting() for _ in range(8)]
    officers = [make_officer() for _ in range(8)]
    taken = at_once(8, lambda number: services.take_next(officer=officers[number], now=NOW).pk)
    assert sorted(taken) == [file.pk for file in files]
