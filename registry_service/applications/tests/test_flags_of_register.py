"""What the register says of an applicant: their own entry, and what was imposed on their licenses."""

from datetime import date

import pytest

from accounts.models import User
from applications.models import ApplicationFlag, ProfessionalApplication
from applications.rules import FlagKind, FlagsOpen, Status, Verdict
from applications.tests.factories import (
    approve,
    claim,
    fill,
    make_applicant,
    make_application,
    make_draft,
    make_officer,
    submit,
)
from applications.tests.flagged import flags, of_person, say
from changes.tests.factories import TODAY, act
from duplicates.tests.factories import make_registered
from licenses import services as licenses
from licenses.tests.factories import make_license, reinstate, remove, restore, suspend
from practitioners.tests.factories import make_person

pytestmark = pytest.mark.django_db

PHARMACISTS = "pcn-pharmacist-provisional"


def told(flag: ApplicationFlag) -> list[tuple[str, str]]:
    return [(reason["fact"], reason["how"]) for reason in flag.reasons]


class TestOnesOwnEntry:
    def of_account(self, **said: object) -> ProfessionalApplication:
        applicant = make_applicant()
        make_person(account_id=applicant.pk, gender="female")  # Adaeze Okafor, born on 17 April 1988
        return of_person(applicant, **said)

    def test_papers_of_another_person_are_shown_beside_the_entry_of_the_account(self) -> None:
        application = self.of_account(
            surname="Bello", given_names="Musa Ibrahim", gender="male", birth_date=date(1962, 3, 2)
        )
        (flag,) = flags(application)
        assert (flag.kind, flag.practitioner.account, flag.other) == (
            FlagKind.REGISTER_DIFFERS,
            application.applicant,
            None,
        )
        assert {fact for fact, _ in told(flag)} == {"name", "birth_date", "gender"}

    @pytest.mark.parametrize(
        ("said", "fact"),
        [
            ({"gender": "male"}, "gender"),
            ({"birth_date": date(1988, 4, 18)}, "birth_date"),
            ({"surname": "Eze"}, "name"),
        ],
    )
    def test_one_fact_that_differs_is_enough(self, said: dict[str, object], fact: str) -> None:
        (flag,) = flags(self.of_account(**said))
        assert {each for each, _ in told(flag)} == {fact}

    def test_a_name_that_is_spelled_otherwise_is_the_same(self) -> None:
        assert flags(self.of_account(surname="Okafor", given_names="Adaeze Ngozi")) == []

    def test_a_new_name_is_what_a_change_of_name_asks_for(self) -> None:
        holder = make_application(Status.APPROVED, make_officer(), make_officer()).applicant
        asked = {"surname": "Bello", "given_names": "Halima", "name_change_reason": "marriage"}
        assert flags(submit(fill(make_draft(holder, kind="name_change"), **asked))) == []

    def test_nothing_is_approved_before_an_officer_has_said_that_it_is_in_order(self) -> None:
        application, officer = self.of_account(gender="male"), make_officer()
        claim(application, officer)
        with pytest.raises(FlagsOpen):
            approve(application, officer)
        say(flags(application)[0], Verdict.NO_CONCERN, officer)
        assert approve(application, officer).status == Status.DECISION_PROPOSED


class TestStanding:
    def applicant_with_license(self) -> tuple[User, object]:
        applicant = make_applicant()
        return applicant, make_license(person=make_person(account_id=applicant.pk), register_part=PHARMACISTS)

    def test_what_was_imposed_is_shown_with_the_license_its_part_and_the_days(self) -> None:
        applicant, license = self.applicant_with_license()
        suspend(license, date(2026, 1, 5))
        reinstate(license, date(2026, 3, 1))
        remove(license, date(2026, 4, 1))
        restore(license, date(2026, 5, 1))
        act(
            licenses.impose_condition,
            license_id=license.pk,
            condition="supervised_practice",
            text="No night duty.",
            valid_from=TODAY,
            valid_until=None,
        )
        (flag,) = flags(of_person(applicant))
        assert (flag.kind, flag.practitioner) == (FlagKind.STANDING, license.practitioner)
        assert told(flag) == [
            ("standing", "suspended from 2026-01-05 to 2026-02-28"),
            ("standing", "removed from 2026-04-01 to 2026-04-30"),
            ("standing", f"condition since {TODAY}"),
        ]
        assert {tuple(reason["words"]) for reason in flag.reasons} == {(license.number, license.register_part.name)}

    def test_it_takes_two_officers_where_one_would_do(self) -> None:
        applicant, license = self.applicant_with_license()
        suspend(license)
        application = of_person(applicant)
        application.refresh_from_db()
        assert application.second_officer

    def test_a_provisional_entry_that_became_a_full_one_is_no_blemish(self) -> None:
        applicant, license = self.applicant_with_license()
        remove(license, reason="upgraded")
        assert flags(of_person(applicant)) == []

    def test_whoever_is_found_to_be_the_applicant_is_flagged_with_the_verdict(self) -> None:
        person = make_registered(register_part=PHARMACISTS)
        suspend(person.licenses.get())
        application, officer = of_person(), make_officer()
        claim(application, officer)
        (duplicate,) = flags(application)
        say(duplicate, Verdict.ANOTHER_PERSON, officer)
        assert flags(application) == [duplicate]
        say(duplicate, Verdict.SAME_PERSON, officer)
        (standing,) = flags(application, FlagKind.STANDING)
        assert standing.practitioner == person
        with pytest.raises(FlagsOpen):
            approve(application, officer)
