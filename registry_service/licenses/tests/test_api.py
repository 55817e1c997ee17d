"""A person's own entry, and what it says."""

from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from accounts.tests.factories import as_user, make_user
from changes.tests.factories import NOW, act
from common.tests.problems import refused
from documents.tests.factories import kept_file
from licenses.tests.factories import make_license, suspend
from practitioners.services import change_name, give_account, put_photograph
from practitioners.tests.factories import make_person
from sampling.scans import jpeg, portrait

pytestmark = pytest.mark.django_db
ENTRY = "/api/registry/me/entry/"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def holder() -> Any:
    """Somebody with two licenses, one of them suspended, and an account."""
    account, person = make_user(), make_person("Okafor", "Adaeze")
    make_license(person=person, regulator_number="MDCN/R/1")
    suspend(make_license(person=person, register_part="mdcn-dental-full"))
    act(give_account, practitioner_id=person.pk, account_id=account.pk)
    act(change_name, practitioner_id=person.pk, surname="Bello", given_names="Ada", reason="marriage", on=NOW.date())
    return account, person


def test_a_person_sees_every_license_and_name(holder: Any) -> None:
    account, person = holder
    entry = as_user(account).get(ENTRY)
    assert entry["Cache-Control"] == "no-store"
    body = entry.json()
    assert body["id"] == str(person.uid)
    assert [(name["use"], name["surname"], name["change_reason"]) for name in body["names"]] == [
        ("official", "Bello", ""),
        ("old", "Okafor", "marriage"),
    ]
    doctor, dentist = body["licenses"]
    assert (doctor["may_practise"], doctor["reasons"], doctor["regulator_number"]) == (True, [], "MDCN/R/1")
    assert (doctor["certificate_until"], doctor["registered_on"]) == ("2026-12-31", "2015-06-01")
    assert (dentist["status"], dentist["may_practise"], dentist["reasons"]) == ("suspended", False, ["suspended"])


def test_whoever_is_not_on_the_register_has_none(api: APIClient) -> None:
    refused(as_user(make_user()).get(ENTRY), 404, "not_found")
    refused(as_user(make_user()).get(f"{ENTRY}photograph/"), 404, "not_found")
    refused(api.get(ENTRY), 401, "authentication_required")


def test_a_photograph_is_shown_to_its_person(holder: Any) -> None:
    account, person = holder
    api = as_user(account)
    refused(api.get(f"{ENTRY}photograph/"), 404, "not_found")
    assert api.get(ENTRY).json()["has_photograph"] is False
    file = kept_file(jpeg(portrait()), purpose="photograph")
    act(put_photograph, practitioner_id=person.pk, file_id=file.pk)
    shown = api.get(f"{ENTRY}photograph/")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert api.get(ENTRY).json()["has_photograph"] is True


def test_another_photograph_takes_its_place_and_the_first_stays_on_record(holder: Any) -> None:
    _, person = holder
    for _ in range(2):
        act(put_photograph, practitioner_id=person.pk, file_id=kept_file(jpeg(portrait()), purpose="photograph").pk)
    assert (person.photographs.count(), person.photographs.current().count()) == (2, 1)
