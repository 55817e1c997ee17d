"""Entries, likely duplicates and merges over HTTP."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.tests.factories import as_user
from audit.models import AuditRecord
from changes.tests.factories import NOW
from common.tests.problems import refused
from duplicates.tests.factories import make_officer, make_registered, propose
from licenses.models import PHBProfessionalRegistry
from practitioners.models import Practitioner

pytestmark = pytest.mark.django_db
PEOPLE, MERGES = "/api/registry/admin/practitioners/", "/api/registry/admin/merges/"


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def test_from_a_number_to_two_entries_that_are_one_and_two_again(api: APIClient) -> None:
    merged, kept = make_registered("Bello", "Adaeze"), make_registered("Okafor", "Adaeze")
    Practitioner.objects.update(birth_date=date(1996, 4, 17), telephone="+2348031234567")
    old, new = PHBProfessionalRegistry.objects.order_by("id").values_list("number", flat=True)
    first, second = as_user(make_officer()), as_user(make_officer())

    (found,) = first.get(PEOPLE, {"license": old.lower()}).json()
    assert found == {"id": str(merged.uid), "full_name": "Adaeze Bello"}
    (likely,) = first.get(f"{PEOPLE}{merged.uid}/duplicates/").json()
    assert (likely["id"], likely["licenses"], likely["score"] > 0.5) == (str(kept.uid), [new], True)
    assert {"fact": "telephone", "how": "same", "weight": 10.0, "words": None} in likely["reasons"]

    body = {"merged": str(merged.uid), "kept": str(kept.uid), "reason": "entered_twice"}
    proposed = first.post(MERGES, body)
    assert (proposed.status_code, proposed.json()["status"]) == (201, "proposed")
    merge = f"{MERGES}{proposed.json()['id']}/"
    refused(first.post(f"{merge}confirm/", {}), 403, "merge_second_officer_needed")
    assert second.post(f"{merge}confirm/", {}).json()["status"] == "merged"
    refused(second.post(f"{merge}confirm/", {}), 409, "merge_transition_not_allowed")

    entry = first.get(f"{PEOPLE}{merged.uid}/").json()
    assert (entry["id"], entry["replaced_numbers"]) == (str(kept.uid), [{"license_number": old, "replaced_by": new}])
    assert [name["surname"] for name in entry["names"]] == ["Okafor", "Bello"]
    assert first.get(PEOPLE, {"license": old}).json()[0]["id"] == str(kept.uid)
    assert api.get(f"/api/registry/verify/{old}/").json()["replaced_by"] == new

    refused(second.post(f"{merge}undo/", {}), 400, "invalid_input")
    assert second.post(f"{merge}undo/", {"note": "Two cousins."}).json()["status"] == "undone"
    assert first.get(f"{PEOPLE}{merged.uid}/").json()["licenses"][0]["license_number"] == old


def test_every_look_at_an_entry_is_recorded() -> None:
    person, officer = make_registered(), make_officer()
    for path in ("", "duplicates/"):
        assert as_user(officer).get(f"{PEOPLE}{person.uid}/{path}").status_code == 200
    looks = AuditRecord.objects.filter(action="read", subject=str(person.uid)).order_by("id")
    assert [(look.actor, look.reason) for look in looks] == [
        (officer.actor, "read_entry"),
        (officer.actor, "list_likely_duplicates"),
    ]


def test_an_officer_sees_nobody_whom_their_council_has_not_registered() -> None:
    person = make_registered()
    number = PHBProfessionalRegistry.objects.get().number
    stranger = as_user(make_officer("nmcn"))
    for path in ("", "duplicates/", "photograph/"):
        refused(stranger.get(f"{PEOPLE}{person.uid}/{path}"), 404, "not_found")
    assert stranger.get(PEOPLE, {"license": number}).json() == []
    merge = propose(make_officer(), merged=person)
    refused(stranger.get(f"{MERGES}{merge.uid}/"), 404, "not_found")
    assert stranger.get(MERGES).json()["results"] == []


def test_the_number_of_statements_does_not_grow() -> None:
    officer = make_officer()
    for _ in range(3):
        propose(officer)
    counts = []
    for size in (1, 3):
        with CaptureQueriesContext(connection) as statements:
            assert (
                len(as_user(officer).get(MERGES, {"page_size": size, "status": "proposed"}).json()["results"]) == size
            )
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"reason": "death"}, "/reason"),
        ({"merged": "x"}, "/merged"),
        ({"kept": None}, "/kept"),
        ({"note": 5}, "/note"),
    ],
)
def test_a_bad_proposal_is_refused_by_name(body: dict[str, Any], pointer: str) -> None:
    good = {"merged": str(make_registered().uid), "kept": str(make_registered().uid), "reason": "entered_twice"}
    problem = refused(as_user(make_officer()).post(MERGES, {**good, **body}), 400, "invalid_input")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
