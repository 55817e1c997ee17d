"""The operators' pages: they call the services, and show a secret once."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import RoleAssignment, ServiceClientSecret, User
from accounts.rules import Role
from accounts.tests.factories import NOW, PASSWORD, make_client, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    browser = Client()
    make_user(email="root@example.ng", is_staff=True, is_superuser=True)
    browser.post("/admin/login/", {"username": "Root@example.ng", "password": PASSWORD})
    return browser


def act(operator, model, action, *chosen):
    body = {"action": action, "_selected_action": [item.pk for item in chosen]}
    return operator.post(reverse(f"admin:accounts_{model}_changelist"), body, follow=True)


@pytest.mark.parametrize("model", ["user", "serviceclient", "serviceclientsecret"])
def test_lists_and_pages_open_with_as_many_questions_whatever_the_number_of_rows(
    operator, model, django_assert_max_num_queries
):
    for _ in range(3):
        make_client()
        make_user(Role.PROFESSIONAL)
    with django_assert_max_num_queries(12):
        assert operator.get(reverse(f"admin:accounts_{model}_changelist"), {"q": "a"}).status_code == 200
    row = {"user": User, "serviceclient": None, "serviceclientsecret": ServiceClientSecret}[model]
    first = (row or ServiceClientSecret).objects.first()
    pk = first.pk if row else first.client_id
    assert operator.get(reverse(f"admin:accounts_{model}_change", args=[pk])).status_code == 200


def test_a_new_secret_is_shown_once_and_not_kept_by_the_browser(operator):
    client, _ = make_client()
    page = act(operator, "serviceclient", "make_secret", client)
    assert "no-store" in page.headers["Cache-Control"]
    secret = re.search(r"<pre>(phb_[\w-]{43})</pre>", page.content.decode())[1]
    assert services.issue_client_token(client_id=client.client_id, secret=secret, scope=None, now=NOW)
    assert secret not in str(operator.cookies) + operator.get("/admin/").content.decode()


def test_a_third_secret_and_several_clients_at_once_are_refused(operator):
    (client, _), (other, _) = make_client(), make_client()
    assert "Choose one client" in act(operator, "serviceclient", "make_secret", client, other).content.decode()
    services.make_secret(client)
    assert "two live secrets" in act(operator, "serviceclient", "make_secret", client).content.decode()


def test_a_secret_is_revoked(operator):
    client, _ = make_client()
    act(operator, "serviceclientsecret", "revoke", client.secrets.get())
    assert client.secrets.get().revoked_at


def test_nothing_is_deleted(operator):
    client, _ = make_client()
    for model, pk in (
        ("user", User.objects.get().pk),
        ("serviceclient", client.pk),
        ("serviceclientsecret", client.secrets.get().pk),
    ):
        assert operator.post(reverse(f"admin:accounts_{model}_delete", args=[pk])).status_code == 403


def test_a_superuser_makes_a_person_and_gives_a_role(operator):
    passwords = {"usable_password": "true", "password1": "Olumo-at-noon-1", "password2": "Olumo-at-noon-1"}
    inline = {
        "role_assignments-TOTAL_FORMS": "1",
        "role_assignments-INITIAL_FORMS": "0",
        "role_assignments-0-role": "officer",
        "role_assignments-0-regulator": "mdcn",
    }
    body = {"email": "New@Example.ng", "full_name": "New", **passwords, **inline}
    made = operator.post(reverse("admin:accounts_user_add"), body)
    assert made.status_code == 302, made.content.decode()
    user = User.objects.get(email="new@example.ng")
    assert user.check_password("Olumo-at-noon-1")
    assert RoleAssignment.objects.get(user=user).regulator == "mdcn"


def test_an_officer_of_nobody_is_refused_in_words(operator):
    user = make_user()
    body = {
        "email": user.email,
        "full_name": user.full_name,
        "is_active": "on",
        "role_assignments-TOTAL_FORMS": "1",
        "role_assignments-INITIAL_FORMS": "0",
        "role_assignments-0-role": "officer",
        "role_assignments-0-user": str(user.pk),
    }
    answer = operator.post(reverse("admin:accounts_user_change", args=[user.pk]), body)
    assert "An officer belongs to a regulator" in answer.content.decode()
    assert not RoleAssignment.objects.filter(user=user).exists()
