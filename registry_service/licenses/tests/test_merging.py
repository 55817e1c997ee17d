"""A person who was entered twice: no number stops working, nothing is hidden, and it can be undone."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.tests.factories import make_user
from changes.queries import register_position
from changes.tests.factories import TODAY, act
from common.errors import NotFound
from licenses import services
from licenses.models import MergedLicense, PHBProfessionalRegistry, PractisingCertificate
from licenses.queries import LicenseFacts, facts_by_id, licenses_of
from licenses.services import MergeWouldHide
from licenses.tests.factories import THIS_YEAR, make_license
from practitioners.models import Practitioner
from practitioners.queries import practitioner_of_account
from practitioners.services import AccountTaken, EntryMerged, give_account
from practitioners.tests.factories import make_person
from reference.models import Specialty

pytestmark = pytest.mark.django_db
NURSES, MIDWIVES = "nmcn-general-nurse", "nmcn-midwife"


def merge(merged: Practitioner, kept: Practitioner) -> None:
    act(services.merge_people, merged_id=merged.pk, kept_id=kept.pk)


def undo(merged: Practitioner) -> None:
    act(services.undo_merge_of_people, merged_id=merged.pk)


def facts(license: PHBProfessionalRegistry) -> LicenseFacts:
    return facts_by_id([license.pk])[0]


def names(person: Practitioner) -> set[str]:
    return {name.full_name for name in person.names.current()}


@pytest.fixture
def kept() -> Practitioner:
    return make_person("Okafor", "Adaeze Ngozi")


@pytest.fixture
def merged() -> Practitioner:
    return make_person("Bello", "Adaeze", identifiers={"nmcn-pin": "12345"})


class TestLicensesOfDifferentParts:
    def test_they_become_one_persons(self, kept: Practitioner, merged: Practitioner) -> None:
        nurse, midwife = (
            make_license(person=kept, register_part=NURSES),
            make_license(person=merged, register_part=MIDWIVES),
        )
        merge(merged, kept)
        assert [license.number for license in licenses_of(kept.pk)] == [nurse.number, midwife.number]
        assert licenses_of(merged.pk) == []
        assert (facts(midwife).full_name, facts(midwife).replaced_by) == ("Adaeze Ngozi Okafor", None)

    def test_names_and_numbers_of_the_other_entry_lead_to_the_one_that_counts(
        self, kept: Practitioner, merged: Practitioner
    ) -> None:
        merge(merged, kept)
        assert names(kept) == {"Adaeze Ngozi Okafor", "Adaeze Bello"}
        assert [identifier.value for identifier in kept.identifiers.all()] == ["12345"]

    def test_an_account_of_the_other_entry_leads_there_too(self, kept: Practitioner, merged: Practitioner) -> None:
        account = make_user()
        act(give_account, practitioner_id=merged.pk, account_id=account.pk)
        merge(merged, kept)
        assert practitioner_of_account(account.pk) == kept.pk

    def test_whoever_has_an_account_so_gets_no_other(self, kept: Practitioner, merged: Practitioner) -> None:
        account, other = make_user(), make_user()
        act(give_account, practitioner_id=merged.pk, account_id=account.pk)
        merge(merged, kept)
        act(give_account, practitioner_id=kept.pk, account_id=account.pk)
        with pytest.raises(AccountTaken):
            act(give_account, practitioner_id=kept.pk, account_id=other.pk)
        assert practitioner_of_account(other.pk) is None


class TestLicensesOfOnePart:
    def test_the_old_number_answers_with_what_holds_for_the_one_that_counts(
        self, kept: Practitioner, merged: Practitioner
    ) -> None:
        new = make_license(person=kept, regulator_number="MDCN/R/1")
        old = make_license(person=merged, certificate=None, regulator_number="MDCN/R/2")
        assert facts(old).obstacles_on(TODAY)
        merge(merged, kept)
        found = facts(old)
        assert (found.number, found.regulator_number, found.replaced_by) == (old.number, "MDCN/R/2", new.number)
        assert (found.full_name, found.obstacles_on(TODAY)) == ("Adaeze Ngozi Okafor", [])
        assert (facts(new).replaced_by, facts(new).position) == (None, register_position().value)

    def test_certificates_grace_and_specialties_that_only_the_old_one_has_go_over(
        self, kept: Practitioner, merged: Practitioner
    ) -> None:
        new = make_license(person=kept, certificate=(date(2025, 1, 1), date(2026, 1, 1)))
        old = make_license(person=merged, certificate=THIS_YEAR)
        specialty = Specialty.objects.filter(regulator__code="mdcn").earliest("id")
        act(services.recognise_specialty, license_id=old.pk, specialty_id=specialty.pk, from_day=TODAY)
        act(
            services.grant_renewal_grace,
            license_id=old.pk,
            valid_from=date(2027, 1, 1),
            valid_until=date(2027, 4, 1),
        )
        merge(merged, kept)
        assert facts(new).obstacles_on(TODAY) == []
        assert facts(new).grace_on(date(2027, 2, 1)) is not None
        assert [period.code for period in facts(new).specialties_on(TODAY)] == [specialty.code]

    def test_nothing_goes_over_for_days_before_the_registration_or_that_are_covered(
        self, kept: Practitioner, merged: Practitioner
    ) -> None:
        new = make_license(person=kept, registered_on=date(2026, 3, 1), certificate=None)
        make_license(person=merged, certificate=THIS_YEAR)
        merge(merged, kept)
        valid = PractisingCertificate.objects.current().get(license=new).valid
        assert (valid.lower, valid.upper) == (date(2026, 3, 1), date(2027, 1, 1))


class TestNothingIsHidden:
    def suspend(self, license: PHBProfessionalRegistry, until: date | None = None) -> None:
        act(
            services.suspend_license,
            license_id=license.pk,
            reason="interim_order",
            note="",
            from_day=TODAY,
            until=until,
        )

    def test_what_stands_against_the_old_one_must_stand_against_the_other_first(
        self, kept: Practitioner, merged: Practitioner
    ) -> None:
        new, old = make_license(person=kept), make_license(person=merged)
        self.suspend(old)
        with pytest.raises(MergeWouldHide, match=r"suspension .*Interim order"):
            merge(merged, kept)
        merged.refresh_from_db()
        assert merged.merged_into is None
        self.suspend(new)
        merge(merged, kept)
        assert facts(old).status_on(TODAY) == "suspended"

    @pytest.mark.parametrize(
        ("service", "arguments"),
        [
            (services.remove_license, {"reason": "own_request", "note": "", "from_day": TODAY}),
            (
                services.impose_condition,
                {"condition": "institution_only", "text": "LUTH", "valid_from": TODAY, "valid_until": None},
            ),
        ],
    )
    def test_so_with_removals_and_conditions(
        self, kept: Practitioner, merged: Practitioner, service: Any, arguments: dict[str, Any]
    ) -> None:
        make_license(person=kept)
        act(service, license_id=make_license(person=merged).pk, **arguments)
        with pytest.raises(MergeWouldHide):
            merge(merged, kept)

    def test_what_is_over_hides_nothing(self, kept: Practitioner, merged: Practitioner) -> None:
        make_license(person=kept)
        old = make_license(person=merged)
        self.suspend(old)
        act(services.reinstate_license, license_id=old.pk, note="", from_day=TODAY)
        merge(merged, kept)

    def test_a_death_is_not_forgotten(self, kept: Practitioner, merged: Practitioner) -> None:
        act(services.record_death, practitioner_id=merged.pk, died_on=TODAY)
        with pytest.raises(MergeWouldHide, match="death on 2026-11-23"):
            merge(merged, kept)


class TestUndoing:
    def test_each_entry_has_again_what_it_had(self, kept: Practitioner, merged: Practitioner) -> None:
        new, old = make_license(person=kept, certificate=None), make_license(person=merged)
        midwife = make_license(person=merged, register_part=MIDWIVES)
        merge(merged, kept)
        undo(merged)
        assert [license.number for license in licenses_of(merged.pk)] == [old.number, midwife.number]
        assert [license.number for license in licenses_of(kept.pk)] == [new.number]
        assert (facts(old).replaced_by, facts(old).full_name) == (None, "Adaeze Bello")
        assert [bool(facts(license).obstacles_on(TODAY)) for license in (new, old)] == [True, False]
        assert names(kept) == {"Adaeze Ngozi Okafor"}
        assert [identifier.value for identifier in merged.identifiers.all()] == ["12345"]

    def test_what_has_come_since_stays_with_the_entry_that_counted(
        self, kept: Practitioner, merged: Practitioner
    ) -> None:
        make_license(person=merged)
        merge(merged, kept)
        since = make_license(person=kept, register_part=NURSES)
        undo(merged)
        assert [license.number for license in licenses_of(kept.pk)] == [since.number]

    def test_what_the_register_held_meanwhile_stays_known(self, kept: Practitioner, merged: Practitioner) -> None:
        old = make_license(person=merged)
        merge(merged, kept)
        undo(merged)
        row = MergedLicense.objects.get(license=old)
        assert row.closed_in is not None
        assert row.recorded.upper is not None
        merge(merged, kept)
        assert MergedLicense.objects.filter(license=old).count() == 2

    def test_there_is_nothing_to_undo_twice(self, kept: Practitioner, merged: Practitioner) -> None:
        merge(merged, kept)
        undo(merged)
        with pytest.raises(NotFound):
            undo(merged)


class TestChains:
    def test_neither_into_an_entry_that_is_merged_nor_away_from_one_that_counts_for_others(
        self, kept: Practitioner, merged: Practitioner
    ) -> None:
        third = make_person()
        merge(merged, kept)
        for one, other in ((third, merged), (merged, third), (kept, third)):
            with pytest.raises(EntryMerged):
                merge(one, other)
        merge(third, kept)

    def test_the_refusal_says_what_to_do_first(self, kept: Practitioner, merged: Practitioner) -> None:
        other, others = make_person(), make_person()
        merge(merged, kept)
        with pytest.raises(EntryMerged, match="merge the other way round"):
            merge(kept, other)
        merge(others, other)
        for one, into in ((kept, other), (other, kept)):
            with pytest.raises(EntryMerged, match="undo the merges of one of them first"):
                merge(one, into)
        undo(others)
        merge(other, kept)

    def test_the_database_has_none_either(self, kept: Practitioner, merged: Practitioner) -> None:
        third = make_person()
        merge(merged, kept)
        for one, other in ((third, merged), (kept, third)):
            with (
                pytest.raises(IntegrityError, match="never merged in chains"),
                transaction.atomic(),
            ):
                Practitioner.objects.filter(pk=one.pk).update(merged_into=other)
        with pytest.raises(IntegrityError, match="practitioner_is_not_merged_into_itself"), transaction.atomic():
            Practitioner.objects.filter(pk=third.pk).update(merged_into=third)
