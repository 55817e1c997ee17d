"""What a newer list changes, what another source may not change, and what nobody can."""

from datetime import date

import pytest

from changes.tests.factories import act
from importing.tests.support import (
    EVERYTHING,
    LIST_DATE,
    Lists,
    current,
    differences,
    facts,
    may_practise,
    names,
    position,
    rejections,
    steps,
    whole_register,
)
from licenses.models import PHBProfessionalRegistry, PractisingCertificate, Suspension
from licenses.rules import Status
from licenses.services import merge_people
from practitioners.models import Practitioner, PractitionerIdentifier
from practitioners.queries import recorded_death

LAST_YEAR = date(2025, 11, 23)
YEAR_2026 = {"CERT FROM": "2026-01-01", "CERT UNTIL": "2026-12-31"}


def test_a_list_that_says_what_is_known_changes_nothing(lists: Lists):
    rows = [
        {"NO": "100", **YEAR_2026, "STATE": "Lagos", "E-MAIL": "a@example.org"},
        {"PERSON": "2", "NO": "101", "STATUS": "SUSPENDED", "FROM": "2026-09-01", "UNTIL": "2027-02-28"},
        {"PERSON": "3", "NO": "102", "STATUS": "SUSPENDED", "FROM": "2026-01-10", "UNTIL": "2026-07-09"},
        {"PERSON": "4", "NO": "103", "STATUS": "STRUCK OFF"},
        {"PERSON": "5", "NO": "104", "STATUS": "DEAD"},
        {"PERSON": "5", "NO": "105", "STATUS": "DEAD", "CADRE": "TECHNICIAN"},
        {"PERSON": "6", "NO": "106", "SURNAME": "MUSA (nee BELLO)"},
    ]
    lists.imported(*rows)
    before, at = whole_register(), position()
    outcome = lists.imported(*rows)
    assert outcome.run.rows_done == 7
    assert whole_register() == before
    assert position() == at


def test_a_changed_status_is_a_step_from_the_day_of_the_list(lists: Lists):
    lists.imported({**YEAR_2026}, on=date(2026, 2, 1))
    assert may_practise("100", "mlscn-scientist-full", "mlscn")
    at = position()
    outcome = lists.imported({"STATUS": "SUSPENDED", **YEAR_2026})
    assert steps() == [("suspend", "2026-11-23")]
    assert facts().status_on(LIST_DATE) is Status.SUSPENDED
    assert facts().status_on(date(2026, 11, 22)) is Status.REGISTERED
    assert not may_practise("100", "mlscn-scientist-full", "mlscn")
    assert (position(), outcome.run.counts["licenses_changed"]) == (at + 1, 1)


def test_a_changed_status_is_a_step_from_the_day_that_the_row_gives(lists: Lists):
    lists.imported({}, on=LAST_YEAR)
    lists.imported({"STATUS": "INTERIM", "FROM": "2026-09-01"})
    lists.imported({"STATUS": "STRUCK OFF", "FROM": "2026-11-01"})
    lists.imported({"STATUS": "OK"})
    assert steps() == [
        ("suspend", "2026-09-01"),
        ("remove", "2026-11-01"),
        ("restore", "2026-11-23"),
        ("reinstate", "2026-11-23"),
    ]
    assert facts().status_on(LIST_DATE) is Status.REGISTERED


def test_what_was_held_before_can_still_be_read(lists: Lists):
    lists.imported({"STATUS": "SUSPENDED", "FROM": "2026-09-01"}, on=date(2026, 10, 1))
    lists.imported({"STATUS": "OK"})
    license = PHBProfessionalRegistry.objects.get()
    assert current(Suspension, license.id) == [(date(2026, 9, 1), date(2026, 11, 23))]
    assert Suspension.objects.filter(license=license).count() == 2


