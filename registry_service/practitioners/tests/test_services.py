"""People: one name in use, old ones kept, one death."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from practitioners.models import Practitioner, PractitionerName
from practitioners.rules import NameUse
from practitioners.services import AlreadyDead, add_old_name, change_name, record_death
from practitioners.tests.factories import make_person

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


def names(person: Practitioner, use: NameUse) -> list[str]:
    return [name.full_name for name in person.names.filter(use=use).order_by("id")]


def test_a_person_has_a_name_and_the_numbers_others_know_them_by() -> None:
    person = make_person("Okafor", "Adaeze Ngozi", identifiers={"nmcn": "RN/1"})
    assert names(person, NameUse.OFFICIAL) == ["Adaeze Ngozi Okafor"]
    assert [str(identifier) for identifier in person.identifiers.all()] == ["nmcn RN/1"]


def test_changing_the_name_keeps_the_old_one() -> None:
    person = make_person("Okafor", "Adaeze")
    change_name(practitioner_id=person.pk, surname="Bello", given_names="Adaeze", reason="marriage", on=TODAY)
    assert names(person, NameUse.OFFICIAL) == ["Adaeze Bello"]
    old = person.names.get(use=NameUse.OLD)
    assert (old.full_name, old.used_until, old.change_reason) == ("Adaeze Okafor", TODAY, "marriage")


def test_an_old_name_is_recorded_once() -> None:
    person = make_person()
    for _ in range(2):
        add_old_name(practitioner_id=person.pk, surname="Eze", given_names="Adaeze")
    assert names(person, NameUse.OLD) == ["Adaeze Eze"]


def test_death_is_recorded_once() -> None:
    person = make_person()
    record_death(practitioner_id=person.pk, died_on=TODAY)
    with pytest.raises(AlreadyDead) as refusal:
        record_death(practitioner_id=person.pk, died_on=TODAY)
    assert refusal.value.members == {"died_on": TODAY}


class TestWhatTheDatabaseRefuses:
    def test_two_names_in_use(self) -> None:
        person = make_person()
        with pytest.raises(IntegrityError, match="practitioner_has_one_official_name"), transaction.atomic():
            PractitionerName.objects.create(practitioner=person, use=NameUse.OFFICIAL, surname="Other")

    def test_a_name_without_surname(self) -> None:
        with pytest.raises(IntegrityError, match="practitioner_name_has_surname"), transaction.atomic():
            make_person("", "Adaeze")

    def test_death_before_birth(self) -> None:
        person = make_person(birth_date=TODAY)
        with pytest.raises(IntegrityError, match="practitioner_dies_after_birth"), transaction.atomic():
            record_death(practitioner_id=person.pk, died_on=date(2026, 11, 22))

    def test_one_number_held_by_two(self) -> None:
        make_person(identifiers={"nmcn": "RN/1"})
        with pytest.raises(IntegrityError, match="identifier_held_by_one_practitioner"), transaction.atomic():
            make_person(identifiers={"nmcn": "RN/1"})
