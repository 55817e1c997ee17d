"""Real threads with connections of their own: what only happens when two act at once."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from random import Random
from threading import Event

import pytest

from audit.models import AuditRecord
from changes.models import RecordedChange, RegisterPosition
from changes.queries import register_position
from changes.services import RegisterChange
from changes.tests.factories import TODAY, act, change
from common.testing import at_once
from events.tests.factories import written
from licenses import services
from licenses.models import LicenseTransition, PHBProfessionalRegistry, Suspension
from licenses.queries import facts_by_id
from licenses.rules import HolderDeceased, Status, Transition, TransitionNotAllowed
from licenses.services import AlreadyRegistered, PeriodsOverlap
from licenses.tests.factories import DOCTORS, EVENTS, REGISTERED_ON, make_license, reinstate, remove, restore, suspend
from practitioners.services import change_name
from practitioners.tests.factories import make_person

pytestmark = pytest.mark.usefixtures("committed_db")


def test_positions_grow_in_commit_order() -> None:
    """Whoever has read up to n has read everything up to n: no later commit brings a smaller position."""
    licenses = [make_license() for _ in range(8)]
    seen: list[tuple[int, list[int]]] = []

    def suspend_and_look(number: int) -> None:
        suspend(licenses[number])
        last = RegisterPosition.objects.get().value
        read = LicenseTransition.objects.filter(recorded_in__position__lte=last).values_list(
            "recorded_in__position", flat=True
        )
        seen.append((last, sorted(read)))

    assert at_once(8, suspend_and_look) == [None] * 8
    positions = sorted(LicenseTransition.objects.values_list("recorded_in__position", flat=True))
    assert positions == list(range(positions[0], positions[0] + 8))
    for last, read in seen:
        assert read == [position for position in positions if position <= last]


def test_a_slow_transaction_holds_back_later_positions() -> None:
    """One that took its position and has not committed makes the next wait, so no gap can be read."""
    license = make_license()
    taken, may_commit = Event(), Event()

    def slow_then_quick(number: int) -> int:
        if number == 0:
            with change() as slow:
                position = slow.take_position()
                taken.set()
                assert not may_commit.wait(0.3), "the other one did not wait"
            return position
        taken.wait(5)
        suspend(license)
        may_commit.set()
        return LicenseTransition.objects.get().recorded_in.position

    first, second = at_once(2, slow_then_quick)
    assert second == first + 1


def test_no_two_suspend_the_same_license() -> None:
    license = make_license()
    results = at_once(6, lambda _: suspend(license))
    assert sum(result is None for result in results) == 1
    assert all(isinstance(result, TransitionNotAllowed) for result in results if result is not None)
    assert Suspension.objects.count() == LicenseTransition.objects.count() == 1


def test_no_two_cover_the_same_days() -> None:
    license = make_license(certificate=None)
    valid = {"valid_from": TODAY, "valid_until": TODAY + timedelta(days=365)}
    results = at_once(6, lambda _: act(services.issue_certificate, license_id=license.pk, **valid))
    assert sum(isinstance(result, PeriodsOverlap) for result in results) == 5


def test_no_two_register_the_same_person() -> None:
    person = make_person()

    def register(_: int) -> PHBProfessionalRegistry:
        return act(
            services.register_license,
            practitioner_id=person.pk,
            register_part=DOCTORS,
            registered_on=REGISTERED_ON,
        )

    results = at_once(6, register)
    assert sum(isinstance(result, AlreadyRegistered) for result in results) == 5
    assert PHBProfessionalRegistry.objects.count() == 1


def test_acts_on_one_license_follow_each_other() -> None:
    license = make_license()

    def turn(number: int) -> None:
        for _ in range(5):
            with suppress(TransitionNotAllowed):
                (suspend if number % 2 else reinstate)(license)

    assert at_once(4, turn) == [None] * 4
    steps = list(LicenseTransition.objects.order_by("recorded_in__position"))
    assert all(later.from_status == earlier.to_status for earlier, later in pairwise(steps))
    assert facts_by_id([license.pk])[0].status_on(TODAY) == (steps[-1].to_status if steps else Status.REGISTERED)


def test_events_records_and_steps_tell_one_story_in_the_order_of_positions() -> None:
    licenses = [make_license() for _ in range(4)]
    began = register_position().value

    def work(number: int) -> None:
        chance = Random(number)
        for _ in range(6):
            with suppress(TransitionNotAllowed):
                chance.choice([suspend, reinstate, remove, restore])(chance.choice(licenses))

    assert at_once(8, work) == [None] * 8
    steps = LicenseTransition.objects.filter(recorded_in__position__gt=began)
    told = [
        (step.recorded_in.position, step.license.number, EVENTS[Transition(step.transition)])
        for step in steps.select_related("license", "recorded_in").order_by("recorded_in__position")
    ]
    assert told
    events = written(position__gt=began)
    assert [(event.position, event.subject, event.type) for event in events] == told
    assert [event.time for event in events] == sorted(event.time for event in events)
    records = AuditRecord.objects.filter(reason__regex="^(suspend|reinstate|remove|restore)_license")
    assert Counter(records.values_list("subject", flat=True)) == Counter(number for _, number, _ in told)
    assert register_position().value == began + len(told) == RecordedChange.objects.latest("position").position


class TestHistory:
    """What the register held true at any instant can still be asked."""

    def test_a_suspension_and_its_end(self) -> None:
        license = make_license()
        suspend(license, TODAY)
        suspended_at = Suspension.objects.get().recorded.lower
        reinstate(license, TODAY + timedelta(days=7))
        then = Suspension.objects.known_at(suspended_at).get()
        now = Suspension.objects.current().get()
        assert then.valid.upper is None
        assert now.valid.upper == TODAY + timedelta(days=7)
        # The one ends where the other begins: at no instant are both current, or neither.
        assert then.recorded.upper == now.recorded.lower
        assert Suspension.objects.known_at(now.recorded.lower).get() == now
        assert not Suspension.objects.known_at(suspended_at - timedelta(microseconds=1)).exists()

    def test_a_transaction_that_began_first_and_came_second(self) -> None:
        """Its time is before that of the row which it ends; the row still has a beginning and an end."""
        license = make_license()
        begun, suspended = Event(), Event()

        def early_and_late(number: int) -> None:
            if number == 0:
                with change() as opened:
                    RegisterPosition.objects.count()
                    begun.set()
                    suspended.wait(5)
                    services.reinstate_license(opened, license_id=license.pk, note="", from_day=TODAY)
            else:
                begun.wait(5)
                suspend(license, TODAY)
                suspended.set()

        assert at_once(2, early_and_late) == [None, None]
        assert not Suspension.objects.current().exists()
        assert facts_by_id([license.pk])[0].status_on(TODAY) is Status.REGISTERED


def test_a_name_is_one_at_any_moment_also_when_the_change_that_began_first_comes_second() -> None:
    person = make_person("Okafor", "Adaeze")
    begun, renamed = Event(), Event()

    def rename(opened: RegisterChange, surname: str) -> None:
        change_name(
            opened, practitioner_id=person.pk, surname=surname, given_names="Adaeze", reason="marriage", on=TODAY
        )

    def early_and_late(number: int) -> None:
        if number == 0:
            with change() as opened:
                RegisterPosition.objects.count()
                begun.set()
                renamed.wait(5)
                rename(opened, "Bello")
        else:
            begun.wait(5)
            with change() as opened:
                rename(opened, "Eze")
            renamed.set()

    assert at_once(2, early_and_late) == [None, None]
    official = list(person.names.filter(use="official").order_by("recorded"))
    assert [name.surname for name in official] == ["Okafor", "Eze", "Bello"]
    for earlier, later in pairwise(official):
        assert earlier.recorded.upper == later.recorded.lower


def test_a_death_and_a_restoration_at_once_leave_no_license_of_the_dead() -> None:
    """Whichever comes first: the restoration is refused, or the death ends what it restored."""
    people = [make_person() for _ in range(6)]
    licenses = [make_license(person=person) for person in people]
    for license in licenses:
        remove(license)

    def die_or_restore(number: int) -> None:
        if number % 2:
            act(services.record_death, practitioner_id=people[number // 2].pk, died_on=TODAY)
        else:
            restore(licenses[number // 2])

    results = at_once(12, die_or_restore)
    assert all(isinstance(result, HolderDeceased) for result in results if result is not None)
    for license in licenses:
        assert facts_by_id([license.pk])[0].status_on(TODAY) is Status.REMOVED
        last = LicenseTransition.objects.filter(license=license).order_by("recorded_in__position").last()
        assert last is not None
        assert last.to_status == Status.REMOVED


def test_a_death_and_a_registration_at_once_leave_no_license_without_its_end() -> None:
    people = [make_person() for _ in range(6)]

    def die_or_register(number: int) -> None:
        if number % 2:
            act(services.record_death, practitioner_id=people[number // 2].pk, died_on=TODAY)
        else:
            make_license(person=people[number // 2], certificate=None)

    results = at_once(12, die_or_register)
    assert all(isinstance(result, HolderDeceased) for result in results if result is not None)
    for license in PHBProfessionalRegistry.objects.all():
        assert LicenseTransition.objects.get(license=license).to_status == Status.REMOVED
