"""Registration, proof of the address, passwords and roles, as the mailbox and the database see them."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import services
from accounts.models import RoleAssignment, User
from accounts.queries import regulator_of, roles_of
from accounts.rules import MailLinkInvalid, Role
from accounts.tests.factories import NOW, PASSWORD, make_user
from common.errors import InvalidInput
from notifications.models import OutgoingEmail

pytestmark = pytest.mark.django_db
ADA = {"email": "ada@example.ng", "password": PASSWORD, "full_name": "Ada Obi"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def mails(template=""):
    return list(OutgoingEmail.objects.filter(template__contains=template).order_by("created_at"))


def link_in(mail):
    uid, token = re.search(r"#uid=([0-9a-f-]{36})&token=(\S+)", mail.body).groups()
    return {"uid": UUID(uid), "token": token}


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password is hashed, which is what takes the time."""

    calls = 0

    def encode(self, password, salt):
        type(self).calls += 1
        return super().encode(password, salt)


class TestRegistration:
    def test_a_new_address_gets_a_closed_account_for_a_professional_and_a_link(self):
        services.register(**ADA, now=NOW)
        user = User.objects.get()
        assert (user.email, user.full_name, user.email_confirmed_at) == ("ada@example.ng", "Ada Obi", None)
        assert [assignment.role for assignment in roles_of(user)] == [Role.PROFESSIONAL]
        assert [mail.template for mail in mails()] == ["accounts/confirm_email"]

    def test_the_mail_does_not_repeat_the_name_that_a_stranger_may_have_typed(self):
        services.register(**{**ADA, "full_name": "Win a prize at http://bad.example"}, now=NOW)
        assert "bad.example" not in mails()[0].body

    def test_a_known_address_gets_another_mail_and_keeps_its_account(self):
        user = make_user(email="ada@example.ng")
        services.register(**{**ADA, "email": "ADA@Example.ng", "full_name": "Someone Else"}, now=NOW)
        assert User.objects.get().full_name == user.full_name
        assert User.objects.get().check_password(PASSWORD)
        assert [mail.template for mail in mails()] == ["accounts/already_registered"]

    def test_an_account_registered_twice_before_its_proof_opens_with_neither_password(self):
        services.register(**{**ADA, "password": "the-strangers-own-1"}, now=NOW)
        services.register(**ADA, now=NOW)
        services.confirm_email(**link_in(mails("confirm")[0]), now=NOW)
        assert not User.objects.get().has_usable_password()
        services.reset_password(**link_in(mails("already")[0]), password="Olumo-at-noon-1", now=NOW)
        assert User.objects.get().check_password("Olumo-at-noon-1")

    @pytest.mark.parametrize(
        ("password", "code"),
        [
            ("short", "password_too_short"),
            ("password123", "password_too_common"),
            ("ada@example.ng", "password_too_similar"),
        ],
    )
    def test_a_password_that_is_easily_guessed_is_refused_and_the_reason_named(self, password, code):
        with pytest.raises(InvalidInput) as refusal:
            services.register(**{**ADA, "password": password}, now=NOW)
        assert refusal.value.members["errors"][0]["pointer"] == "/password"
        assert code in [error["code"] for error in refusal.value.members["errors"]]

    def test_a_known_address_costs_as_much_hashing_as_a_new_one(self, settings):
        settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
        make_user(email="known@example.ng")
        costs = []
        for email in ("new@example.ng", "known@example.ng"):
            CountingHasher.calls = 0
            services.register(**{**ADA, "email": email}, now=NOW)
            costs.append(CountingHasher.calls)
        assert costs[0] == costs[1] == 1


class TestConfirmation:
    def test_the_link_proves_the_address_and_may_be_followed_twice(self):
        services.register(**ADA, now=NOW)
        for _ in range(2):
            services.confirm_email(**link_in(mails()[0]), now=NOW)
        assert User.objects.get().email_confirmed_at == NOW

    def test_the_link_ends_after_three_days(self, clock):
        services.register(**ADA, now=NOW)
        clock.shift(timedelta(days=3, seconds=1))
        with pytest.raises(MailLinkInvalid):
            services.confirm_email(**link_in(mails()[0]), now=timezone.now())

    def test_a_link_proves_no_other_address(self):
        services.register(**ADA, now=NOW)
        other = make_user(email_confirmed_at=None)
        with pytest.raises(MailLinkInvalid):
            services.confirm_email(uid=other.id, token=link_in(mails()[0])["token"], now=NOW)

    def test_a_reset_token_confirms_nothing_by_this_way_and_the_other_way_round(self):
        services.register(**ADA, now=NOW)
        services.request_password_reset(email=ADA["email"], now=NOW)
        confirm, reset = link_in(mails("confirm")[0]), link_in(mails("reset")[0])
        with pytest.raises(MailLinkInvalid):
            services.confirm_email(**reset, now=NOW)
        with pytest.raises(MailLinkInvalid):
            services.reset_password(**confirm, password=PASSWORD, now=NOW)

    @pytest.mark.parametrize("token", ["", "x", "a:b:c", "a-b", "é" * 50])
    def test_a_made_up_token_is_refused(self, token):
        services.register(**ADA, now=NOW)
        with pytest.raises(MailLinkInvalid):
            services.confirm_email(uid=User.objects.get().id, token=token, now=NOW)

    def test_an_unknown_person_is_refused_in_the_same_words(self):
        with pytest.raises(MailLinkInvalid):
            services.confirm_email(uid=uuid4(), token="x", now=NOW)

    def test_another_link_is_sent_only_to_an_account_that_waits_for_one(self):
        waiting, confirmed = make_user(email_confirmed_at=None), make_user()
        for email in (waiting.email, confirmed.email, "nobody@example.ng"):
            services.resend_confirmation(email=email, now=NOW)
        assert [mail.recipient for mail in mails()] == [waiting.email]


