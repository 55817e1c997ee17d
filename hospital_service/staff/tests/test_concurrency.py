"""What holds when many come at the same moment: real threads, real commits."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.rules import Role
from accounts.tests.factories import as_user, make_user
from common.asker import asking_as_worker
from common.testing import at_once
from license_gate.models import LicenseVerification
from staff.models import Affiliation
from staff.services import verify_due
from staff.tasks import verify_due_licenses
from staff.tests.factories import make_affiliation, make_affiliations, stored

pytestmark = pytest.mark.usefixtures("committed_db")


def statuses(answers):
    return sorted(answer.status_code for answer in answers)


def test_of_eight_who_enter_one_license_at_once_one_succeeds_and_the_others_are_told_why(fake_registry, hospital):
    caller = as_user(make_user(Role.HOSPITAL_ADMIN, hospital=hospital))
    body = {"hospital": str(hospital.id), "full_name": "A", "job_title": "Nurse", "license_number": "RN 12"}
    answers = at_once(8, lambda _: caller.post("/api/staff/", body))
    assert statuses(answers) == [201] + [409] * 7
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"staff_already_affiliated"}


def test_of_eight_who_end_one_affiliation_at_once_one_succeeds(hospital):
    affiliation = make_affiliation(hospital)
    caller = as_user(make_user(Role.HOSPITAL_ADMIN, hospital=hospital))
    answers = at_once(8, lambda _: caller.post(f"/api/staff/{affiliation.id}/leave/"))
    assert statuses(answers) == [200] + [409] * 7


def test_two_workers_never_ask_about_one_license_at_once(fake_registry, hospital):
    people = make_affiliations(hospital, 300)
    now = timezone.now() + timedelta(seconds=1)

    def work(_):
        done = 0
        with asking_as_worker():
            while count := verify_due(now=now, limit=20):
                done += count
        return done

    assert sum(at_once(4, work)) == 300
    asked = [question.license_number for question in fake_registry.questions]
    assert sorted(asked) == sorted(person.license_number for person in people)


def test_rounds_over_the_same_people_in_opposite_orders_do_not_wait_for_each_other_forever(fake_registry, hospital):
    people = make_affiliations(hospital, 100)
    caller = as_user(make_user(Role.HOSPITAL_ADMIN, hospital=hospital))

    def verify(number):
        ids = [str(person.id) for person in people]
        body = {"hospital": str(hospital.id), "affiliations": ids if number % 2 else ids[::-1]}
        return caller.post("/api/staff/verify/", body)

    assert statuses(at_once(6, verify)) == [200] * 6
    with asking_as_worker():
        assert LicenseVerification.objects.count() == 600


def test_after_many_questions_at_once_the_row_holds_the_one_asked_last(fake_registry, hospital):
    affiliation = make_affiliation(hospital)
    caller = as_user(make_user(Role.HOSPITAL_ADMIN, hospital=hospital))
    assert statuses(at_once(8, lambda _: caller.post(f"/api/staff/{affiliation.id}/verify/"))) == [200] * 8
    with asking_as_worker():
        latest = LicenseVerification.objects.order_by("-asked_at").first()
    assert stored(affiliation).verification.asked_at == latest.asked_at


def test_questions_of_many_at_once_that_are_not_answered_are_all_counted(fake_registry, hospital):
    fake_registry.go_down()
    affiliation = make_affiliation(hospital)
    caller = as_user(make_user(Role.HOSPITAL_ADMIN, hospital=hospital))
    at_once(2, lambda _: [caller.post(f"/api/staff/{affiliation.id}/verify/") for _ in range(3)])
    assert 3 <= stored(affiliation).unanswered <= 6


def test_the_registry_dies_while_a_thousand_are_verified_and_every_row_says_what_came_of_it(fake_registry, hospital):
    people = make_affiliations(hospital, 1000)
    for person in people[:900]:
        fake_registry.add(person.license_number)
    ask, asked = fake_registry._reply, []

    def reply(question, now):
        asked.append(question)
        if len(asked) == 400:
            fake_registry.go_down()
        return ask(question, now)

    fake_registry._reply = reply
    caller = as_user(make_user(Role.HOSPITAL_ADMIN, hospital=hospital))
    answer = caller.post("/api/staff/verify/", {"hospital": str(hospital.id)})
    assert answer.status_code == 200
    counts = answer.json()["counts"]
    assert counts == {"verified": 400, "refused": 0, "unknown": 0, "ambiguous": 0, "not_answered": 600}
    fake_registry.come_back()
    while verify_due_licenses(timezone.now() + timedelta(seconds=6)):
        pass
    with asking_as_worker():
        outcomes = list(Affiliation.objects.values_list("verification__outcome", flat=True))
    assert (outcomes.count("verified"), outcomes.count("refused")) == (900, 100)
