"""What operators change leaves a record: which row, which fields, in the transaction of the change, and no values."""

from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import ServiceClient, User
from accounts.rules import Role
from accounts.services import make_secret
from accounts.tests.factories import make_client, make_user
from audit.models import AuditRecord
from audit.tests.factories import records
from changes.tests.factories import NOW
from reference.models import Fee, Reason, Regulator

pytestmark = pytest.mark.django_db

MDCN = {"code": "mdcn", "name": "Medical and Dental Council of Nigeria", "status": "established"}


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def folake() -> User:
    return make_user(Role.NATIONAL_ADMINISTRATOR)


@pytest.fixture
def browser(folake: User) -> Client:
    client = Client(headers={"X-Request-ID": "from-the-gateway"})
    client.force_login(folake, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(page: str, what: str, *args: Any) -> str:
    return reverse(f"admin:{page}_{what}", args=args)


def act(browser: Client, page: str, action: str, *chosen: Any) -> None:
    browser.post(address(page, "changelist"), {"action": action, "_selected_action": [row.pk for row in chosen]})


def test_a_row_that_is_added(browser: Client, folake: User) -> None:
    fee = {"kind": "name_change", "regulator": Regulator.objects.get(code="pcn").pk, "amount_kobo": "123400"}
    more = {"currency": "NGN", "valid_from": "2027-01-01", "source": "circular 7"}
    assert browser.post(address("reference_fee", "add"), fee | more).status_code == 302
    (record,) = records()
    assert (record.subject_kind, record.subject) == ("reference", f"fee:{Fee.objects.latest('pk').pk}")
    assert (record.regulator, record.action, record.reason, record.fields) == ("pcn", "change", "add", [])
    assert (record.actor, record.actor_role) == (folake.actor, "national_administrator")
    assert (record.at, record.request_id) == (NOW, "from-the-gateway")


def test_a_row_that_is_changed_by_the_names_of_its_fields(browser: Client) -> None:
    council = Regulator.objects.get(code="mdcn")
    body = {**MDCN, "website": "https://new.example.ng", "register_complete_to": "2026-01-31", "source": "a letter"}
    assert browser.post(address("reference_regulator", "change", council.pk), body).status_code == 302
    (record,) = records()
    assert (record.subject, record.regulator, record.reason) == ("regulator:mdcn", "mdcn", "change")
    assert {"website", "register_complete_to", "source"} <= set(record.fields)
    assert set(record.fields) <= {field.name for field in Regulator._meta.fields}
    written = " ".join(str(value) for value in AuditRecord.objects.values_list().get())
    assert [value for value in (council.name, "new.example.ng", "2026-01-31", "a letter") if value in written] == []


def test_one_that_is_no_councils_names_none(browser: Client) -> None:
    reason = Reason.objects.get(code="own_request")
    browser.post(address("reference_reason", "change", reason.pk), {"name": "At their own request", "source": "x"})
    (record,) = records()
    assert (record.subject, record.regulator, record.fields) == ("reason:own_request", "", ["name", "source"])


def test_what_is_refused_leaves_none(browser: Client) -> None:
    reason = Reason.objects.get(code="own_request")
    assert browser.post(address("reference_reason", "change", reason.pk), {"name": ""}).status_code == 200
    assert records() == []


def test_the_record_is_written_in_the_transaction_of_the_change(browser: Client) -> None:
    reason = Reason.objects.get(code="own_request")
    browser.post(address("reference_reason", "change", reason.pk), {"name": "At their own request"})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reason.xmin = record.xmin, reason.xmin = other.xmin"
            " FROM reference_reason reason, reference_reason other, audit_auditrecord record"
            " WHERE reason.code = 'own_request' AND other.code = 'non_payment'"
        )
        assert cursor.fetchall() == [(True, False)]


class TestActions:
    def test_a_new_secret(self, operator: Client) -> None:
        client, _ = make_client()
        act(operator, "accounts_serviceclient", "make_secret", client)
        (record,) = records()
        assert (record.subject_kind, record.subject) == ("service_client", client.client_id)
        assert (record.reason, record.actor_role) == ("make_secret", "operator")

    def test_ones_own_new_password(self, operator: Client) -> None:
        new = dict.fromkeys(["new_password1", "new_password2"], "Olumo-at-noon-1")
        operator.post(reverse("admin:password_change"), {"old_password": "Zuma-Rock-at-dawn", **new})
        (record,) = records()
        assert (record.subject_kind, record.subject) == ("account", str(User.objects.get().pk))
        assert (record.actor, record.reason, record.fields) == (User.objects.get().actor, "change_password", [])

    def test_a_third_secret_is_none(self, operator: Client) -> None:
        client, _ = make_client()
        make_secret(client)
        act(operator, "accounts_serviceclient", "make_secret", client)
        assert records() == []

    def test_secrets_that_are_revoked_once_each(self, operator: Client) -> None:
        client, _ = make_client()
        make_secret(client)
        for _ in range(2):
            act(operator, "accounts_serviceclientsecret", "revoke", *client.secrets.all())
        assert [(each.subject, each.reason, each.fields) for each in records()] == [
            (client.client_id, "revoke_secret", ["secrets"])
        ] * 2

    def test_what_a_client_may_do(self, operator: Client) -> None:
        client, _ = make_client("verify")
        body = {"client_id": client.client_id, "name": client.name, "scopes": "verify,search", "is_active": "on"}
        body |= {"secrets-INITIAL_FORMS": "0", "secrets-TOTAL_FORMS": "0"}
        assert operator.post(address("accounts_serviceclient", "change", client.pk), body).status_code == 302
        assert ServiceClient.objects.get().scopes == ["verify", "search"]
        assert [(each.subject, each.reason, each.fields) for each in records()] == [
            (client.client_id, "change", ["scopes"])
        ]


class TestWhatIsDeleted:
    def test_of_the_machinery_is_recorded_too(self, operator: Client) -> None:
        group = Group.objects.create(name="nobody")
        operator.post(address("auth_group", "delete", group.pk), {"post": "yes"})
        assert [(each.subject_kind, each.subject, each.reason) for each in records()] == [
            ("other", f"auth.group:{group.pk}", "delete")
        ]

    def test_is_deleted_one_at_a_time(self, operator: Client) -> None:
        groups = [Group.objects.create(name=name) for name in ("one", "other")]
        act(operator, "auth_group", "delete_selected", *groups)
        assert Group.objects.count() == 2