class TestPasswordReset:
    def test_the_link_sets_a_password_once_and_proves_the_address(self):
        user = make_user(email_confirmed_at=None)
        services.request_password_reset(email=user.email, now=NOW)
        link = link_in(mails("reset")[0])
        services.reset_password(**link, password="Olumo-at-noon-1", now=NOW)
        user.refresh_from_db()
        assert user.check_password("Olumo-at-noon-1")
        assert user.email_confirmed_at == NOW
        with pytest.raises(MailLinkInvalid):
            services.reset_password(**link, password="Olumo-at-noon-2", now=NOW)

    def test_the_owner_is_told_of_the_new_password(self):
        user = make_user()
        services.change_password(user_id=user.id, password="Olumo-at-noon-1", now=NOW)
        assert [mail.template for mail in mails()] == ["accounts/password_changed"]

    def test_the_link_ends_after_a_day(self, clock):
        user = make_user()
        services.request_password_reset(email=user.email, now=NOW)
        clock.shift(timedelta(hours=24, seconds=1))
        with pytest.raises(MailLinkInvalid):
            services.reset_password(**link_in(mails()[0]), password=PASSWORD, now=timezone.now())

    def test_a_weak_password_leaves_the_link_usable(self):
        user = make_user()
        services.request_password_reset(email=user.email, now=NOW)
        link = link_in(mails()[0])
        with pytest.raises(InvalidInput):
            services.reset_password(**link, password="short", now=NOW)
        services.reset_password(**link, password="Olumo-at-noon-1", now=NOW)

    @pytest.mark.parametrize("changes", [{"is_active": False}, None])
    def test_nobody_and_whoever_was_barred_get_no_link(self, changes):
        email = make_user(**changes).email if changes else "nobody@example.ng"
        services.request_password_reset(email=email, now=NOW)
        assert mails() == []

    def test_asking_for_an_unknown_address_takes_the_same_questions_but_for_the_mail_itself(self):
        user = make_user()
        counts = []
        for email in (user.email, "nobody@example.ng"):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                services.request_password_reset(email=email, now=NOW)
            counts.append([q["sql"].split()[0] for q in asked if not q["sql"].startswith("INSERT")])
        assert counts[0] == counts[1]


class TestMailLimit:
    def test_three_mails_an_hour_go_to_one_address_whatever_is_asked(self, clock):
        services.register(**ADA, now=NOW)
        services.register(**ADA, now=NOW)
        for _ in range(3):
            services.request_password_reset(email=ADA["email"], now=NOW)
            services.resend_confirmation(email=ADA["email"], now=NOW)
        assert len(mails()) == 3
        clock.shift(timedelta(hours=1, seconds=1))
        services.request_password_reset(email=ADA["email"], now=timezone.now())
        assert len(mails()) == 4

    def test_beyond_the_limit_a_second_registration_does_not_touch_the_password(self):
        services.register(**ADA, now=NOW)
        for _ in range(2):
            services.request_password_reset(email=ADA["email"], now=NOW)
        services.register(**{**ADA, "password": "the-strangers-own-1"}, now=NOW)
        assert User.objects.get().check_password(PASSWORD)


class TestRoles:
    @pytest.mark.parametrize(("role", "regulator"), [(Role.OFFICER, ""), (Role.AUDITOR, "mdcn"), ("king", "")])
    def test_the_database_refuses_an_officer_of_nobody_and_a_regulator_for_others(self, role, regulator):
        with pytest.raises(IntegrityError):
            RoleAssignment.objects.create(user=make_user(), role=role, regulator=regulator)

    def test_the_database_refuses_capitals_in_an_address(self):
        with pytest.raises(IntegrityError):
            User.objects.create(email="Ada@example.ng", full_name="Ada")

    def test_an_account_for_a_demonstration_is_made_once_and_then_left_alone(self):
        made = {"email": "o@example.ng", "password": PASSWORD, "full_name": "O", "roles": {Role.OFFICER: "mdcn"}}
        user, is_new = services.create_account(**made, now=NOW)
        again, is_new_again = services.create_account(**{**made, "full_name": "P"}, now=NOW)
        assert (is_new, is_new_again, again.id, again.full_name) == (True, False, user.id, "O")
        assert regulator_of(user) == "mdcn"
