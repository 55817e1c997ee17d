"""Each act on the register: what it does, what it refuses, what it leaves behind."""

from datetime import date
from itertools import product

import pytest

from changes.models import RegisterPosition
from changes.tests.factories import NOW, TODAY, act, change
from common.errors import NotFound
from events.tests.factories import written
from licenses import services
from licenses.models import (
    Condition,
    LicenseTransition,
    PHBProfessionalRegistry,
    Suspension,
)
from licenses.numbers import read_number
from licenses.queries import facts_by_id, look_up
from licenses.rules import (
    TRANSITIONS,
    ConditionNotInForce,
    HolderDeceased,
    NotBeforeRegistration,
    Status,
    Transition,
    TransitionNotAllowed,
)
from licenses.services import AlreadyRegistered, EmptyPeriod, PeriodsOverlap, register
from licenses.tests.factories import (
    DOCTORS,
    EVENTS,
    REGISTERED_ON,
    THIS_YEAR,
    TOMORROW,
    make_license,
    reinstate,
    remove,
    restore,
    suspend,
)
from practitioners.tests.factories import make_person

pytestmark = pytest.mark.django_db

YESTERDAY = date(2026, 11, 22)


def status_of(license: PHBProfessionalRegistry, day: date = TODAY) -> Status:
    return facts_by_id([license.pk])[0].status_on(day)


def obstacles(license: PHBProfessionalRegistry, day: date = TODAY) -> list[str]:
    return [obstacle.code for obstacle in facts_by_id([license.pk])[0].obstacles_on(day)]


def position() -> int:
    return RegisterPosition.objects.get().value


def register_and_fail(practitioner_id: int) -> None:
    with change() as opened:
        services.register_license(
            opened, practitioner_id=practitioner_id, register_part=DOCTORS, registered_on=REGISTERED_ON
        )
        raise ZeroDivisionError


class TestRegistering:
    def test_a_license_is_found_by_its_number_and_by_the_councils(self) -> None:
        license = make_license(regulator_number="MDCN/R/12345")
        found = look_up([license.number, "mdcn r 12345"])
        assert [facts.id for look in found.values() for facts in look.licenses] == [license.pk, license.pk]
        assert read_number(license.number, frozenset({"MED"}))
        assert license.number.startswith("PHB-MED-")

    def test_it_takes_one_position_for_the_license_and_its_certificate(self) -> None:
        person = make_person()
        before = position()
        license = make_license(person=person)
        assert license.position == position() == before + 1

    def test_it_and_its_certificate_say_who_entered_them_and_why(self) -> None:
        license = make_license()
        for row in (license, license.practisingcertificates.get()):
            assert (row.recorded_in.actor, row.recorded_in.reason) == ("user:registrar", "A test.")
            assert row.recorded_in.position == license.position

    def test_nobody_is_entered_after_their_death(self) -> None:
        person = make_person()
        act(services.record_death, practitioner_id=person.pk, died_on=TODAY)
        with pytest.raises(HolderDeceased):
            make_license(person=person)

    def test_one_person_stands_once_in_a_part_of_the_register(self) -> None:
        person = make_person()
        make_license(person=person)
        with pytest.raises(AlreadyRegistered):
            make_license(person=person)
        make_license(person=person, register_part="mdcn-medical-specialist")

    def test_a_councils_number_stands_once_in_a_part_of_the_register(self) -> None:
        make_license(regulator_number="MDCN/R/12345")
        with pytest.raises(AlreadyRegistered):
            make_license(regulator_number="mdcn-r-12345")
        make_license(regulator_number="MDCN/R/12345", register_part="mdcn-medical-provisional")

    def test_a_number_that_is_taken_is_drawn_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        first = make_license()
        draws = iter([first.number, first.number, "PHB-MED-0000-0000"])
        monkeypatch.setattr(register, "make_number", lambda prefix: next(draws))
        assert make_license().number == "PHB-MED-0000-0000"

    def test_an_unknown_part_of_the_register(self) -> None:
        with pytest.raises(NotFound):
            make_license(register_part="nowhere")

    def test_a_change_that_touches_nothing_takes_no_position(self) -> None:
        before = position()
        with change():
            pass
        assert position() == before

    def test_a_failed_change_leaves_nothing(self) -> None:
        person = make_person()
        before = position()
        with pytest.raises(ZeroDivisionError):
            register_and_fail(person.pk)
        assert not PHBProfessionalRegistry.objects.exists()
        assert position() == before


