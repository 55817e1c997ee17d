"""Who waits for a row sees it, and what it points at, as whoever held it has left it."""

import pytest

from accounts.models import User
from applications import services
from applications.models import ProfessionalApplication, Reaudit
from applications.rules import (
    ApplicationTransitionNotAllowed,
    NotYourReaudit,
    OpenApplicationExists,
    ReauditStatus,
    Status,
)
from applications.tests.factories import claim, fill, make_applicant, make_draft, make_officer, submit, withdraw
from applications.tests.reaudit_factories import decide
from changes.tests.factories import NOW
from common.tests.waiting import while_open
from notifications.models import OutgoingEmail

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def officers() -> list[User]:
    return [make_officer(), make_officer(), make_officer()]


@pytest.fixture
def file() -> ProfessionalApplication:
    return submit(fill(make_draft()))


def test_a_file_is_given_on_from_whoever_has_just_taken_it(file: ProfessionalApplication, officers: list[User]) -> None:
    holder, colleague, third = officers
    given = while_open(
        lambda: claim(file, holder),
        lambda: services.reassign(officer=colleague, uid=file.uid, to=third.pk, note="Ill.", now=NOW),
    )
    assert (given.status, given.officer) == (Status.UNDER_REVIEW, third)
    assert OutgoingEmail.objects.filter(recipient=holder.email).count() == 1


def test_a_refusal_names_whoever_was_first(file: ProfessionalApplication, officers: list[User]) -> None:
    refused = while_open(lambda: claim(file, officers[0]), lambda: claim(file, officers[1]))
    assert type(refused) is ApplicationTransitionNotAllowed
    assert refused.members["last_step"].startswith(f"take on by {officers[0].full_name}, ")


def test_whoever_has_just_taken_a_file_hears_that_it_is_withdrawn(
    file: ProfessionalApplication, officers: list[User]
) -> None:
    withdrawn = while_open(lambda: claim(file, officers[0]), lambda: withdraw(file))
    assert withdrawn.status == Status.WITHDRAWN
    assert OutgoingEmail.objects.filter(recipient=officers[0].email).count() == 1


def test_a_re_audit_is_decided_by_whoever_has_just_taken_it(officers: list[User]) -> None:
    reaudit = decide().reaudit
    refused = while_open(
        lambda: services.take_reaudit(officer=officers[0], uid=reaudit.uid, now=NOW),
        lambda: services.uphold(officer=officers[1], uid=reaudit.uid, note="", now=NOW),
    )
    assert type(refused) is NotYourReaudit
    assert Reaudit.objects.get(pk=reaudit.pk).status == ReauditStatus.TAKEN


def test_what_is_begun_while_the_same_is_withdrawn_is_a_draft_or_refused() -> None:
    applicant = make_applicant()
    first = make_draft(applicant)
    begun = while_open(lambda: withdraw(first), lambda: make_draft(applicant))
    assert type(begun) in (ProfessionalApplication, OpenApplicationExists)
