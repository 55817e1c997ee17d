"""Appointing, dismissing and barring: who may, what is refused, and that somebody is always left who can."""

from collections.abc import Callable
from time import sleep

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import User
from accounts.queries import has_role, national_administrators, regulator_of, role_on_pages
from accounts.rules import LastNationalAdministrator, OwnAccount, Role, TokenInvalid
from accounts.tests.factories import as_bearer, make_user
from common.errors import InvalidInput
from common.testing import at_once

Act = Callable[[User, User], None]
NATIONAL = Role.NATIONAL_ADMINISTRATOR


@pytest.mark.django_db
class TestRoles:
    def test_an_officer_belongs_to_one_regulator_and_moves_to_another(self) -> None:
        user = make_user(Role.PROFESSIONAL)
        services.grant_role(user, Role.OFFICER, regulator="mdcn")
        services.grant_role(user, Role.OFFICER, regulator="nmcn")
        assert regulator_of(user) == "nmcn"
        assert has_role(user, (Role.OFFICER, Role.AUDITOR))
        services.withdraw_role(user, Role.OFFICER)
        assert regulator_of(user) is None

    @pytest.mark.parametrize("code", ["MDCN", "nobody", "mdcn "])
    def test_a_regulator_that_does_not_exist_has_no_officers(self, code: str) -> None:
        user = make_user()
        with pytest.raises(InvalidInput) as refusal:
            services.grant_role(user, Role.OFFICER, regulator=code)
        assert refusal.value.members["errors"][0]["pointer"] == "/regulator"
        assert not has_role(user, (Role.OFFICER,))

    def test_nobody_does_it_to_themselves(self) -> None:
        user, _ = make_user(NATIONAL), make_user(NATIONAL)
        for act in (
            lambda: services.grant_role(user, Role.AUDITOR, by=user),
            lambda: services.withdraw_role(user, NATIONAL, by=user),
            lambda: services.bar(user, by=user),
            lambda: services.unbar(user, by=user),
        ):
            with pytest.raises(OwnAccount):
                act()
        user.refresh_from_db()
        assert (user.is_active, set(user.role_names)) == (True, {NATIONAL})

    @pytest.mark.parametrize(
        ("roles", "superuser", "role"),
        [
            ([Role.OFFICER, NATIONAL, Role.AUDITOR], False, "national_administrator"),
            ([Role.PROFESSIONAL, Role.AUDITOR], False, "auditor"),
            ([NATIONAL], True, "operator"),
            ([Role.OFFICER], False, "operator"),
        ],
    )
    def test_on_the_pages_they_act_in_what_lets_them_in(self, roles: list[Role], superuser: bool, role: str) -> None:
        assert role_on_pages(make_user(*roles, regulator="mdcn", is_superuser=superuser)) == role


@pytest.mark.django_db
class TestBarring:
    def test_whoever_is_barred_can_neither_sign_in_nor_go_on(self) -> None:
        user = make_user(Role.OFFICER, regulator="mdcn")
        pair = services.sign_in(user)
        services.bar(user, by=make_user(NATIONAL))
        with pytest.raises(TokenInvalid):
            services.refresh(pair.refresh, timezone.now())
        assert not User.objects.get(pk=user.pk).is_active
        assert regulator_of(user) == "mdcn"

    def test_what_they_were_signed_in_to_does_not_come_back_when_that_is_lifted(self) -> None:
        user, by = make_user(Role.AUDITOR), make_user(NATIONAL)
        pair, browser = services.sign_in(user), Client()
        browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        assert browser.get("/admin/").status_code == 200
        services.bar(user, by=by)
        services.unbar(user, by=by)
        with pytest.raises(TokenInvalid):
            services.refresh(pair.refresh, timezone.now())
        assert as_bearer(pair.access).get("/api/registry/auth/me/").status_code == 401
        assert browser.get("/admin/").status_code == 302
        assert services.sign_in(User.objects.get(pk=user.pk))

    def test_and_can_again_once_that_is_lifted(self) -> None:
        user, by = make_user(), make_user(NATIONAL)
        services.bar(user, by=by)
        services.unbar(user, by=by)
        assert User.objects.get(pk=user.pk).is_active


@pytest.mark.django_db
class TestTheLastNationalAdministrator:
    def test_is_neither_dismissed_nor_barred(self) -> None:
        last, root = make_user(NATIONAL), make_user(is_superuser=True)
        for act in (
            lambda: services.withdraw_role(last, NATIONAL, by=root),
            lambda: services.withdraw_role(last, NATIONAL),
            lambda: services.bar(last, by=root),
        ):
            with pytest.raises(LastNationalAdministrator):
                act()
        assert [administrator.pk for administrator in national_administrators()] == [last.pk]

    def test_is_one_who_is_not_barred(self) -> None:
        last, _ = make_user(NATIONAL), make_user(NATIONAL, is_active=False)
        with pytest.raises(LastNationalAdministrator):
            services.withdraw_role(last, NATIONAL)

    def test_one_who_is_barred_is_dismissed_and_another_role_withdrawn(self) -> None:
        last, barred = make_user(NATIONAL, Role.AUDITOR), make_user(NATIONAL, is_active=False)
        services.withdraw_role(barred, NATIONAL, by=last)
        services.withdraw_role(last, Role.AUDITOR, by=barred)
        services.bar(make_user(), by=last)
        assert set(User.objects.get(pk=last.pk).role_names) == {NATIONAL}


def dismiss(user: User, by: User) -> None:
    services.withdraw_role(user, NATIONAL, by=by)


def bar(user: User, by: User) -> None:
    services.bar(user, by=by)


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize(("one", "other"), [(dismiss, dismiss), (bar, bar), (bar, dismiss)])
def test_of_two_who_remove_each_other_at_once_one_stays(one: Act, other: Act) -> None:
    ada, ben = make_user(NATIONAL), make_user(NATIONAL)

    def remove(number: int) -> None:
        with transaction.atomic():
            one(ada, ben) if number else other(ben, ada)
            # Nothing is committed before both had the time to look whether somebody else is left.
            sleep(0.3)

    outcomes = at_once(2, remove)
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [LastNationalAdministrator]
    assert national_administrators().count() == 1
