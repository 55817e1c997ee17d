"""Joining, leaving, and what is noted of each question to the registry."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.asker import asking_as_worker
from common.errors import InvalidInput
from hospitals.tests.factories import make_hospital
from license_gate.models import LicenseVerification
from license_gate.registry import registry
from license_gate.services import verify_licenses
from license_gate.tests.loopback import TOKEN_PATH, Loopback, response
from staff import services
from staff.models import Affiliation
from staff.rules import AlreadyAffiliated, HasLeft
from staff.tasks import verify_due_licenses
from staff.tests.factories import make_affiliation, make_affiliations, stored

pytestmark = pytest.mark.django_db
# Half past midnight in Lagos: the day is already the 4th there.
NOW = datetime(2026, 5, 3, 23, 30, tzinfo=UTC)
TODAY = date(2026, 5, 4)
NUMBER = "PHB-MED-7K0M-19QX"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller, asking_as_worker():
        yield traveller


def join(hospital, **values):
    person = {"full_name": "Adaeze Okafor", "job_title": "Staff nurse", "license_number": NUMBER, "now": NOW}
    with asking_as_worker():
        return services.join_hospital(hospital_id=hospital.id, **{**person, **values})


def leave(affiliation, **values):
    with asking_as_worker():
        return services.leave_hospital(affiliation_id=affiliation.id, **{"now": NOW, **values})


def verify(*affiliations, now=NOW):
    with asking_as_worker():
        return services.verify_affiliations(affiliations, asked_by=None, now=now)


def pointer(refusal):
    return refusal.value.members["errors"][0]["pointer"]


class TestJoining:
    def test_whoever_joins_is_there_since_today_in_lagos_and_due_to_be_verified(self, hospital):
        row = stored(join(hospital))
        assert (row.hospital, row.joined_on, row.left_on) == (hospital, TODAY, None)
        assert (row.verify_next_at, row.verification, row.unanswered) == (NOW, None, 0)

    @pytest.mark.parametrize("typed", [NUMBER, "phb med 7kom l9qx", "PHB/MED/7K0M/19QX", "\uff30HB-MED-7K0M-19QX"])
    def test_the_same_license_in_another_writing_is_refused_while_its_holder_works_there(self, hospital, typed):
        first = join(hospital)
        with pytest.raises(AlreadyAffiliated, match="End that affiliation first"):
            join(hospital, license_number=typed)
        leave(first)
        assert join(hospital, license_number=typed).id != first.id

    def test_the_same_person_may_work_at_two_hospitals(self, hospital):
        assert join(hospital).hospital_id != join(make_hospital()).hospital_id

    def test_a_councils_number_is_another_license_in_another_register(self, hospital):
        join(hospital, license_number="12345", regulator="mdcn")
        join(hospital, license_number="12345", regulator="nmcn", register="nmcn-midwife")
        for register in ("nmcn-midwife", "NMCN-Midwife"):
            with pytest.raises(AlreadyAffiliated):
                join(hospital, license_number="12 345", regulator="NMCN", register=register)

    def test_a_register_named_beside_our_own_number_makes_it_no_other_license(self, hospital):
        assert join(hospital, regulator="mdcn").regulator == ""
        with pytest.raises(AlreadyAffiliated):
            join(hospital, register="mdcn-medical-full")

    @pytest.mark.parametrize("number", ["-", "…", "./.", "\u202e"])
    def test_a_number_without_letters_and_digits_is_refused(self, hospital, number):
        with pytest.raises(InvalidInput) as refusal:
            join(hospital, license_number=number)
        assert pointer(refusal) == "/license_number"

    def test_a_number_that_grows_beyond_measure_when_it_is_compared_is_refused(self, hospital):
        with pytest.raises(InvalidInput) as refusal:
            join(hospital, license_number="\ufdfa" * 60)
        assert pointer(refusal) == "/license_number"

    def test_a_hospital_that_does_not_exist_is_refused_at_once(self, hospital):
        hospital.id = uuid4()
        with pytest.raises(InvalidInput) as refusal:
            join(hospital)
        assert pointer(refusal) == "/hospital"

    def test_nobody_has_joined_on_a_day_to_come(self, hospital):
        assert join(hospital, joined_on=TODAY)
        with pytest.raises(InvalidInput) as refusal:
            join(hospital, license_number="RN 1", joined_on=TODAY + timedelta(days=1))
        assert pointer(refusal) == "/joined_on"


class TestLeaving:
    def test_whoever_leaves_left_today_unless_told_and_their_evidence_stays(self, fake_registry, hospital):
        affiliation = join(hospital)
        verify(affiliation)
        leave(affiliation)
        row = stored(affiliation)
        assert row.left_on == TODAY
        assert row.verification is not None

    def test_nobody_leaves_twice(self, hospital):
        affiliation = join(hospital)
        leave(affiliation)
        with pytest.raises(HasLeft, match="ended on 2026-05-04"):
            leave(affiliation)

    @pytest.mark.parametrize("days", [-1, 3])
    def test_nobody_leaves_before_they_joined_or_on_a_day_to_come(self, hospital, days):
        affiliation = join(hospital, joined_on=TODAY - timedelta(days=2))
        with pytest.raises(InvalidInput) as refusal:
            leave(affiliation, left_on=affiliation.joined_on + timedelta(days=days))
        assert pointer(refusal) == "/left_on"
        assert leave(affiliation, left_on=affiliation.joined_on).left_on == affiliation.joined_on

    def test_the_database_refuses_to_end_what_has_not_begun(self, hospital):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_affiliation(hospital, left_on=date(2026, 1, 1))

    def test_whoever_left_is_neither_verified_nor_asked_about(self, fake_registry, hospital):
        left = make_affiliation(hospital, left_on=TODAY, verify_next_at=NOW)
        with asking_as_worker(), pytest.raises(HasLeft):
            services.verify_affiliation(left, asked_by=uuid4(), now=NOW)
        assert verify_due_licenses(NOW) == 0
        assert fake_registry.questions == []


class TestVerifying:
    def test_an_answer_is_noted_and_holds_for_a_day(self, fake_registry, hospital):
        fake_registry.add(NUMBER)
        affiliation = join(hospital)
        (returned,) = verify(affiliation)
        row = stored(affiliation)
        assert returned.verification == row.verification
        assert (row.verification.outcome, row.unanswered) == ("verified", 0)
        assert row.verify_next_at == NOW + timedelta(days=1)

    def test_no_answer_is_counted_and_asked_again_ever_later_until_there_is_an_answer(self, fake_registry, hospital):
        fake_registry.add(NUMBER)
        fake_registry.go_down()
        affiliation = join(hospital)
        waits = []
        for _ in range(8):
            verify(affiliation)
            waits.append((stored(affiliation).verify_next_at - NOW).total_seconds())
        assert waits == [5, 10, 20, 40, 80, 160, 300, 300]
        fake_registry.come_back()
        verify(affiliation)
        row = stored(affiliation)
        assert (row.verification.outcome, row.unanswered) == ("verified", 0)
        assert LicenseVerification.objects.filter(outcome="not_answered").count() == 0  # nobody asks here
        with asking_as_worker():
            assert LicenseVerification.objects.filter(outcome="not_answered").count() == 8

    def test_what_could_not_be_asked_waits_ever_longer_too_and_leaves_no_evidence(self, fake_registry, hospital):
        fake_registry.add(NUMBER)
        affiliation = join(hospital)
        (known,) = verify(affiliation)
        fake_registry.open_circuit(unanswered_since=NOW)
        waits = []
        for _ in range(3):
            (returned,) = verify(affiliation)
            assert (returned.verification.outcome, returned.verification.is_kept) == ("not_answered", False)
            waits.append((stored(affiliation).verify_next_at - NOW).total_seconds())
        assert waits == [5, 10, 20]
        row = stored(affiliation)
        assert (row.verification, row.unanswered) == (known.verification, 3)
        with asking_as_worker():
            assert LicenseVerification.objects.count() == 1

    def test_many_are_returned_in_their_order_each_with_its_own_answer(self, fake_registry, hospital):
        people = make_affiliations(hospital, 5)
        fake_registry.add(people[3].license_number)
        returned = verify(*reversed(people))
        assert [row.id for row in returned] == [row.id for row in reversed(people)]
        assert [row.verification.outcome for row in returned] == [
            "refused",
            "verified",
            "refused",
            "refused",
            "refused",
        ]
        assert all(row.verification.license_number == row.license_number for row in returned)

    def test_nobody_to_ask_about_is_no_failure(self, fake_registry):
        assert verify() == []

    def test_the_register_that_was_named_is_asked(self, fake_registry, hospital):
        for number, regulator, part in (("1", "mdcn", "mdcn-medical-full"), ("2", "nmcn", "nmcn-midwife")):
            fake_registry.add(f"{NUMBER}-{number}", regulator_number="12345", regulator=regulator, register_part=part)
        affiliation = join(hospital, license_number="12345")
        assert verify(affiliation)[0].verification.outcome == "ambiguous"
        with asking_as_worker():
            named = services.name_register(
                affiliation_id=affiliation.id, regulator="NMCN", register="nmcn-midwife", now=NOW
            )
        verified = verify(named)[0].verification
        assert (verified.outcome, verified.facts["facts"]["register_part"]) == ("verified", "nmcn-midwife")

    def test_a_register_is_not_named_for_whoever_left_or_for_a_second_person(self, hospital):
        join(hospital, license_number="12345", regulator="mdcn")
        second = join(hospital, license_number="12345")
        with asking_as_worker(), pytest.raises(AlreadyAffiliated):
            services.name_register(affiliation_id=second.id, regulator="mdcn", register="", now=NOW)
        leave(second)
        with asking_as_worker(), pytest.raises(HasLeft):
            services.name_register(affiliation_id=second.id, regulator="nmcn", register="", now=NOW)

    def test_what_was_asked_earlier_does_not_replace_what_was_asked_later(
        self, fake_registry, hospital, clock, monkeypatch
    ):
        fake_registry.add(NUMBER)
        affiliation = join(hospital)

        def slowly(asked, **values):
            evidence = verify_licenses(asked, **values)
            monkeypatch.setattr(services, "verify_licenses", verify_licenses)
            clock.shift(timedelta(seconds=1))
            fake_registry.add(NUMBER, may_practise=False, status="suspended")
            services.verify_affiliations([affiliation], asked_by=None, now=timezone.now())
            return evidence

        monkeypatch.setattr(services, "verify_licenses", slowly)
        (returned,) = verify(affiliation)
        assert returned.verification.outcome == "refused"
        row = stored(affiliation)
        assert (row.verification.outcome, row.verify_next_at) == ("refused", NOW + timedelta(days=1, seconds=1))
        with asking_as_worker():
            assert LicenseVerification.objects.count() == 2

    def test_no_row_is_locked_and_no_transaction_open_while_the_registry_is_asked(
        self, fake_registry, hospital, monkeypatch
    ):
        connection, ask, open_transactions = transaction.get_connection(), fake_registry.verify, []

        def verify(question, **how):
            open_transactions.append(list(connection.savepoint_ids))
            return ask(question, **how)

        monkeypatch.setattr(fake_registry, "verify", verify)
        make_affiliation(hospital, verify_next_at=NOW)
        assert verify_due_licenses(NOW) == 1
        # The test's own transaction is the only one.
        assert open_transactions == [[]]


class TestDueLicenses:
    def test_the_worker_asks_about_whoever_is_due_in_every_hospital_and_in_batches(self, fake_registry, monkeypatch):
        for _ in range(3):
            make_affiliations(make_hospital(), 2, verify_next_at=NOW)
        make_affiliation(make_hospital(), verify_next_at=NOW + timedelta(seconds=1))
        monkeypatch.setattr("staff.tasks.BATCH", 4)
        assert [verify_due_licenses(NOW) for _ in range(3)] == [4, 2, 0]
        assert len(fake_registry.questions) == 6

    def test_a_worker_that_dies_while_it_asks_leaves_its_rows_to_the_next_one_a_minute_later(
        self, fake_registry, hospital, monkeypatch
    ):
        fake_registry.add(NUMBER)
        affiliation = join(hospital)

        def die(*asked, **how):
            raise KeyboardInterrupt

        monkeypatch.setattr(services, "verify_licenses", die)
        with pytest.raises(KeyboardInterrupt):
            verify_due_licenses(NOW)
        monkeypatch.setattr(services, "verify_licenses", verify_licenses)
        assert verify_due_licenses(NOW + timedelta(seconds=59)) == 0
        assert verify_due_licenses(NOW + timedelta(seconds=60)) == 1
        assert stored(affiliation).verification.outcome == "verified"

    def test_what_was_not_answered_is_verified_when_the_registry_returns(self, fake_registry, hospital):
        people = make_affiliations(hospital, 3, verify_next_at=NOW)
        for person in people:
            fake_registry.add(person.license_number)
        fake_registry.go_down()
        assert verify_due_licenses(NOW) == 3
        assert {stored(person).verification.outcome for person in people} == {"not_answered"}
        fake_registry.come_back()
        assert verify_due_licenses(NOW + timedelta(seconds=4)) == 0
        assert verify_due_licenses(NOW + timedelta(seconds=5)) == 3
        assert {stored(person).verification.outcome for person in people} == {"verified"}

    def test_evidence_does_not_grow_while_the_registry_is_known_not_to_answer(self, hospital, settings):
        people = make_affiliations(hospital, 20, verify_next_at=NOW)
        settings.REGISTRY_CLIENT = "real"
        registry.cache_clear()
        down = Loopback(lambda connection, request: connection.send(response(b"", status="500 Internal Server Error")))
        evidence = []
        with down as server:
            settings.REGISTRY_SERVICE_URL = server.url
            for hours in range(24):
                verify_due_licenses(NOW + timedelta(hours=hours))
                with asking_as_worker():
                    evidence.append(LicenseVerification.objects.count())
        registry.cache_clear()
        # After five outages in a row nothing is sent any more, and the clock of the test stands still.
        assert evidence == [20, 40, 60, 80] + [100] * 20
        assert {stored(person).unanswered for person in people} == {24}

    @pytest.mark.parametrize("status", ["401 Unauthorized", "500 Internal Server Error"])
    def test_without_a_token_nothing_is_asked_so_nothing_is_kept_and_the_next_attempt_comes_later(
        self, hospital, settings, status
    ):
        people = make_affiliations(hospital, 20, verify_next_at=NOW)
        settings.REGISTRY_CLIENT = "real"
        registry.cache_clear()
        closed = Loopback(lambda *_: None, lambda connection, request: connection.send(response(b"", status=status)))
        with closed as server:
            settings.REGISTRY_SERVICE_URL = server.url
            for hours in range(8):
                verify_due_licenses(NOW + timedelta(hours=hours))
        registry.cache_clear()
        assert set(server.paths()) == {TOKEN_PATH}
        with asking_as_worker():
            assert LicenseVerification.objects.count() == 0
        rows = [stored(person) for person in people]
        assert {(row.unanswered, row.verify_next_at) for row in rows} == {(8, NOW + timedelta(hours=7, minutes=5))}

    def test_an_answer_a_day_old_is_asked_for_again(self, fake_registry, hospital):
        affiliation = make_affiliation(hospital, verify_next_at=NOW)
        assert [verify_due_licenses(NOW + timedelta(hours=hours)) for hours in (0, 23, 24)] == [1, 0, 1]
        assert stored(affiliation).verification.outcome == "refused"

    def test_nobody_asked_is_written_where_the_worker_asked(self, fake_registry, hospital):
        affiliation = make_affiliation(hospital, verify_next_at=NOW)
        verify_due_licenses(NOW)
        assert stored(affiliation).verification.asked_by_id is None


def test_a_row_is_shown_by_the_persons_name(hospital):
    assert str(make_affiliation(hospital, full_name="Ngozi Eze")) == "Ngozi Eze"
    assert Affiliation.objects.count() == 0  # nobody asks here
