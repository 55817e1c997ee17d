"""The operators' pages of hospitals, staff and evidence: all is seen, and what services decide is not changed."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.rules import Role
from accounts.tests.factories import PASSWORD, make_user
from common.asker import asking_as_worker
from hospitals.models import Hospital
from hospitals.tests.factories import make_hospital
from staff.services import verify_affiliations
from staff.tests.factories import make_affiliations

pytestmark = pytest.mark.django_db
LISTS = ["hospitals_hospital", "staff_affiliation", "license_gate_licenseverification"]


def signed_in(**fields):
    browser = Client()
    user = make_user(is_staff=True, **fields)
    browser.post("/admin/login/", {"username": user.email, "password": PASSWORD})
    return browser


@pytest.fixture
def operator():
    return signed_in(is_superuser=True)


@pytest.fixture
def people(fake_registry):
    people = [make_affiliations(make_hospital(), 1)[0] for _ in range(3)]
    with asking_as_worker():
        return verify_affiliations(people, asked_by=None, now=people[0].verify_next_at)


@pytest.mark.parametrize("model", LISTS)
def test_an_operator_sees_every_hospital_in_as_many_questions_whatever_the_rows(
    operator, people, model, django_assert_max_num_queries
):
    with django_assert_max_num_queries(14):
        page = operator.get(reverse(f"admin:{model}_changelist"), {"q": "n"})
    assert page.context["cl"].result_count == 3


def test_one_row_opens_with_all_that_was_kept(operator, people):
    page = operator.get(reverse("admin:license_gate_licenseverification_change", args=[people[0].verification_id]))
    assert "license_not_found" in page.content.decode()
    page = operator.get(reverse("admin:staff_affiliation_change", args=[people[0].pk]))
    assert people[0].license_number in page.content.decode()


@pytest.mark.parametrize("model", ["staff_affiliation", "license_gate_licenseverification"])
def test_staff_and_evidence_are_looked_at_and_not_changed(operator, people, model):
    pk = people[0].pk if model == "staff_affiliation" else people[0].verification_id
    assert operator.get(reverse(f"admin:{model}_add")).status_code == 403
    for page in ("change", "delete"):
        assert operator.post(reverse(f"admin:{model}_{page}", args=[pk]), {"outcome": "verified"}).status_code == 403


def test_a_hospital_is_corrected_and_not_deleted(operator):
    hospital = make_hospital(source="a list", source_id="1")
    body = {"name": "New Name", "facility_type": "Clinic", "level": "primary", "state": hospital.state_id}
    changed = operator.post(reverse("admin:hospitals_hospital_change", args=[hospital.pk]), body)
    assert changed.status_code == 302, changed.content.decode()
    hospital.refresh_from_db()
    assert (hospital.name, hospital.source_id) == ("New Name", "1")
    assert operator.post(reverse("admin:hospitals_hospital_delete", args=[hospital.pk])).status_code == 403


def test_two_hospitals_without_a_code_of_the_registry_are_added(operator):
    body = {"name": "Clinic", "facility_type": "Clinic", "level": "primary", "hfr_code": ""}
    body["state"] = make_hospital().state_id
    for _ in range(2):
        assert operator.post(reverse("admin:hospitals_hospital_add"), body).status_code == 302
    assert Hospital.objects.filter(name="Clinic", hfr_code=None).count() == 2


def test_staff_of_the_operators_pages_without_rights_open_none_of_them(people):
    browser = signed_in()
    for model in LISTS:
        assert browser.get(reverse(f"admin:{model}_changelist")).status_code == 403


def test_a_person_who_is_no_operator_does_not_come_in(people):
    browser = Client()
    browser.force_login(make_user(Role.HOSPITAL_ADMIN), "django.contrib.auth.backends.ModelBackend")
    for model in LISTS:
        assert browser.get(reverse(f"admin:{model}_changelist")).status_code == 302