def test_certificates_that_overlap_end_where_the_next_begins(lists: Lists):
    lists.imported(
        {"CERT FROM": "2025-06-01", "CERT UNTIL": "2028-05-31"},
        {"CERT FROM": "2022-01-01", "CERT UNTIL": "2025-12-31"},
    )
    license = PHBProfessionalRegistry.objects.get()
    first, second = (date(2022, 1, 1), date(2025, 6, 1)), (date(2025, 6, 1), date(2028, 6, 1))
    assert current(PractisingCertificate, license.id) == [first, second]
    lists.imported({"CERT FROM": "2026-06-01", "CERT UNTIL": "2029-05-31"})
    assert current(PractisingCertificate, license.id) == [
        first,
        (second[0], date(2026, 6, 1)),
        (date(2026, 6, 1), date(2029, 6, 1)),
    ]


def test_no_certificate_ends_the_one_of_an_earlier_list(lists: Lists):
    lists.imported({**YEAR_2026}, on=date(2026, 2, 1))
    lists.imported({"STATUS": "OWING", **YEAR_2026})
    license = PHBProfessionalRegistry.objects.get()
    assert current(PractisingCertificate, license.id) == [(date(2026, 1, 1), date(2026, 11, 23))]
    assert not may_practise("100", "mlscn-scientist-full", "mlscn")


def test_a_death_is_recorded_once_and_ends_every_license(lists: Lists):
    lists.imported({**YEAR_2026}, {"NO": "200", "CADRE": "TECHNICIAN"}, on=date(2026, 2, 1))
    lists.imported({"STATUS": "DEAD", "FROM": "2026-10-05"})
    assert [recorded_death(person.pk) for person in Practitioner.objects.all()] == [date(2026, 10, 5)]
    assert steps("100") == steps("200") == [("remove", "2026-10-05")]
    later = lists.imported({"STATUS": "DEAD", "FROM": "2026-10-07"}, {"NO": "200", "CADRE": "TECHNICIAN"})
    assert differences(later) == [
        ("died_on", "2026-10-05", "2026-10-07"),
        ("standing", "removed (death)", "registered"),
    ]
    assert facts().standing.died_on == date(2026, 10, 5)


def test_who_died_before_the_birth_that_a_list_gives(lists: Lists):
    lists.imported({"STATUS": "DEAD", "FROM": "2006-01-01"})
    outcome = lists.imported({"STATUS": "DEAD", "BORN": "2007-01-01", "REGISTERED": "2008-01-01"})
    assert ("birth_date", "1980-01-01", "2007-01-01") in differences(outcome)


def test_a_new_name_comes_into_use_and_the_old_one_stays(lists: Lists):
    lists.imported({"SURNAME": "DR OKORO"})
    lists.imported({"SURNAME": "BALOGUN"})
    assert names() == [("official", "Balogun", "Ada"), ("old", "Okoro", "Ada")]
    at = position()
    lists.imported({"SURNAME": "OKORO"})
    assert names() == [("official", "Okoro", "Ada"), ("old", "Balogun", "Ada")]
    assert position() == at + 1


def test_who_moves_to_another_state_takes_a_position_that_a_new_telephone_does_not(lists: Lists):
    """Searches ask for the state and figures count by it; whoever goes by positions must hear of it."""
    lists.imported({"STATE": "Lagos"})
    at = position()
    lists.imported({"STATE": "Kano"}, authority=("contact",))
    assert position() == at + 1
    lists.imported({"STATE": "Kano", "PHONE": "0803"}, authority=("contact",))
    assert position() == at + 1