class TestCertificates:
    def test_days_that_are_covered_already(self) -> None:
        license = make_license()
        with pytest.raises(PeriodsOverlap):
            act(
                services.issue_certificate,
                license_id=license.pk,
                valid_from=date(2026, 12, 31),
                valid_until=date(2027, 12, 31),
            )

    def test_the_next_year_begins_where_this_one_ends(self) -> None:
        license = make_license()
        act(services.issue_certificate, license_id=license.pk, valid_from=THIS_YEAR[1], valid_until=date(2028, 1, 1))
        assert obstacles(license, date(2026, 12, 31)) == obstacles(license, date(2027, 1, 1)) == []

    def test_not_before_the_license(self) -> None:
        license = make_license(registered_on=TODAY, certificate=None)
        with pytest.raises(NotBeforeRegistration):
            act(services.issue_certificate, license_id=license.pk, valid_from=YESTERDAY, valid_until=THIS_YEAR[1])
        with pytest.raises(NotBeforeRegistration):
            act(services.grant_renewal_grace, license_id=license.pk, valid_from=YESTERDAY, valid_until=TOMORROW)

    @pytest.mark.parametrize("until", [TODAY, YESTERDAY])
    def test_a_period_has_days(self, until: date) -> None:
        license = make_license(certificate=None)
        with pytest.raises(EmptyPeriod):
            act(services.issue_certificate, license_id=license.pk, valid_from=TODAY, valid_until=until)

    def test_grace_lets_the_holder_go_on(self) -> None:
        license = make_license(certificate=(date(2025, 1, 1), date(2026, 1, 1)))
        assert obstacles(license) == ["certificate_expired"]
        act(services.grant_renewal_grace, license_id=license.pk, valid_from=date(2026, 1, 1), valid_until=TOMORROW)
        assert obstacles(license) == []
        assert obstacles(license, TOMORROW) == ["certificate_expired"]


class TestConditions:
    def impose(self, license: PHBProfessionalRegistry, valid_from: date, valid_until: date | None = None) -> Condition:
        return act(
            services.impose_condition,
            license_id=license.pk,
            condition="chaperone_required",
            text="A chaperone at every consultation",
            valid_from=valid_from,
            valid_until=valid_until,
        )

    def in_force(self, license: PHBProfessionalRegistry, day: date) -> list[str]:
        return [period.text for period in facts_by_id([license.pk])[0].conditions_on(day)]

    def test_a_condition_says_its_words_until_it_is_lifted(self) -> None:
        license = make_license()
        condition = self.impose(license, YESTERDAY)
        act(services.lift_condition, condition_id=condition.pk, from_day=TODAY)
        assert self.in_force(license, YESTERDAY) == ["A chaperone at every consultation"]
        assert self.in_force(license, TODAY) == []

    def test_who_imposed_and_who_lifted_it_stay_known(self) -> None:
        condition = self.impose(make_license(), YESTERDAY)
        act(services.lift_condition, condition_id=condition.pk, from_day=TODAY)
        condition.refresh_from_db()
        shortened = Condition.objects.current().get()
        assert condition.closed_in == shortened.recorded_in
        assert condition.closed_in.position == condition.recorded_in.position + 1 == position()

    def test_one_that_was_to_begin_later_is_undone(self) -> None:
        license = make_license()
        condition = self.impose(license, TOMORROW)
        act(services.lift_condition, condition_id=condition.pk, from_day=TODAY)
        assert self.in_force(license, TOMORROW) == []
        assert not Condition.objects.current().exists()
        assert Condition.objects.count() == 1

    def test_one_that_is_over_is_not_made_longer(self) -> None:
        condition = self.impose(make_license(), date(2026, 1, 1), date(2026, 2, 1))
        for day in (date(2026, 2, 1), TODAY):
            with pytest.raises(ConditionNotInForce):
                act(services.lift_condition, condition_id=condition.pk, from_day=day)

    def test_one_is_lifted_once(self) -> None:
        condition = self.impose(make_license(), YESTERDAY)
        act(services.lift_condition, condition_id=condition.pk, from_day=TODAY)
        with pytest.raises(ConditionNotInForce):
            act(services.lift_condition, condition_id=condition.pk, from_day=TODAY)

    def test_one_that_never_was(self) -> None:
        with pytest.raises(NotFound):
            act(services.lift_condition, condition_id=0, from_day=TODAY)

    def test_supervised_parts_of_a_register_are_conditional_from_the_first_day(self) -> None:
        license = make_license(register_part="mdcn-medical-provisional")
        assert self.in_force(license, REGISTERED_ON) == ["May practise only under supervision."]


