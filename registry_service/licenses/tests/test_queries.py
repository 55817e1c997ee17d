"""Facts as the rules read them, one by one and for the whole register."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from changes.tests.factories import TODAY, act, recorded_change
from licenses.models import (
    PHBProfessionalRegistry,
    PractisingCertificate,
    RegisterPeriod,
    Removal,
    RenewalGrace,
    Suspension,
)
from licenses.queries import MAY_PRACTISE, MAY_PRACTISE_ONE_BY_ONE, STATUS, facts_by_id
from licenses.tests.factories import REGISTERED_ON, make_license, suspend
from practitioners.services import change_name, record_death
from practitioners.tests.factories import make_person
from reference.queries import reason_by_code

pytestmark = pytest.mark.django_db

DAYS = [TODAY + timedelta(days=days) for days in range(-3, 4)]


def random_days(chance: random.Random) -> DateRange:
    start = TODAY + timedelta(days=chance.randint(-4, 4))
    return DateRange(start, chance.choice([None, start + timedelta(days=chance.randint(1, 5))]))


def make_random_licenses(count: int) -> None:
    """Licenses with every mixture of periods, some forgotten, around today."""
    chance = random.Random(26)
    reason = reason_by_code("interim_order")
    for _ in range(count):
        person = make_person()
        registered_on = TODAY + timedelta(days=chance.choice([-1000, -1000, 0, 2]))
        license = make_license(person=person, registered_on=registered_on, certificate=None)
        for kind, likelihood in ((PractisingCertificate, 0.8), (RenewalGrace, 0.2), (Suspension, 0.3), (Removal, 0.2)):
            if chance.random() < likelihood:
                add(kind, license, chance, reason)
        if chance.random() < 0.25:
            act(record_death, practitioner_id=person.pk, died_on=TODAY + timedelta(days=chance.randint(-2, 2)))


def add(kind: type[RegisterPeriod], license: PHBProfessionalRegistry, chance: random.Random, reason: object) -> None:
    change = recorded_change()
    extra = {"reason": reason} if kind in (Suspension, Removal) else {}
    period = kind.objects.create(license=license, valid=random_days(chance), recorded_in=change, **extra)
    if chance.random() < 0.2:
        kind.objects.filter(pk=period.pk).close(change.id)


def in_sql(expression: str, day: date) -> dict[int, object]:
    statement = f"""
        SELECT l.id, {expression} FROM phb_professional_registry l
        JOIN practitioners_practitioner person ON person.id = l.practitioner_id
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, {"day": day})
        return dict(cursor.fetchall())


def test_sql_and_rules_agree_about_every_license_on_every_day() -> None:
    make_random_licenses(80)
    ids = list(PHBProfessionalRegistry.objects.values_list("id", flat=True))
    facts = {license.id: license for license in facts_by_id(ids)}
    seen = set()
    for day in DAYS:
        status = {key: license.status_on(day).value for key, license in facts.items()}
        may_practise = {key: not license.obstacles_on(day) for key, license in facts.items()}
        assert in_sql(STATUS, day) == status
        assert in_sql(MAY_PRACTISE, day) == may_practise
        assert in_sql(MAY_PRACTISE_ONE_BY_ONE, day) == may_practise
        seen |= set(zip(status.values(), may_practise.values(), strict=True))
    assert seen == {("registered", True), ("registered", False), ("suspended", False), ("removed", False)}


class TestFacts:
    def test_one_statement_whatever_the_number_of_licenses(self, django_assert_num_queries) -> None:
        ids = [make_license().pk for _ in range(3)]
        with django_assert_num_queries(1):
            assert {license.id for license in facts_by_id(ids)} == set(ids)

    def test_the_name_in_use_is_shown(self) -> None:
        person = make_person("Okafor", "Adaeze")
        license = make_license(person=person)
        act(change_name, practitioner_id=person.pk, surname="Bello", given_names="Adaeze", reason="marriage", on=TODAY)
        assert [facts.full_name for facts in facts_by_id([license.pk])] == ["Adaeze Bello"]

    def test_a_person_with_one_name(self) -> None:
        license = make_license(person=make_person("Danladi", ""))
        assert [facts.full_name for facts in facts_by_id([license.pk])] == ["Danladi"]

    def test_what_is_no_longer_current_is_no_fact(self) -> None:
        license = make_license()
        suspend(license)
        Suspension.objects.filter(license=license).close(recorded_change().id)
        assert facts_by_id([license.pk])[0].standing.suspensions == []

    def test_periods_come_with_their_dates_and_words(self) -> None:
        license = make_license(registered_on=REGISTERED_ON)
        suspend(license, TODAY, until=TODAY + timedelta(days=1))
        (suspension,) = facts_by_id([license.pk])[0].standing.suspensions
        assert (suspension.start, suspension.end) == (TODAY, TODAY + timedelta(days=1))
        assert suspension.code == "interim_order"
        assert suspension.text
