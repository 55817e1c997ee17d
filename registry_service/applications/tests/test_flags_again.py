"""A verdict is on what a flag told when it was given: what comes to be told after it takes another one."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from applications.models import ApplicationFlag, FlagVerdict, ProfessionalApplication
from applications.queries import flags_of, queue_for
from applications.rules import FlagKind, FlagsOpen, FoundSinceChecked, Status, Verdict
from applications.services import check, have_checked_again
from applications.tests.factories import approve, claim, make_applicant, make_officer
from applications.tests.flagged import flags, of_person, say
from changes.tests.factories import NOW
from licenses.models import PHBProfessionalRegistry
from licenses.tests.factories import make_license, reinstate, suspend
from practitioners.models import Practitioner
from practitioners.tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def license() -> PHBProfessionalRegistry:
    person = make_person(account_id=make_applicant().pk)
    return make_license(person=person, register_part="pcn-pharmacist-provisional")


@pytest.fixture
def application(license: PHBProfessionalRegistry) -> ProfessionalApplication:
    """An application of whose holder's suspension, which is over, an officer has said that it is in order."""
    suspend(license, date(2026, 1, 5))
    reinstate(license, date(2026, 3, 1))
    application = of_person(license.practitioner.account)
    say(flags(application)[0], Verdict.NO_CONCERN)
    application.refresh_from_db()
    return application


def look_again(application: ProfessionalApplication) -> ProfessionalApplication:
    have_checked_again(application.uid)
    assert check(application.uid, NOW)
    application.refresh_from_db()
    return application


def open_flags(application: ProfessionalApplication) -> int:
    return queue_for(make_officer()).get(pk=application.pk).open_flags


def is_open(application: ProfessionalApplication) -> list[bool]:
    return [seen.is_open for seen in flags_of(application)]


def test_what_was_imposed_after_the_verdict_takes_another_one(
    license: PHBProfessionalRegistry, application: ProfessionalApplication
) -> None:
    officer = make_officer()
    claim(application, officer)
    suspend(license, date(2026, 4, 1))
    with pytest.raises(FoundSinceChecked):
        approve(application, officer)
    look_again(application)
    (flag,) = flags(application)
    assert (flag.kind, flag.version, len(flag.reasons)) == (FlagKind.STANDING, 2, 2)
    assert (is_open(application), open_flags(application)) == ([True], 1)
    with pytest.raises(FlagsOpen):
        approve(application, officer)
    say(flag, Verdict.NO_CONCERN)
    assert (is_open(application), open_flags(application)) == ([False], 0)
    assert approve(application, officer).status == Status.DECISION_PROPOSED


def test_the_file_tells_that_there_is_more_to_look_at(
    license: PHBProfessionalRegistry, application: ProfessionalApplication
) -> None:
    version = application.version
    suspend(license, date(2026, 4, 1))
    look_again(application)
    assert application.version == version + 1
    (seen,) = flags_of(application)
    assert (seen.verdict.verdict, seen.verdict.flag_version, seen.flag.version) == (Verdict.NO_CONCERN, 1, 2)


def test_a_verdict_stands_when_nothing_new_is_told(application: ProfessionalApplication) -> None:
    version = application.version
    look_again(application)
    assert (flags(application)[0].version, is_open(application)) == (1, [False])
    assert application.version == version


def test_a_verdict_stands_when_a_reason_weighs_otherwise_or_is_gone() -> None:
    applicant = make_applicant()
    person = make_person(account_id=applicant.pk, gender="female")
    application = of_person(applicant, gender="male", birth_date=date(1962, 3, 2))
    (flag,) = flags(application, FlagKind.REGISTER_DIFFERS)
    assert len(flag.reasons) == 2
    say(flag, Verdict.NO_CONCERN)
    ApplicationFlag.objects.update(reasons=[{**reason, "weight": 9.5} for reason in flag.reasons])
    Practitioner.objects.filter(pk=person.pk).update(gender="male")
    look_again(application)
    (flag,) = flags(application, FlagKind.REGISTER_DIFFERS)
    assert ([reason["fact"] for reason in flag.reasons], flag.version) == (["birth_date"], 1)
    assert is_open(application) == [False]


class TestTheTables:
    def test_an_application_is_not_approved_on_a_verdict_of_before(self, application: ProfessionalApplication) -> None:
        first, second = make_officer(), make_officer()
        claim(application, first)
        approve(application, first)
        ApplicationFlag.objects.update(version=2)
        approved = {"status": "approved", "decided_by": second, "decided_at": NOW}
        with pytest.raises(IntegrityError, match="after a verdict on every flag"), transaction.atomic():
            ProfessionalApplication.objects.filter(pk=application.pk).update(**approved)

    def test_nothing_is_said_of_what_a_flag_does_not_tell_yet(self, application: ProfessionalApplication) -> None:
        (flag,) = flags(application)
        said = {"flag": flag, "verdict": "no_concern", "note": "x", "given_by": make_officer(), "given_at": NOW}
        with pytest.raises(IntegrityError, match="of what a flag tells"), transaction.atomic():
            FlagVerdict.objects.create(**said, flag_version=2)

    def test_a_flag_never_tells_less_than_it_did(self, application: ProfessionalApplication) -> None:
        ApplicationFlag.objects.update(version=2)
        with (
            pytest.raises(IntegrityError, match="versions of a flag only grow"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE applications_applicationflag SET version = 1")