ACTS = {
    Transition.SUSPEND: suspend,
    Transition.REINSTATE: reinstate,
    Transition.REMOVE: remove,
    Transition.RESTORE: restore,
}


def make_license_that_is(status: Status) -> PHBProfessionalRegistry:
    license = make_license()
    if status is Status.SUSPENDED:
        suspend(license, YESTERDAY)
    if status is Status.REMOVED:
        remove(license, YESTERDAY)
    return license


class TestTransitions:
    @pytest.mark.parametrize(("status", "transition"), list(product(Status, Transition)))
    def test_every_pair_of_status_and_transition(self, status: Status, transition: Transition) -> None:
        license = make_license_that_is(status)
        sources, target = TRANSITIONS[transition]
        log = LicenseTransition.objects.filter(license=license, effective_on=TODAY)
        before, told = position(), len(written())
        if status in sources:
            ACTS[transition](license)
            assert status_of(license) is target
            assert status_of(license, YESTERDAY) is status
            assert [(step.from_status, step.to_status, step.transition) for step in log] == [
                (status, target, transition)
            ]
            assert position() == before + 1
            (event,) = written()[told:]
            assert (event.type, event.position) == (EVENTS[transition], before + 1)
            assert event.data["status"] == target
        else:
            with pytest.raises(TransitionNotAllowed):
                ACTS[transition](license)
            assert status_of(license) is status
            assert not log.exists()
            assert (position(), len(written())) == (before, told)

    def test_a_step_says_who_why_when_and_in_which_place(self) -> None:
        license = make_license()
        suspend(license)
        step = LicenseTransition.objects.get()
        assert (step.reason.code, step.note) == ("interim_order", "Pending inquiry")
        assert step.effective_on == TODAY
        change = step.recorded_in
        assert (change.actor, change.reason) == ("user:registrar", "A test.")
        assert change.position == position()
        license.refresh_from_db()
        assert license.position == change.position

    @pytest.mark.parametrize("transition", Transition)
    def test_nothing_takes_effect_before_the_license_existed(self, transition: Transition) -> None:
        license = make_license(registered_on=TODAY, certificate=None)
        with pytest.raises(NotBeforeRegistration):
            ACTS[transition](license, YESTERDAY)

    def test_a_suspension_with_an_end_ends_without_any_act(self) -> None:
        license = make_license()
        suspend(license, TODAY, until=TOMORROW)
        assert [status_of(license, day).value for day in (YESTERDAY, TODAY, TOMORROW)] == [
            "registered",
            "suspended",
            "registered",
        ]

    def test_a_suspension_that_runs_into_another_is_refused(self) -> None:
        license = make_license()
        suspend(license, TOMORROW)
        with pytest.raises(PeriodsOverlap):
            suspend(license, TODAY)
        assert LicenseTransition.objects.count() == 1

    def test_a_suspension_undone_in_the_transaction_that_made_it(self) -> None:
        license = make_license()
        with change() as opened:
            services.suspend_license(
                opened, license_id=license.pk, reason="interim_order", note="", from_day=TODAY, until=None
            )
            services.reinstate_license(opened, license_id=license.pk, note="A mistake", from_day=TODAY)
        assert status_of(license) is Status.REGISTERED
        assert not Suspension.objects.current().exists()

    def test_restoring_ends_the_suspension_under_the_removal(self) -> None:
        license = make_license()
        suspend(license, YESTERDAY)
        remove(license, TODAY, reason="erased_by_tribunal")
        restore(license, TOMORROW)
        assert status_of(license, TODAY) is Status.REMOVED
        assert status_of(license, TOMORROW) is Status.REGISTERED

    def test_removal_names_its_reason(self) -> None:
        license = make_license()
        remove(license, reason="own_request")
        (obstacle,) = facts_by_id([license.pk])[0].obstacles_on(TODAY)
        assert (obstacle.code, obstacle.text) == ("removed", "Removed at own request")

    def test_an_unknown_reason(self) -> None:
        with pytest.raises(NotFound):
            remove(make_license(), reason="whim")


