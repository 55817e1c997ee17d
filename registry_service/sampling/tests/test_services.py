"""The run against a real PostgreSQL, as the runtime role: whole, in pieces, beside others, and the cast."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test import override_settings

from audit.models import AuditRecord
from changes.queries import register_position
from common.copying import copy_rows
from common.testing import empty_tables
from events.tests.factories import written
from licenses.models import (
    LicenseTransition,
    PHBProfessionalRegistry,
    PractisingCertificate,
    Removal,
    Suspension,
)
from licenses.queries import LicenseFacts, facts_by_id
from licenses.rules import Status
from practitioners.models import Practitioner, PractitionerIdentifier, PractitionerName
from practitioners.queries import recorded_death
from sampling import services
from sampling.bulk import OvertakenRun, make_batch, write_batch
from sampling.cast import CAST, Story
from sampling.models import GenerationRun
from sampling.queries import RegisterTooSmall, people_generated, read_ids, read_world, sample_numbers
from sampling.services import OtherSeed, add_cast, generate_register

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("committed_db")


def numbers() -> list[str]:
    return sorted(PHBProfessionalRegistry.objects.values_list("number", flat=True))


def facts_by_number(wanted: list[str]) -> list[LicenseFacts]:
    return facts_by_id(list(PHBProfessionalRegistry.objects.filter(number__in=wanted).values_list("id", flat=True)))


def test_a_run_of_some_thousand_as_the_runtime_role():
    heard = []
    generated = generate_register(count=4_500, seed=1, now=NOW, on_progress=heard.append, batch=2_000)

    assert heard == [2_000, 4_000, 4_500]
    assert (generated.people, people_generated(), Practitioner.objects.count()) == (4_500, 4_500, 4_500)
    assert generated.licenses == PHBProfessionalRegistry.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, pg_has_role(current_user, tableowner, 'MEMBER') FROM pg_tables LIMIT 1")
        assert cursor.fetchone() == ("registry_app", False)


def test_each_batch_takes_one_position():
    before = register_position().value
    generate_register(count=3_000, seed=1, now=NOW, batch=1_000)
    positions = set(PHBProfessionalRegistry.objects.values_list("position", flat=True))
    assert positions == {before + 1, before + 2, before + 3}
    assert set(LicenseTransition.objects.values_list("recorded_in__position", flat=True)) <= positions
    assert register_position().value == before + 3


def test_transitions_are_consistent_with_the_periods():
    generate_register(count=3_000, seed=1, now=NOW)
    for removal in Removal.objects.all()[:20]:
        step = LicenseTransition.objects.get(license=removal.license_id, transition="remove", reason=removal.reason_id)
        assert step.effective_on == removal.valid.lower
    for suspension in Suspension.objects.all():
        assert LicenseTransition.objects.filter(license=suspension.license_id, transition="suspend").exists()
    dead = LicenseTransition.objects.filter(reason__code="death")
    assert dead.exists()
    assert all(step.effective_on == recorded_death(step.license.practitioner_id) for step in dead[:20])


def test_batches_are_announced_and_recorded_and_nobody_in_them():
    before = register_position().value
    generate_register(count=3_000, seed=1, now=NOW, batch=1_000)
    add_cast(NOW)
    add_cast(NOW)
    events, records = written(), list(AuditRecord.objects.order_by("id"))
    assert [(event.type, event.subject) for event in events] == [
        ("ng.phb.registry.register.batch_entered.v1", "register")
    ] * 4
    assert [event.position for event in events] == [before + 1, before + 2, before + 3, before + 4]
    assert {event.data["regulator"] for event in events} == {None}
    assert sum(event.data["licenses_added"] for event in events) == PHBProfessionalRegistry.objects.count()
    assert [(record.actor, record.subject_kind, record.subject) for record in records] == [
        ("generate_register", "register", "generationrun:1")
    ] * 3 + [("add_cast", "register", "cast")]
    assert {tuple(record.fields) for record in records} == {("licenses_added", "people_added")}


def test_names_and_pins_are_written():
    generate_register(count=3_000, seed=1, now=NOW)
    assert PractitionerName.objects.filter(use="official").count() == 3_000
    assert PractitionerName.objects.filter(use="old", change_reason="marriage").exists()
    assert PractitionerIdentifier.objects.filter(system="nmcn-pin").count() == 3 * 307


def test_a_killed_run_goes_on_without_duplicates(monkeypatch):
    generate_register(count=3_000, seed=1, now=NOW, batch=1_000)
    whole = numbers()
    empty_tables()

    def dies(rows, transitions, **change):
        if GenerationRun.objects.get().people_done > 1_000:
            raise KeyboardInterrupt
        return original(rows, transitions, **change)

    original = services_bulk().copy_licenses
    monkeypatch.setattr(services_bulk(), "copy_licenses", dies)
    with pytest.raises(KeyboardInterrupt):
        generate_register(count=3_000, seed=1, now=NOW, batch=1_000)
    assert (people_generated(), Practitioner.objects.count()) == (1_000, 1_000), "half a batch is no batch"

    monkeypatch.setattr(services_bulk(), "copy_licenses", original)
    assert generate_register(count=3_000, seed=1, now=NOW, batch=1_000).people == 2_000
    assert numbers() == whole


def test_more_people_later_are_the_same_as_all_at_once():
    generate_register(count=500, seed=1, now=NOW)
    generate_register(count=1_234, seed=1, now=NOW)
    in_pieces = numbers()
    empty_tables()
    generate_register(count=1_234, seed=1, now=NOW)
    assert numbers() == in_pieces


def test_a_full_register_is_left_alone():
    generate_register(count=500, seed=1, now=NOW)
    assert generate_register(count=400, seed=1, now=NOW).people == 0
    assert people_generated() == 500


def test_another_seed_is_refused():
    generate_register(count=100, seed=1, now=NOW)
    with pytest.raises(OtherSeed, match="--seed 1"):
        generate_register(count=200, seed=2, now=NOW)


def test_two_runs_at_once_do_not_write_twice():
    generate_register(count=100, seed=1, now=NOW)
    world, ids = read_world(1, NOW.date()), read_ids()
    late = make_batch(world, ids, 100, 150, NOW)
    generate_register(count=150, seed=1, now=NOW)
    with pytest.raises(OvertakenRun):
        write_batch(late, done=100, now=NOW, last=True)
    assert Practitioner.objects.count() == 150


def test_numbers_that_are_taken_give_way():
    generate_register(count=1_000, seed=1, now=NOW)
    whole = PHBProfessionalRegistry.objects.count()
    run = GenerationRun.objects.get()
    run.people_done = 0
    run.save()
    PractitionerIdentifier.objects.all().update(system="elsewhere")
    generate_register(count=1_000, seed=1, now=NOW)
    assert PHBProfessionalRegistry.objects.count() == 2 * whole
    assert PHBProfessionalRegistry.objects.filter(regulator_number_key="").count() == whole


def test_constraints_hold_under_copy():
    generate_register(count=200, seed=1, now=NOW)
    certificate = PractisingCertificate.objects.first()
    row = (certificate.license_id, f"[{certificate.valid.lower},{certificate.valid.upper})", "again", 1)
    with pytest.raises(IntegrityError, match="certificate_one_at_a_time"):
        copy_rows(PractisingCertificate, ("license_id", "valid", "number", "recorded_in_id"), [row])


def test_sample_numbers():
    generate_register(count=300, seed=1, now=NOW)
    drawn = sample_numbers(200)
    assert len(set(drawn)) == 200
    assert set(drawn) <= set(numbers())
    with pytest.raises(RegisterTooSmall):
        sample_numbers(10_000)


def test_commands(tmp_path):
    out, file = StringIO(), tmp_path / "numbers.txt"
    call_command("generate_register", people=250, stdout=out)
    assert "250 of 250 people" in out.getvalue()
    assert "the register holds 250 generated people" in out.getvalue()
    call_command("sample_numbers", count=50, output=file, stdout=out)
    assert len(file.read_text().split()) == 50


@override_settings(PHB_ENV="production")
def test_production_wants_to_hear_it_twice():
    with pytest.raises(CommandError, match="--yes-in-production"):
        call_command("generate_register", people=10)
    assert Practitioner.objects.count() == 0
    call_command("generate_register", people=10, yes_in_production=True, stdout=StringIO())
    assert Practitioner.objects.count() == 10


@pytest.mark.parametrize("now", [NOW, datetime(2027, 1, 1, 1, tzinfo=UTC), datetime(2028, 2, 29, 12, tzinfo=UTC)])
def test_the_cast_is_what_it_is_said_to_be(now):
    assert add_cast(now) == len(CAST)
    assert add_cast(now + timedelta(days=200)) == 0
    days = [now.date(), now.date() + timedelta(days=30), now.date() + timedelta(days=300)]
    for member in CAST:
        facts = {found.number: found for found in facts_by_number([license.number for license in member.licenses])}
        assert set(facts) == {license.number for license in member.licenses}
        for found in facts.values():
            assert found.full_name == member.full_name
            for day in days:
                expected = OUTCOMES[member.story]
                assert ([o.code for o in found.obstacles_on(day)], found.status_on(day)) == expected, member.key


OUTCOMES = {
    Story.GOOD_STANDING: ([], Status.REGISTERED),
    Story.SUPERVISED: ([], Status.REGISTERED),
    Story.LIMITED: ([], Status.REGISTERED),
    Story.RENEWING: ([], Status.REGISTERED),
    Story.SUSPENDED: (["suspended"], Status.SUSPENDED),
    Story.EXPIRED: (["certificate_expired"], Status.REGISTERED),
    Story.ERASED: (["removed", "certificate_expired"], Status.REMOVED),
    Story.DEAD: (["deceased", "certificate_expired"], Status.REMOVED),
}


def test_the_cast_shows_conditions_grace_specialty_and_old_name():
    add_cast(NOW)
    cast = {member.key: member for member in CAST}

    def facts(key, place=0):
        return facts_by_number([cast[key].licenses[place].number])[0]

    assert [c.code for c in facts("limited_physiotherapist").conditions_on(NOW.date())] == [
        "chaperone_required",
        "no_solo_practice",
    ]
    assert [c.code for c in facts("provisional_doctor").conditions_on(NOW.date())] == ["supervised_practice"]
    assert facts("renewing_scientist").grace_on(NOW.date())
    assert [s.code for s in facts("doctor", 1).specialties_on(NOW.date())] == ["internal-medicine"]
    assert PractitionerName.objects.filter(use="old", surname="Eze").exists()
    assert LicenseTransition.objects.get(reason__code="death").to_status == Status.REMOVED


def test_cast_and_crowd_live_together():
    add_cast(NOW)
    generate_register(count=2_000, seed=1, now=NOW)
    assert Practitioner.objects.count() == 2_000 + len(CAST)


def services_bulk():
    return services.write_batch.__globals__["license_bulk"]
