"""The operators' pages, and what row-level security shows there."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import RoleAssignment, User
from accounts.rules import Role, TokenInvalid
from accounts.tests.factories import NOW, PASSWORD, make_user
from common.asker import asking_as_worker
from hospitals.tests.factories import make_hospital

pytestmark = pytest.mark.django_db


def signed_in(**fields):
    browser = Client()
    make_user(email="root@example.ng", is_staff=True, **fields)
    browser.post("/admin/login/", {"username": "Root@example.ng", "password": PASSWORD})
    return browser


@pytest.fixture
def operator():
    return signed_in(is_superuser=True)


def inline(number, **row):
    return {f"role_assignments-{number}-{name}": value for name, value in row.items()}


def change(user, *rows, initial=0):
    management = {"role_assignments-TOTAL_FORMS": len(rows), "role_assignments-INITIAL_FORMS": initial}
    forms = [inline(number, user=str(user.pk), **row) for number, row in enumerate(rows)]
    body = {"email": user.email, "full_name": user.full_name, "is_active": "on", **management}
    for form in forms:
        body |= form
    return reverse("admin:accounts_user_change", args=[user.pk]), body


def roles_of(user):
    with asking_as_worker():
        return [(each.role, each.hospital) for each in RoleAssignment.objects.filter(user=user)]


def test_the_list_opens_with_as_many_questions_whatever_the_number_of_rows(operator, django_assert_max_num_queries):
    for _ in range(3):
        make_user(Role.NURSE)
    with django_assert_max_num_queries(12):
        assert operator.get(reverse("admin:accounts_user_changelist"), {"q": "a"}).status_code == 200


def test_the_first_operator_who_has_no_role_gives_the_first_roles(operator):
    user, hospital = make_user(), make_hospital()
    nurse = {"role": "nurse", "hospital": str(hospital.pk)}
    assert operator.post(*change(user, {"role": "national_administrator"}, nurse)).status_code == 302
    assert roles_of(user) == [("national_administrator", None), ("nurse", hospital)]


def test_an_operator_sees_and_takes_away_a_role(operator):
    user = make_user(Role.NURSE)
    page = operator.get(reverse("admin:accounts_user_change", args=[user.pk])).content.decode()
    assert 'value="nurse" selected' in page
    with asking_as_worker():
        row = RoleAssignment.objects.get(user=user)
    taken = {"id": row.pk, "role": "nurse", "hospital": str(row.hospital_id), "DELETE": "on"}
    assert operator.post(*change(user, taken, initial=1)).status_code == 302
    assert roles_of(user) == []


def test_a_role_nowhere_is_refused_in_words(operator):
    user = make_user()
    answer = operator.post(*change(user, {"role": "nurse"}))
    assert "belongs to no hospital, everyone else to one" in answer.content.decode()
    assert roles_of(user) == []


def test_staff_without_all_rights_see_no_more_than_their_own_roles_show_them():
    browser, user = signed_in(), make_user(Role.NURSE)
    answer = browser.get(reverse("admin:accounts_user_change", args=[user.pk]))
    assert answer.status_code == 403


def test_whoever_is_barred_signs_in_anew_once_that_is_lifted(operator):
    user, browser = make_user(is_staff=True), Client()
    pair = services.sign_in(user)
    browser.post("/admin/login/", {"username": user.email, "password": PASSWORD})
    for is_active in ({}, {"is_active": "on"}):
        path, body = change(user)
        del body["is_active"]
        assert operator.post(path, body | is_active | {"full_name": "New"}).status_code == 302
    user.refresh_from_db()
    assert (user.is_active, user.full_name, user.sign_in_generation) == (True, "New", 1)
    assert browser.get("/admin/").status_code == 302
    with pytest.raises(TokenInvalid):
        services.refresh(pair.refresh, NOW)


def test_people_are_not_deleted(operator):
    assert operator.post(reverse("admin:accounts_user_delete", args=[User.objects.get().pk])).status_code == 403


def test_an_operator_makes_a_person(operator):
    passwords = {"usable_password": "true", "password1": "Olumo-at-noon-1", "password2": "Olumo-at-noon-1"}
    none = {"role_assignments-TOTAL_FORMS": "0", "role_assignments-INITIAL_FORMS": "0"}
    made = operator.post(
        reverse("admin:accounts_user_add"), {"email": "New@Example.ng", "full_name": "New", **passwords, **none}
    )
    assert made.status_code == 302, made.content.decode()
    assert User.objects.get(email="new@example.ng").check_password("Olumo-at-noon-1")


def test_the_request_log_names_the_operator(operator, caplog):
    with caplog.at_level("INFO", logger="phb.request"):
        operator.get("/admin/")
    assert caplog.records[-1].actor == User.objects.get().actor