class TestDeath:
    def test_it_ends_every_license_and_each_end_is_logged(self) -> None:
        person = make_person()
        licenses = [make_license(person=person), make_license(person=person, register_part="mdcn-medical-specialist")]
        remove(licenses[1], YESTERDAY)
        act(services.record_death, practitioner_id=person.pk, died_on=TODAY)
        assert [status_of(license) for license in licenses] == [Status.REMOVED, Status.REMOVED]
        assert status_of(licenses[0], YESTERDAY) is Status.REGISTERED
        assert obstacles(licenses[0]) == ["deceased"]
        step = LicenseTransition.objects.get(license=licenses[0])
        assert (step.reason.code, step.to_status) == ("death", Status.REMOVED)

    def test_nothing_is_restored_after_it(self) -> None:
        person = make_person()
        license = make_license(person=person)
        remove(license, YESTERDAY)
        act(services.record_death, practitioner_id=person.pk, died_on=TODAY)
        with pytest.raises(HolderDeceased):
            restore(license, TODAY)
        assert status_of(license) is Status.REMOVED

    def test_not_even_from_a_day_before_it(self) -> None:
        person = make_person()
        license = make_license(person=person)
        remove(license, date(2026, 11, 3))
        act(services.record_death, practitioner_id=person.pk, died_on=TODAY)
        with pytest.raises(HolderDeceased):
            restore(license, date(2026, 11, 18))

    def test_nothing_is_suspended_after_it(self) -> None:
        person = make_person()
        license = make_license(person=person)
        act(services.record_death, practitioner_id=person.pk, died_on=TODAY)
        with pytest.raises(TransitionNotAllowed):
            suspend(license, TOMORROW)


class TestLookUp:
    def test_a_number_that_several_parts_hold_leads_to_all(self) -> None:
        first = make_license(regulator_number="12345")
        second = make_license(regulator_number="12345", register_part="nmcn-general-nurse")
        assert {facts.id for facts in look_up(["12345"])["12345"].licenses} == {first.pk, second.pk}

    def test_licenses_without_a_councils_number_are_not_found_by_punctuation(self) -> None:
        make_license()
        (answer,) = look_up(["./-"]).values()
        assert getattr(answer, "code", None) == "license_number_invalid"

    def test_all_kinds_in_at_most_two_statements(self, django_assert_num_queries) -> None:
        ours, councils = make_license(), make_license(regulator_number="MDCN/R/1")
        look_up([ours.number, "MDCN/R/1"])  # prepares the statements, once for each connection
        with django_assert_num_queries(2):
            found = look_up([ours.number, councils.number, "MDCN/R/1", "MDCN/R/2", "PHB-MED-0000-0001", "PHB"])
        assert len(found) == 6

    def test_now_is_taken_from_the_edge(self) -> None:
        with change(now=NOW) as opened:
            assert opened.today == TODAY
