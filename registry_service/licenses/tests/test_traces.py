"""What each act leaves: an event for each license that it concerns, and a record for each license and each person."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditRecord
from audit.rules import Actor
from changes.queries import register_position
from changes.services import register_change
from changes.tests.factories import NOW, TODAY, act
from common.errors import DomainError
from events.tests.factories import written
from licenses import services
from licenses.tests.acts import CASES, MIDWIVES, NAME, NURSES, WHY, of, says
from licenses.tests.factories import DOCTORS, REGISTERED_ON, make_license
from practitioners.tests.factories import make_person

pytestmark = pytest.mark.django_db


def test_every_act_has_been_thought_of() -> None:
    assert set(CASES) == {name for name in services.__all__ if not isinstance(getattr(services, name), type)}


@pytest.mark.parametrize("name", CASES)
def test_what_an_act_leaves(name: str) -> None:
    case = CASES[name]()
    before, recorded = len(written()), set(AuditRecord.objects.values_list("id", flat=True))
    done = act(getattr(services, name), **case.arguments)
    if name == "register_license":
        case.events = [("issued", says(done, REGISTERED_ON, status="registered"))]
        case.records = [of(done, name, "registration")]
    events = written()[before:]
    assert [(event.type, event.data) for event in events] == [
        (f"ng.phb.registry.license.{happened}.v1", data) for happened, data in case.events
    ]
    assert [event.subject for event in events] == [data["license_number"] for _, data in case.events]
    assert {event.position for event in events} == {register_position().value}
    records = AuditRecord.objects.exclude(id__in=recorded).order_by("id")
    assert [(r.subject_kind, r.subject, r.fields, r.reason) for r in records] == case.records


@pytest.mark.parametrize("name", sorted(set(CASES) - {"impose_condition", "rename_holder"}))
def test_an_act_that_is_refused_because_it_was_done_already_leaves_nothing(name: str) -> None:
    case = CASES[name]()
    act(getattr(services, name), **case.arguments)
    before = len(written()), AuditRecord.objects.count(), register_position().value
    with pytest.raises(DomainError):
        act(getattr(services, name), **case.arguments)
    assert (len(written()), AuditRecord.objects.count(), register_position().value) == before


def test_a_record_says_whose_business_it_was_and_who_acted_in_which_role() -> None:
    person = make_person()
    license = make_license(person=person, register_part=NURSES)
    before = AuditRecord.objects.count()
    officer = Actor("user:ngozi", role="officer", regulator="mdcn")
    with register_change(actor=officer, reason=WHY, now=NOW) as opened:
        services.record_death(opened, practitioner_id=person.pk, died_on=TODAY)
    of_license, of_the_person = AuditRecord.objects.order_by("id")[before:]
    assert (of_license.subject, of_license.regulator) == (license.number, "nmcn")
    assert (of_the_person.subject, of_the_person.regulator) == (str(person.uid), "mdcn")
    for record in (of_license, of_the_person):
        assert (record.actor, record.actor_role, record.actor_regulator) == ("user:ngozi", "officer", "mdcn")
        assert (record.action, record.at) == ("change", NOW)


@pytest.mark.parametrize("licenses", [1, 3])
def test_a_new_name_is_announced_for_all_licenses_in_as_many_statements_as_for_one(licenses: int) -> None:
    person = make_person()
    for part in (DOCTORS, NURSES, MIDWIVES)[:licenses]:
        make_license(person=person, register_part=part)
    before = len(written())
    with CaptureQueriesContext(connection) as statements:
        act(services.rename_holder, practitioner_id=person.pk, **NAME)
    assert len(written()) == before + licenses
    # 8 of the change (changes/tests), 6 of the name, 1 that reads the licenses.
    assert len(statements) == 15


def test_neither_holds_a_word_that_somebody_wrote_or_a_name() -> None:
    person = make_person("Nwachukwu", "Ifeanyi")
    license = make_license(person=person)
    act(
        services.suspend_license,
        license_id=license.pk,
        reason="interim_order",
        note="Drunk on duty.",
        from_day=TODAY,
        until=None,
    )
    act(services.remove_license, license_id=license.pk, reason="own_request", note="He is ill.", from_day=TODAY)
    act(services.rename_holder, practitioner_id=person.pk, **NAME)
    left = f"{list(AuditRecord.objects.values())} {[(event.subject, event.data) for event in written()]}"
    assert "interim_order" in left
    kept_out = ("Drunk", "ill.", "Nwachukwu", "Ifeanyi", "Bello", "Interim order", "1988-04-17", "female")
    assert [word for word in kept_out if word in left] == []
    events = str([(event.subject, event.data) for event in written()])
    assert [word for word in ("interim_order", "own_request", str(person.uid), "user:") if word in events] == []
