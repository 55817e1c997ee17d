"""People: one name in use, old ones kept, one death."""

from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from accounts.tests.factories import make_user
from audit.tests.factories import records
from changes.queries import register_position
from changes.tests.factories import TODAY, act, recorded_change
from documents.tests.factories import file_row
from practitioners.models import Practitioner, PractitionerDeath, PractitionerName
from practitioners.rules import NameUse
from practitioners.services import (
    AlreadyDead,
    add_old_name,
    change_name,
    give_account,
    merge_person,
    put_photograph,
    record_death,
    undo_merge_of_person,
)
from practitioners.tests.factories import make_person
from reference.models import State

pytestmark = pytest.mark.django_db


def names(person: Practitioner, use: NameUse) -> list[str]:
    return [name.full_name for name in person.names.current().filter(use=use).order_by("id")]


def test_a_person_has_a_name_and_the_numbers_others_know_them_by() -> None:
    person = make_person("Okafor", "Adaeze Ngozi", identifiers={"nmcn": "RN/1"})
    assert names(person, NameUse.OFFICIAL) == ["Adaeze Ngozi Okafor"]
    assert [str(identifier) for identifier in person.identifiers.all()] == ["nmcn RN/1"]


def test_changing_the_name_keeps_the_old_one() -> None:
    person = make_person("Okafor", "Adaeze")
    act(change_name, practitioner_id=person.pk, surname="Bello", given_names="Adaeze", reason="marriage", on=TODAY)
    assert names(person, NameUse.OFFICIAL) == ["Adaeze Bello"]
    old = person.names.current().get(use=NameUse.OLD)
    assert (old.full_name, old.used_until, old.change_reason) == ("Adaeze Okafor", TODAY, "marriage")


def test_what_the_register_called_a_person_at_any_moment_stays_known() -> None:
    person = make_person("Okafor", "Adaeze")
    act(change_name, practitioner_id=person.pk, surname="Bello", given_names="Adaeze", reason="marriage", on=TODAY)
    before, after = person.names.filter(use=NameUse.OFFICIAL).order_by("id")
    assert (before.full_name, after.full_name) == ("Adaeze Okafor", "Adaeze Bello")
    assert before.closed_in == after.recorded_in
    assert after.recorded_in.actor == "user:registrar"
    assert before.recorded.upper == after.recorded.lower
    for instant, name in ((before.recorded.lower, before), (after.recorded.lower, after)):
        assert person.names.known_at(instant).get(use=NameUse.OFFICIAL) == name


def test_a_change_of_name_and_a_death_take_a_position_that_the_person_bears() -> None:
    person = make_person()
    for number, (service, arguments) in enumerate(
        [
            (change_name, {"surname": "Bello", "given_names": "Ada", "reason": "marriage", "on": TODAY}),
            (add_old_name, {"surname": "Eze", "given_names": "Ada"}),
            (record_death, {"died_on": TODAY}),
        ],
        start=register_position().value + 1,
    ):
        act(service, practitioner_id=person.pk, **arguments)
        person.refresh_from_db()
        assert person.position == register_position().value == number


def test_an_old_name_is_recorded_once() -> None:
    person = make_person()
    for _ in range(2):
        act(add_old_name, practitioner_id=person.pk, surname="Eze", given_names="Adaeze")
    assert names(person, NameUse.OLD) == ["Adaeze Eze"]


def test_death_is_recorded_once() -> None:
    person = make_person()
    act(record_death, practitioner_id=person.pk, died_on=TODAY)
    with pytest.raises(AlreadyDead) as refusal:
        act(record_death, practitioner_id=person.pk, died_on=TODAY)
    assert refusal.value.members == {"died_on": TODAY}


