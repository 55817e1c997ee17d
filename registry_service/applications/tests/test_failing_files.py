"""One file that cannot be worked on keeps no other waiting."""

from datetime import date, timedelta

import pytest

from applications import services
from applications.models import ProfessionalApplication
from applications.rules import CHECKED_AGAIN_AFTER, Status
from applications.tests.factories import add_documents, fill, make_application, make_draft, make_officer, pay, submit
from applications.tests.test_database import update
from changes.tests.factories import NOW
from documents.tests.factories import file_row
from reference.models import DocumentType

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=1)


def application_that_cannot_be_checked() -> ProfessionalApplication:
    """With a picture of a form of which nobody has said how much two of it may differ."""
    draft = fill(make_draft())
    draft.documents.create(
        document_type=DocumentType.objects.create(code="hologram", name="Hologram", form="hologram"),
        file=file_row(uploaded_by=draft.applicant, perceptual_hash=1),
        version=1,
        uploaded_at=NOW,
    )
    add_documents(draft)
    pay(draft)
    return services.submit(applicant=draft.applicant, uid=draft.uid, now=NOW)


def broken_history(status: Status, **columns: object) -> ProfessionalApplication:
    """A file whose next step cannot be written down, since its history does not lead to where it is."""
    file = make_application(Status.UNDER_REVIEW, make_officer(), make_officer())
    names = ", ".join(f"{name} = %s" for name in columns)
    update(file, f"status = %s, {names}", status.value, *columns.values())
    return file


class TestChecking:
    def test_the_others_are_looked_at_and_it_comes_again_after_a_while(self) -> None:
        failing = application_that_cannot_be_checked()
        others = [submit(fill(make_draft())) for _ in range(2)]
        ProfessionalApplication.objects.exclude(pk=failing.pk).update(checked_at=None)
        assert services.check_waiting(LATER, at_most=1) == 0
        assert services.check_waiting(LATER, at_most=10) == 2
        failing.refresh_from_db()
        assert (failing.checked_at, failing.check_failed_at) == (None, LATER)
        checked = ProfessionalApplication.objects.filter(pk__in=[other.pk for other in others])
        assert set(checked.values_list("checked_at", flat=True)) == {LATER}

    def test_it_comes_last_and_is_as_any_other_once_it_can_be_looked_at(self) -> None:
        failing = submit(fill(make_draft()))
        ProfessionalApplication.objects.update(checked_at=None, check_failed_at=NOW)
        other = submit(fill(make_draft()))
        ProfessionalApplication.objects.update(checked_at=None)
        due = NOW + CHECKED_AGAIN_AFTER
        assert services.check_waiting(due - timedelta(seconds=1), at_most=10) == 1
        assert services.check_waiting(due, at_most=10) == 1
        failing.refresh_from_db()
        other.refresh_from_db()
        assert (failing.check_failed_at, failing.checked_at, other.checked_at) == (
            None,
            due,
            due - timedelta(seconds=1),
        )


class TestOtherWork:
    def test_files_lapse_beside_one_that_cannot(self) -> None:
        broken = broken_history(Status.INFORMATION_REQUESTED, answer_due_on=date(2026, 12, 1))
        asked = make_application(Status.INFORMATION_REQUESTED, make_officer(), make_officer())
        assert services.let_lapse(NOW + timedelta(days=400), at_most=10) == 1
        for file, status in ((broken, Status.INFORMATION_REQUESTED), (asked, Status.LAPSED)):
            file.refresh_from_db()
            assert file.status == status

    def test_files_are_given_out_beside_one_that_cannot_be(self) -> None:
        broken = broken_history(Status.SUBMITTED, officer_id=None)
        waiting = submit(fill(make_draft()))
        assert services.assign_waiting(NOW + timedelta(days=2), at_most=10) == 1
        for file, status in ((broken, Status.SUBMITTED), (waiting, Status.UNDER_REVIEW)):
            file.refresh_from_db()
            assert file.status == status