def test_a_number_is_the_same_however_it_is_written(lists: Lists):
    lists.imported({"PERSON": "A/12-3", "NO": "B-100"})
    outcome = lists.imported({"PERSON": "a 12.3", "NO": "b/100", "GIVEN": "Ada Ngozi"})
    assert rejections(outcome) == []
    assert Practitioner.objects.count() == PHBProfessionalRegistry.objects.count() == 1
    assert PractitionerIdentifier.objects.get().value == "A/12-3"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        # The license's number is held by a person with another number of their own.
        ({"PERSON": "2"}, "number_held_by_another_person"),
        # The same person number, and nothing else in common.
        (
            {"NO": "101", "CADRE": "TECHNICIAN", "SURNAME": "BELLO", "GIVEN": "Sani", "BORN": ""},
            "number_held_by_another_person",
        ),
        # An initial is no word that two names can share.
        ({"SURNAME": "BELLO", "GIVEN": "A.", "BORN": ""}, "number_held_by_another_person"),
        ({"NO": "101"}, "person_has_another_number"),
        # A word of the name without accents, or the birth date, is enough.
        ({"SURNAME": "BELLO", "GIVEN": "Ádà", "BORN": ""}, None),
        ({"SURNAME": "BELLO", "GIVEN": "Sani"}, None),
        ({"SURNAME": "BELLO", "GIVEN": "Sani", "BORN": "", "NO": "101", "CADRE": "TECHNICIAN", "PERSON": "2"}, None),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_who_is_another_person(lists: Lists, row, code, together):
    outcome = lists.imported({}, row) if together else (lists.imported({}), lists.imported(row))[1]
    assert rejections(outcome) == ([(3 if together else 2, code)] if code else [])


class TestAuthority:
    """A source changes only what it is the authority for; everything else is compared."""

    OTHER = {
        "SURNAME": "BALOGUN",
        "BORN": "1980-01-02",
        "SEX": "M",
        "REGISTERED": "2005-05-06",
        "STATUS": "SUSPENDED",
        **YEAR_2026,
        "STATE": "Kano",
        "E-MAIL": "b@example.org",
        "PHONE": "0803",
    }
    DIFFERENCES = {
        "names": {
            ("surname", "Okoro", "Balogun"),
            ("birth_date", "1980-01-01", "1980-01-02"),
            ("sex", "female", "male"),
        },
        "registration": {("registered_on", "2005-05-05", "2005-05-06")},
        "standing": {("standing", "registered", "suspended (tribunal_order)")},
        "certificate": {("certificate", "", "2026-01-01 to 2026-12-31")},
        "contact": {("state", "LA", "KN"), ("email", "a@example.org", "b@example.org"), ("telephone", "", "0803")},
    }

    @pytest.mark.parametrize("subject", EVERYTHING)
    def test_one_subject_is_written_and_the_others_are_compared(self, lists: Lists, subject):
        lists.imported({"STATE": "Lagos", "E-MAIL": "a@example.org"})
        outcome = lists.imported(self.OTHER, authority=(subject,))
        want = set().union(*(found for other, found in self.DIFFERENCES.items() if other != subject))
        # The day of a registration never changes, whoever says so.
        want |= self.DIFFERENCES["registration"]
        assert set(differences(outcome)) == want
        again = lists.imported(self.OTHER, authority=EVERYTHING)
        assert set(differences(again)) == self.DIFFERENCES["registration"]

    def test_a_list_without_any_authority_changes_nothing(self, lists: Lists):
        lists.imported({})
        before, at = whole_register(), position()
        outcome = lists.imported({**self.OTHER, "GIVEN": "Ada Ngozi", "SURNAME": "OKORO (nee BELLO)"}, authority=())
        assert ("former_name", "", "Bello, Ada Ngozi") in differences(outcome)
        assert (whole_register(), position()) == (before, at)

    def test_empty_cells_and_other_capitals_are_no_difference(self, lists: Lists):
        lists.imported({**YEAR_2026, "STATE": "Lagos", "GIVEN": "Ada  NGOZI"})
        outcome = lists.imported(
            {"SURNAME": "okoro", "GIVEN": "ADA Ngozi", "BORN": "", "SEX": "", "REGISTERED": ""}, authority=()
        )
        assert differences(outcome) == []

    def test_a_difference_is_reported_once_for_each_person(self, lists: Lists):
        lists.imported({}, {"NO": "200", "CADRE": "TECHNICIAN"})
        other = {"SURNAME": "BALOGUN", "STATUS": "SUSPENDED"}
        outcome = lists.imported(other, {**other, "NO": "200", "CADRE": "TECHNICIAN"}, authority=())
        assert [field for field, _, _ in differences(outcome)] == ["surname", "standing", "standing"]

    def test_suspensions_of_other_days(self, lists: Lists):
        lists.imported({"STATUS": "SUSPENDED", "FROM": "2026-09-01", "UNTIL": "2027-02-28"}, {"PERSON": "2", "NO": "2"})
        assert differences(lists.imported({"STATUS": "SUSPENDED", "FROM": "2026-09-02"}, authority=())) == [
            ("standing_from", "2026-09-01", "2026-09-02")
        ]
        assert differences(lists.imported({"STATUS": "SUSPENDED", "UNTIL": "2027-03-01"}, authority=())) == [
            ("standing_until", "2027-02-28", "2027-03-01")
        ]

    @pytest.mark.parametrize("authority", [(), ("names",), ("standing", "certificate", "contact")])
    def test_only_the_authority_for_registration_adds_people(self, lists: Lists, authority):
        lists.imported({})
        outcome = lists.imported(
            {},
            {"PERSON": "2", "NO": "101"},
            {"NO": "102", "CADRE": "TECHNICIAN"},
            {"NO": "103"},
            authority=authority,
        )
        assert rejections(outcome) == [
            (3, "unknown_person"),
            (4, "unknown_person"),
            (5, "person_has_another_number"),
        ]
        assert PHBProfessionalRegistry.objects.count() == 1

    def test_without_standing_new_licenses_are_registered(self, lists: Lists):
        outcome = lists.imported({"STATUS": "SUSPENDED", **YEAR_2026}, authority=("names", "registration"))
        assert facts().status_on(LIST_DATE) is Status.REGISTERED
        assert facts().standing.certificates == []
        assert {field for field, _, _ in differences(outcome)} == {"standing", "certificate"}

    def test_a_list_without_names_adds_people_by_name_only(self, lists: Lists):
        outcome = lists.imported({}, authority=("registration",))
        person = Practitioner.objects.get()
        assert (person.birth_date, person.gender) == (None, "unknown")
        assert names() == [("official", "Okoro", "Ada")]
        assert {field for field, _, _ in differences(outcome)} == {"birth_date", "sex"}


