"""Flags, verdicts and approvals by many at once: each flag is raised once, and each person entered once."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from applications import services
from applications.models import ProfessionalApplication
from applications.rules import ApplicationTransitionNotAllowed, FlagsOpen, Status
from applications.tests.factories import (
    add_documents,
    answers,
    approve,
    claim,
    fill,
    make_applicant,
    make_draft,
    make_officer,
    pay,
    submit,
)
from applications.tests.flagged import flags, of_person
from changes.tests.factories import NOW
from common.testing import at_once
from duplicates.tests.factories import make_registered

LATER = NOW + timedelta(minutes=5)


@pytest.mark.usefixtures("committed_db")
class TestAtOnce:
    def test_many_workers_raise_each_flag_once(self) -> None:
        make_registered()
        application = of_person()
        ProfessionalApplication.objects.filter(pk=application.pk).update(checked_at=None)
        assert sorted(at_once(8, lambda number: services.check(application.uid, LATER))) == [False] * 7 + [True]
        assert len(flags(application)) == 1

    def test_a_flag_and_an_approval_at_once_leave_no_flag_open_on_what_is_approved(self) -> None:
        for _ in range(4):
            first, second = make_officer(), make_officer()
            application = claim(submit(fill(make_draft())), first)
            approve(application, first)

            def act(number: int, application: ProfessionalApplication = application, officer: User = second) -> Any:
                if number:
                    return approve(application, officer)
                return services.raise_flag(officer=officer, uid=application.uid, words="x", now=NOW)

            outcomes = at_once(2, act)
            application.refresh_from_db()
            approved = application.status == Status.APPROVED
            assert len(flags(application)) == (not approved)
            assert isinstance(outcomes[not approved], ApplicationTransitionNotAllowed | FlagsOpen)

    def test_of_two_approvals_of_one_person_at_once_one_makes_the_entry_and_the_other_finds_it(self) -> None:
        for _ in range(4):
            first, second, said = make_officer(), make_officer(), answers()
            files = [handed_in(fill(make_draft(), **said)) for _ in range(2)]
            for file in files:
                approve(claim(file, first), first)

            def act(number: int, files: list[ProfessionalApplication] = files, officer: User = second) -> Any:
                return approve(files[number], officer)

            outcomes = at_once(2, act)
            assert sorted(type(outcome).__name__ for outcome in outcomes) == [
                "FoundSinceChecked",
                "ProfessionalApplication",
            ]

    def test_two_applications_of_somebody_new_approved_at_once_make_one_entry(self) -> None:
        for _ in range(4):
            applicant, first, second, said = make_applicant(), make_officer(), make_officer(), answers()
            parts = ("mdcn-medical-full", "mdcn-dental-full")
            files = [submit(fill(make_draft(applicant, register_part=part), **said)) for part in parts]
            for file in files:
                approve(claim(file, first), first)

            def act(number: int, files: list[ProfessionalApplication] = files, officer: User = second) -> Any:
                return approve(files[number], officer)

            approved = at_once(2, act)
            assert [each.status for each in approved] == [Status.APPROVED, Status.APPROVED]
            assert len({each.license.practitioner_id for each in approved}) == 1


def handed_in(draft: ProfessionalApplication) -> ProfessionalApplication:
    """A submitted application at which the worker looked when there was no other."""
    add_documents(draft)
    pay(draft)
    submitted = services.submit(applicant=draft.applicant, uid=draft.uid, now=NOW)
    ProfessionalApplication.objects.filter(pk=draft.pk).update(checked_at=NOW)
    return submitted
