"""The operators' page of people, as a national administrator has it: appointing, dismissing, barring, and no more."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.devices import has_second_factor
from accounts.models import User
from accounts.rules import Role
from accounts.tests.authenticator import enrol
from accounts.tests.factories import PASSWORD, make_user
from audit.models import AuditRecord

pytestmark = pytest.mark.django_db

NATIONAL = Role.NATIONAL_ADMINISTRATOR
PEOPLE = reverse("admin:accounts_user_changelist")


@pytest.fixture
def folake() -> User:
    return make_user(NATIONAL)


@pytest.fixture
def browser(folake: User) -> Client:
    return signed_in(folake)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(user: User) -> str:
    return reverse("admin:accounts_user_change", args=[user.pk])


def sent(
    user: User, *, withdrawn: tuple[Role, ...] = (), given: tuple[tuple[str, str], ...] = (), **other: Any
) -> dict:
    """What the browser sends: the account as it is, which of its roles go, and which are added."""
    shown = user.role_assignments.exclude(role=Role.PROFESSIONAL).order_by("pk")
    body = {
        "is_active": "on" if user.is_active else "",
        "role_assignments-INITIAL_FORMS": str(len(shown)),
        "role_assignments-TOTAL_FORMS": str(len(shown) + len(given)),
    }
    for number, assignment in enumerate(shown):
        body |= {f"role_assignments-{number}-id": assignment.pk, f"role_assignments-{number}-user": user.pk}
        if assignment.role in withdrawn:
            body[f"role_assignments-{number}-DELETE"] = "on"
    for number, (role, regulator) in enumerate(given, len(shown)):
        body |= {f"role_assignments-{number}-role": role, f"role_assignments-{number}-regulator": regulator}
        body[f"role_assignments-{number}-user"] = user.pk
    return {key: value for key, value in (body | other).items() if value != ""}


def roles_of(user: User) -> set[tuple[str, str]]:
    return set(user.role_assignments.values_list("role", "regulator"))


def records() -> list[tuple[str, ...]]:
    found = AuditRecord.objects.filter(action="change").order_by("id")
    return [(each.subject_kind, each.subject, each.regulator, each.reason, *each.fields) for each in found]


class TestAppointing:
    def test_an_officer_of_a_regulator(self, browser: Client, folake: User) -> None:
        user = make_user(Role.PROFESSIONAL)
        assert browser.post(page(user), sent(user, given=(("officer", "mdcn"),))).status_code == 302
        assert roles_of(user) == {("professional", ""), ("officer", "mdcn")}
        assert records() == [("account", str(user.pk), "mdcn", "grant_role: officer", "role_assignments")]
        record = AuditRecord.objects.get()
        assert (record.actor, record.actor_role) == (folake.actor, "national_administrator")

    def test_and_dismissing_one(self, browser: Client) -> None:
        user = make_user(Role.PROFESSIONAL, Role.OFFICER, regulator="mdcn")
        assert browser.post(page(user), sent(user, withdrawn=(Role.OFFICER,))).status_code == 302
        assert roles_of(user) == {("professional", "")}
        assert records() == [("account", str(user.pk), "mdcn", "withdraw_role: officer", "role_assignments")]

    def test_auditors_and_national_administrators(self, browser: Client) -> None:
        user = make_user()
        browser.post(page(user), sent(user, given=(("auditor", ""), ("national_administrator", ""))))
        assert roles_of(user) == {("auditor", ""), ("national_administrator", "")}

    @pytest.mark.parametrize("regulator", ["MDCN", "nobody", "", "1"])
    def test_no_officer_of_a_regulator_that_there_is_not(self, browser: Client, regulator: str) -> None:
        user = make_user()
        answer = browser.post(page(user), sent(user, given=(("officer", regulator),)))
        assert answer.status_code == 200
        assert answer.context["errors"]
        assert roles_of(user) == set()
        assert records() == []

    def test_the_regulators_are_offered_by_name(self, browser: Client) -> None:
        shown = browser.get(page(make_user())).content.decode()
        assert '<option value="nmcn">Nursing and Midwifery Council of Nigeria</option>' in shown

    def test_nobody_is_appointed_a_professional_or_dismissed_as_one(self, browser: Client) -> None:
        user, other = make_user(), make_user(Role.PROFESSIONAL)
        assert browser.post(page(user), sent(user, given=(("professional", ""),))).status_code == 200
        assignment = other.role_assignments.get()
        forged = {
            "role_assignments-INITIAL_FORMS": "1",
            "role_assignments-TOTAL_FORMS": "1",
            "role_assignments-0-id": assignment.pk,
            "role_assignments-0-user": other.pk,
            "role_assignments-0-DELETE": "on",
        }
        browser.post(page(other), {"is_active": "on", **forged})
        assert (roles_of(user), roles_of(other)) == (set(), {("professional", "")})

    def test_a_role_that_is_there_is_not_rewritten(self, browser: Client) -> None:
        user = make_user(Role.OFFICER, regulator="mdcn")
        forged = {"role_assignments-0-role": "auditor", "role_assignments-0-regulator": "nmcn"}
        browser.post(page(user), sent(user) | forged)
        assert roles_of(user) == {("officer", "mdcn")}
        assert records() == []


class TestBarring:
    def test_keeps_somebody_out_and_can_be_lifted(self, browser: Client) -> None:
        user = make_user(Role.OFFICER, regulator="mdcn")
        browser.post(page(user), sent(user, is_active=""))
        user.refresh_from_db()
        assert not user.is_active
        browser.post(page(user), sent(user, is_active="on"))
        user.refresh_from_db()
        assert user.is_active
        assert records() == [("account", str(user.pk), "", "change", "is_active")] * 2

    def test_ends_what_they_are_signed_in_to_whatever_else_is_changed_with_it(self, browser: Client) -> None:
        root, user = signed_in(make_user(is_superuser=True)), make_user(Role.AUDITOR)
        inside = signed_in(user)
        named = {"email": user.email, "full_name": "Another Name"}
        for is_active in ("", "on"):
            user.refresh_from_db()
            root.post(page(user), sent(user, is_active=is_active) | named)
        user.refresh_from_db()
        assert (user.is_active, user.full_name, user.sign_in_generation) == (True, "Another Name", 1)
        assert inside.get(PEOPLE).status_code == 302

    def test_a_form_that_changes_nothing_is_no_change(self, browser: Client) -> None:
        user = make_user(Role.OFFICER, regulator="mdcn")
        assert browser.post(page(user), sent(user)).status_code == 302
        assert records() == []

    def test_the_last_national_administrator_stays(self, folake: User) -> None:
        root = signed_in(make_user(is_superuser=True))
        everything = {"email": folake.email, "full_name": folake.full_name}
        for body in (sent(folake, is_active=""), sent(folake, withdrawn=(NATIONAL,))):
            answer = root.post(page(folake), everything | body, follow=True)
            assert "Nobody else is a national administrator. Appoint another one first" in answer.content.decode()
        folake.refresh_from_db()
        assert (folake.is_active, roles_of(folake)) == (True, {("national_administrator", "")})
        assert records() == []


class TestSecondFactors:
    def test_of_somebody_who_lost_it_are_reset_and_that_is_recorded(self, browser: Client) -> None:
        lost, never = make_user(Role.OFFICER, regulator="mdcn"), make_user()
        enrol(lost)
        browser.post(PEOPLE, {"action": "reset_second_factor", "_selected_action": [lost.pk, never.pk]})
        assert not has_second_factor(lost)
        assert records() == [("account", str(lost.pk), "", "reset_second_factor")]

    def test_of_superusers_and_their_own_are_not(self, folake: User) -> None:
        root = make_user(is_superuser=True)
        enrol(root)
        browser = signed_in(folake)
        TOTPDevice.objects.create(user=folake, confirmed=False)
        browser.post(PEOPLE, {"action": "reset_second_factor", "_selected_action": [root.pk, folake.pk]})
        assert has_second_factor(root)
        assert TOTPDevice.objects.filter(user=folake).exists()
        assert records() == []


class TestWhatStaysOutOfReach:
    def test_all_else_of_an_account(self, browser: Client) -> None:
        user, group = make_user(), Group.objects.create(name="all")
        before = User.objects.filter(pk=user.pk).values().get()
        forged = {
            "email": "other@example.ng",
            "full_name": "Other",
            "password": "x",
            "is_staff": "on",
            "is_operator": "on",
            "is_superuser": "on",
            "email_confirmed_at_0": "2020-01-01",
            "email_confirmed_at_1": "00:00",
            "groups": [group.pk],
            "user_permissions": ["1"],
        }
        assert browser.post(page(user), sent(user) | forged).status_code == 302
        assert User.objects.filter(pk=user.pk).values().get() == before
        assert (user.groups.count(), user.user_permissions.count()) == (0, 0)

    def test_is_not_even_shown(self, browser: Client) -> None:
        shown = browser.get(page(make_user())).content.decode()
        assert set(re.findall(r"form-row field-(\w+)", shown)) == {
            *("email", "full_name", "is_active", "created_at", "email_confirmed_at", "last_login")
        }

    def test_passwords(self, browser: Client) -> None:
        user = make_user()
        for who in (user, User.objects.get(role_assignments__role=NATIONAL)):
            address = reverse("admin:auth_user_password_change", args=[who.pk])
            body = {"password1": "Olumo-at-noon-1", "password2": "Olumo-at-noon-1", "usable_password": "true"}
            assert (browser.get(address).status_code, browser.post(address, body).status_code) == (403, 403)
            assert User.objects.get(pk=who.pk).check_password(PASSWORD)

    def test_a_superusers_account(self, browser: Client) -> None:
        root = make_user(Role.OFFICER, regulator="mdcn", is_superuser=True)
        assert browser.get(page(root)).status_code == 200
        assert browser.post(page(root), sent(root, is_active="", withdrawn=(Role.OFFICER,))).status_code == 403
        root.refresh_from_db()
        assert (root.is_active, roles_of(root)) == (True, {("officer", "mdcn")})

    def test_their_own(self, browser: Client, folake: User) -> None:
        make_user(NATIONAL)
        body = sent(folake, is_active="", withdrawn=(NATIONAL,), given=(("auditor", ""),))
        assert browser.post(page(folake), body).status_code == 403
        folake.refresh_from_db()
        assert (folake.is_active, roles_of(folake)) == (True, {("national_administrator", "")})

    def test_making_accounts(self, browser: Client) -> None:
        assert browser.get(reverse("admin:accounts_user_add")).status_code == 403


def test_a_superuser_neither_bars_nor_appoints_themselves() -> None:
    root = make_user(Role.AUDITOR, is_superuser=True)
    body = sent(root, is_active="", withdrawn=(Role.AUDITOR,), given=(("officer", "mdcn"),), full_name="New name")
    kept = {"email": root.email, "is_superuser": "on"}
    kept |= {"email_confirmed_at_0": "2026-11-23", "email_confirmed_at_1": "10:00:00"}
    answer = signed_in(root).post(page(root), kept | body)
    assert answer.status_code == 302
    root.refresh_from_db()
    assert (root.is_active, root.full_name, roles_of(root)) == (True, "New name", {("auditor", "")})
    assert records() == [("account", str(root.pk), "", "change", "full_name")]


def test_a_superuser_sets_a_password_and_the_audit_says_so_and_not_which() -> None:
    user, root = make_user(), signed_in(make_user(is_superuser=True))
    body = {"password1": "Olumo-at-noon-1", "password2": "Olumo-at-noon-1", "usable_password": "true"}
    assert root.post(reverse("admin:auth_user_password_change", args=[user.pk]), body).status_code == 302
    assert records() == [("account", str(user.pk), "", "change", "password")]


def test_the_list_names_roles_and_asks_as_often_for_three_people_as_for_one(browser: Client) -> None:
    people = [make_user(Role.PROFESSIONAL, Role.OFFICER, regulator="mdcn") for _ in range(3)]
    asked = []
    for some in (people[:1], people):
        with CaptureQueriesContext(connection) as questions:
            shown = browser.get(PEOPLE, {"pk__in": ",".join(str(user.pk) for user in some)}).content.decode()
        assert shown.count("officer mdcn, professional") == len(some)
        asked.append(len(questions))
    assert asked == [10, 10]
