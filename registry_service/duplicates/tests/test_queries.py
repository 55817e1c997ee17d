"""Who on the register may be somebody: found by what two records share, ranked by how likely it is."""

from datetime import date
from typing import Any

import pytest

from accounts.rules import Role
from accounts.tests.factories import make_user
from changes.tests.factories import act
from common.errors import NotFound
from duplicates.likeness import Record
from duplicates.queries import likely, likely_duplicates, records_of, who_may_be
from duplicates.tests.factories import confirm, make_officer, make_registered, propose
from identity.tests.factories import make_proof
from licenses.tests.factories import make_license
from practitioners.models import Practitioner
from practitioners.names import Name
from practitioners.queries import how_many_bear
from practitioners.services import change_name, give_account
from practitioners.tests.factories import make_person

pytestmark = pytest.mark.django_db
BORN = date(1996, 4, 7)


def person(surname: str, given_names: str, **facts: Any) -> Practitioner:
    made = make_person(surname, given_names)
    Practitioner.objects.filter(pk=made.pk).update(**{"birth_date": None, "gender": "unknown", **facts})
    return made


def found(surname: str = "Okafor", given_names: str = "Adaeze Ngozi", **facts: Any) -> set[int]:
    return who_may_be(Record(names=(Name(surname, given_names),), **facts))


class TestFinding:
    @pytest.mark.parametrize("birth_date", [date(1996, 4, 7), date(1996, 7, 4)])
    def test_by_birth_date_also_with_day_and_month_swapped(self, birth_date: date) -> None:
        dated = person("Musa", "Ibrahim", birth_date=birth_date)
        person("Okafor", "Adaeze Chioma", birth_date=date(1990, 1, 1))
        assert found(birth_date=BORN) == {dated.pk}

    @pytest.mark.parametrize("given_names", ["Adaeze Ngozi", "Ngọzi ADAEZE"])
    def test_by_a_whole_name_that_few_bear(self, given_names: str) -> None:
        namesake = person("Okafor", given_names, birth_date=date(1990, 1, 1))
        person("Okafor", "Adaeze Ngozi Chioma", birth_date=date(1990, 1, 1))
        assert found(birth_date=BORN) == {namesake.pk}
        assert how_many_bear(Name("Okafor", "Adaeze Ngozi")) == 1

    def test_not_by_one_that_many_bear(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("practitioners.queries.MOST_NAMESAKES", 3)
        for year in range(1960, 1963):
            person("Okafor", "Adaeze Ngozi", birth_date=date(year, 1, 1))
        assert found(birth_date=BORN) == set()
        assert how_many_bear(Name("Okafor", "Adaeze Ngozi")) is None

    @pytest.mark.parametrize(
        ("surname", "given_names"),
        [
            ("Okafor", "Adaeze"),
            ("ÓKAFOR", "Ngọzi"),
            ("Adaeze", "Okafor"),
            ("Okafor", "Ada Ngozi Chioma"),
            ("Okafor-Bello", "Adaeze"),
        ],
    )
    def test_whose_birth_date_is_not_known_by_two_words_of_the_name(self, surname: str, given_names: str) -> None:
        undated = person(surname, given_names)
        person("Okafor", "Chidi")
        assert found(birth_date=BORN) == {undated.pk}

    @pytest.mark.parametrize(("listed", "asked"), [("Mohammed", "Muhammad"), ("Uthman", "Usman"), ("Bayo", "Adebayo")])
    def test_words_may_be_spelled_otherwise(self, listed: str, asked: str) -> None:
        undated = person("Yusuf", listed)
        assert found("Yusuf", asked) == {undated.pk}

    def test_by_a_former_name(self) -> None:
        undated = person("Okafor", "Adaeze")
        act(change_name, practitioner_id=undated.pk, surname="Bello", given_names="Adaeze", reason="", on=BORN)
        assert found() == {undated.pk}

    def test_by_telephone_email_council_number_and_proven_identity(self) -> None:
        people = [
            person("Musa", "Ibrahim", telephone="+2348031234567"),
            person("Musa", "Ibrahim", email="adaeze@example.ng"),
            make_license(regulator_number="MDCN/R/1").practitioner,
            person("Musa", "Ibrahim"),
        ]
        proof = make_proof()
        act(give_account, practitioner_id=people[3].pk, account_id=proof.account_id)
        assert found(
            telephone="+2348031234567",
            email="adaeze@example.ng",
            council_numbers=frozenset({("mdcn", "MDCNR1"), ("nmcn", "1")}),
            identity=proof.subject_hash,
        ) == {person.pk for person in people}

    def test_nobody_when_nothing_is_shared(self) -> None:
        person("Musa", "Ibrahim", birth_date=date(1990, 1, 1))
        assert found(birth_date=BORN) == found("", "A") == set()

    def test_a_name_is_no_pattern(self) -> None:
        person("Okafor", "Adaeze")
        assert found(".*", "(.*) [a-z]+ \\m") == set()

    def test_an_entry_that_was_merged_is_left_out(self) -> None:
        merged, kept = make_registered(), make_registered()
        confirm(propose(make_officer(), merged, kept), make_officer())
        assert set(records_of([merged.pk, kept.pk])) == {kept.pk}


class TestRanking:
    def test_the_likeliest_first_and_the_unlikely_not_at_all(self) -> None:
        facts = {"birth_date": BORN, "gender": "female"}
        same, alike = person("Okafor", "Adaeze Ngozi", **facts), person("Okafor", "Adaeze", birth_date=BORN)
        other = person("Musa", "Ibrahim", birth_date=BORN)
        record = Record(names=(Name("Okafor", "Adaeze Ngozi"),), birth_date=BORN, gender="female")
        ranked = likely(record, records_of([same.pk, alike.pk, other.pk]))
        assert [each.person.id for each in ranked] == [same.pk, alike.pk]

    def test_a_rare_name_counts_for_more_than_one_that_several_bear(self) -> None:
        record = Record(names=(Name("Okafor", "Adaeze Ngozi"),), gender="female")
        (only,) = likely(record, records_of([person("Okafor", "Adaeze Ngozi", gender="female").pk]))
        assert [reason.how for reason in only.likeness.reasons] == ["the only one of this name", "same"]
        for _ in range(3):
            person("Okafor", "Adaeze Ngozi")
        assert likely(record, records_of([only.person.id])) == []

    def test_few_statements_however_many_people(self, django_assert_num_queries: Any) -> None:
        ids = [person("Okafor", "Adaeze", birth_date=BORN).pk for _ in range(5)]
        with django_assert_num_queries(3):
            records_of(ids)


class TestWhoSees:
    def test_officers_of_councils_that_have_registered_the_person_and_national_administrators(self) -> None:
        someone, twin = make_registered(), make_registered()
        Practitioner.objects.update(birth_date=BORN)
        for officer in (make_officer(), make_user(Role.NATIONAL_ADMINISTRATOR)):
            assert [each.person.id for each in likely_duplicates(officer, someone.uid)] == [twin.pk]
        for stranger in (make_officer("nmcn"), make_user()):
            with pytest.raises(NotFound):
                likely_duplicates(stranger, someone.uid)