class TestWhatAuditorsFind:
    def told(self, person: Practitioner) -> list[tuple[str, list[str]]]:
        """What was done to a person, without the reason of the change, and which facts that concerned."""
        of_person = records(subject_kind="practitioner", subject=str(person.uid))
        return [(record.reason.removesuffix("; A test."), record.fields) for record in of_person]

    def test_which_facts_a_person_was_entered_with(self) -> None:
        state = State.objects.get(code="LA")
        whole = make_person(state_id=state.pk, telephone="+2348031234567", identifiers={"nmcn": "RN/1"})
        bare = make_person(birth_date=None, gender="unknown")
        told = ["birth_date", "gender", "identifiers", "names", "state", "telephone"]
        assert self.told(whole) == [("add_practitioner", told)]
        assert self.told(bare) == [("add_practitioner", ["names"])]

    def test_each_act_on_a_person(self) -> None:
        person, account = make_person(), make_user()
        photograph = file_row(uploaded_by=account)
        other_name = {"surname": "Bello", "given_names": "Ada"}
        act(change_name, practitioner_id=person.pk, **other_name, reason="marriage", on=TODAY)
        act(add_old_name, practitioner_id=person.pk, surname="Eze", given_names="Ada")
        act(put_photograph, practitioner_id=person.pk, file_id=photograph.pk)
        act(give_account, practitioner_id=person.pk, account_id=account.pk)
        act(record_death, practitioner_id=person.pk, died_on=TODAY)
        assert self.told(person)[1:] == [
            ("change_name: marriage", ["names"]),
            ("add_old_name", ["names"]),
            ("put_photograph", ["photograph"]),
            ("give_account", ["account"]),
            ("record_death", ["death"]),
        ]

    def test_what_was_known_already_leaves_nothing(self) -> None:
        person, account = make_person(), make_user()
        for _ in range(2):
            act(add_old_name, practitioner_id=person.pk, surname="Eze", given_names="Ada")
            act(give_account, practitioner_id=person.pk, account_id=account.pk)
        assert [done for done, _ in self.told(person)] == ["add_practitioner", "add_old_name", "give_account"]

    def test_both_entries_of_a_merge(self) -> None:
        goes, stays = make_person(), make_person()
        act(merge_person, practitioner_id=goes.pk, into_id=stays.pk)
        act(undo_merge_of_person, practitioner_id=goes.pk)
        for person in (goes, stays):
            assert self.told(person)[1:] == [("merge_person", ["merge"]), ("undo_merge_of_person", ["merge"])]


class TestWhatTheDatabaseRefuses:
    @pytest.mark.parametrize("table", ["practitioners_practitionername", "practitioners_practitionerdeath"])
    def test_rewriting_a_name_or_a_death(self, table: str) -> None:
        person = make_person()
        act(record_death, practitioner_id=person.pk, died_on=TODAY)
        for statement in (f"UPDATE {table} SET practitioner_id = practitioner_id", f"DELETE FROM {table}"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                execute(statement)
        with pytest.raises(IntegrityError, match="never rewritten"), transaction.atomic():
            execute(f"UPDATE {table} SET closed_in_id = 1")

    def test_birth_after_death(self) -> None:
        person = make_person()
        act(record_death, practitioner_id=person.pk, died_on=TODAY)
        with pytest.raises(IntegrityError, match="before they are born"), transaction.atomic():
            Practitioner.objects.filter(pk=person.pk).update(birth_date=date(2026, 11, 24))

    def test_two_deaths(self) -> None:
        person = make_person()
        act(record_death, practitioner_id=person.pk, died_on=TODAY)
        with pytest.raises(IntegrityError, match="practitioner_dies_once"), transaction.atomic():
            PractitionerDeath.objects.create(practitioner=person, died_on=TODAY, recorded_in=recorded_change())

    def test_two_names_in_use(self) -> None:
        person = make_person()
        with pytest.raises(IntegrityError, match="practitioner_has_one_official_name"), transaction.atomic():
            PractitionerName.objects.create(
                practitioner=person, use=NameUse.OFFICIAL, surname="Other", recorded_in=recorded_change()
            )

    def test_a_name_without_surname(self) -> None:
        with pytest.raises(IntegrityError, match="practitioner_name_has_surname"), transaction.atomic():
            make_person("", "Adaeze")

    def test_death_before_birth(self) -> None:
        person = make_person(birth_date=TODAY)
        with pytest.raises(IntegrityError, match="before they are born"), transaction.atomic():
            act(record_death, practitioner_id=person.pk, died_on=date(2026, 11, 22))

    def test_one_number_held_by_two(self) -> None:
        make_person(identifiers={"nmcn": "RN/1"})
        with pytest.raises(IntegrityError, match="identifier_held_by_one_practitioner"), transaction.atomic():
            make_person(identifiers={"nmcn": "RN/1"})


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
