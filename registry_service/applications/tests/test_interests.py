"""An officer with an interest in somebody has nothing to do with any of their files, from the moment they say so."""

from datetime import timedelta

import pytest

from accounts.models import User
from applications import services
from applications.models import DeclaredInterest, ProfessionalApplication
from applications.rules import Status
from applications.tests.factories import approve, ask, claim, fill, make_applicant, make_draft, make_officer, submit
from changes.tests.factories import NOW

pytestmark = pytest.mark.django_db
PARTS = ("mdcn-medical-full", "mdcn-dental-full", "mdcn-medical-provisional")


@pytest.fixture
def officer() -> User:
    return make_officer()


@pytest.fixture
def files(officer: User) -> list[ProfessionalApplication]:
    """Three files of one applicant that one officer has: in review, with a decision proposed, with a question."""
    applicant = make_applicant()
    reviewed, proposed, asked = (
        claim(submit(fill(make_draft(applicant, register_part=part))), officer) for part in PARTS
    )
    return [reviewed, approve(proposed, officer), ask(asked, officer)]


def declare(officer: User, file: ProfessionalApplication) -> None:
    services.declare_interest(officer=officer, uid=file.uid, reason="My cousin.", now=NOW)


def standing(files: list[ProfessionalApplication]) -> list[tuple[str, User | None, User | None]]:
    for file in files:
        file.refresh_from_db()
    return [(file.status, file.officer, file.proposed_by) for file in files]


def test_all_files_of_the_applicant_are_taken_from_them_and_what_they_proposed_is_taken_back(
    officer: User, files: list[ProfessionalApplication]
) -> None:
    colleague = make_officer()
    declare(officer, files[0])
    assert standing(files) == [
        (Status.SUBMITTED, None, None),
        (Status.SUBMITTED, None, None),
        (Status.INFORMATION_REQUESTED, colleague, None),
    ]


def test_what_nobody_else_may_have_stays_until_somebody_may(
    officer: User, files: list[ProfessionalApplication]
) -> None:
    declare(officer, files[0])
    assert standing(files)[2] == (Status.INFORMATION_REQUESTED, officer, None)
    later = NOW + timedelta(days=1)
    assert services.take_files_from_absent(later, at_most=10) == 0
    colleague = make_officer()
    assert services.take_files_from_absent(later, at_most=10) == 1
    assert standing(files)[2] == (Status.INFORMATION_REQUESTED, colleague, None)
    assert files[2].transitions.latest("id").note == "The officer has declared an interest."


def test_the_only_colleague_takes_it_on(officer: User, files: list[ProfessionalApplication]) -> None:
    declare(officer, files[0])
    colleague = make_officer()
    services.reassign(officer=colleague, uid=files[2].uid, to=colleague.pk, note="Hers.", now=NOW)
    assert standing(files)[2] == (Status.INFORMATION_REQUESTED, colleague, None)


def test_said_again_it_takes_what_they_came_to_have_since(officer: User, files: list[ProfessionalApplication]) -> None:
    applicant = files[0].applicant
    DeclaredInterest.objects.create(officer=officer, applicant=applicant, reason="x", declared_at=NOW)
    declare(officer, files[1])
    assert [status for status, *_ in standing(files)[:2]] == [Status.SUBMITTED, Status.SUBMITTED]
    assert DeclaredInterest.objects.get().reason == "x"


def test_files_of_others_stay(officer: User, files: list[ProfessionalApplication]) -> None:
    other = claim(submit(fill(make_draft())), officer)
    declare(officer, files[0])
    assert standing([other]) == [(Status.UNDER_REVIEW, officer, None)]