def test_a_number_of_ours_that_is_taken_is_drawn_again(lists: Lists, monkeypatch):
    lists.imported({})
    taken = PHBProfessionalRegistry.objects.get().number
    drawn = iter([taken, "PHB-MLS-0000-000A", "PHB-MLS-0000-000A", "PHB-MLS-0000-000B"])
    monkeypatch.setattr("licenses.reconcile.make_number", lambda prefix: next(drawn))
    lists.imported({"PERSON": "2", "NO": "101"}, {"PERSON": "3", "NO": "102"})
    numbers = set(PHBProfessionalRegistry.objects.values_list("number", flat=True))
    assert numbers == {taken, "PHB-MLS-0000-000A", "PHB-MLS-0000-000B"}


def test_what_a_list_says_of_a_replaced_number_it_says_of_the_license_that_counts(lists: Lists):
    lists.imported({"NO": "100", "PERSON": "1"}, {"NO": "101", "PERSON": "2"})
    kept, merged = PHBProfessionalRegistry.objects.order_by("regulator_number")
    act(merge_people, merged_id=merged.practitioner_id, kept_id=kept.practitioner_id)
    outcome = lists.imported({"NO": "101", "PERSON": "2", **YEAR_2026})
    assert (rejections(outcome), PHBProfessionalRegistry.objects.count()) == ([], 2)
    assert current(PractisingCertificate, kept.id) == [(date(2026, 1, 1), date(2027, 1, 1))]
    assert current(PractisingCertificate, merged.id) == []
