"""Signing in with a code beside the password, and what the tokens say of it."""

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import keys, services
from accounts.factors import PASSWORD_AND_CODE
from accounts.rules import TokenInvalid
from accounts.tests.authenticator import AUTH, enrol
from accounts.tests.factories import NOW, PASSWORD, as_bearer, as_user, make_user
from accounts.tokens import REFRESH_TYP, RefreshToken, bearer_claims
from notifications.models import OutgoingEmail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def sign_in(user, code=None, password=PASSWORD, address="198.51.100.7"):
    body = {"email": user.email, "password": password} | ({} if code is None else {"code": code})
    return APIClient().post(f"{AUTH}token/", body, headers={"X-Forwarded-For": address})


def outcome(response):
    if response.status_code == 200:
        return tuple(bearer_claims(response.json()["access"])["amr"])
    return response.status_code, response.json()["code"]


NEEDED, WRONG = (401, "second_factor_code_needed"), (401, "second_factor_code_wrong")
LOCKED, BOTH = (429, "second_factor_locked"), ("pwd", "otp")


class TestTheCode:
    def test_of_the_app_signs_in(self):
        user = make_user()
        app, _ = enrol(user)
        assert outcome(sign_in(user, app.code(1))) == BOTH
        user.refresh_from_db()
        assert user.last_login == NOW

    def test_is_asked_for_once_the_password_is_right_and_that_counts_as_nothing(self):
        user = make_user()
        app, _ = enrol(user)
        answers = [sign_in(user) for _ in range(7)]
        assert {outcome(answer) for answer in answers} == {NEEDED}
        assert "WWW-Authenticate" in answers[0].headers
        assert not AccessAttempt.objects.exists()
        assert outcome(sign_in(user, app.code(1))) == BOTH

    def test_is_not_looked_at_before_the_password_is_right(self):
        user = make_user()
        app, _ = enrol(user)
        assert outcome(sign_in(user, app.code(1), password="wrong")) == (401, "login_failed")
        assert outcome(sign_in(user, app.wrong_code(), password="wrong")) == (401, "login_failed")
        assert outcome(sign_in(user, app.code(1))) == BOTH

    def test_of_whoever_has_no_second_factor_is_not_looked_at(self):
        user = make_user()
        assert outcome(sign_in(user, "123456")) == ("pwd",)
        services.begin_enrolment(user.id)
        assert outcome(sign_in(user, "123456")) == ("pwd",)

    def test_is_good_once(self, clock):
        user = make_user()
        app, _ = enrol(user)
        assert outcome(sign_in(user, app.code(1))) == BOTH
        answer = sign_in(user, app.code(1))
        assert outcome(answer) == WRONG
        assert "WWW-Authenticate" in answer.headers
        clock.shift(timedelta(seconds=60))
        assert outcome(sign_in(user, app.code())) == BOTH

    def test_that_confirmed_the_app_does_not_sign_in(self):
        user = make_user()
        app, _ = enrol(user)
        assert outcome(sign_in(user, app.code())) == WRONG

    @pytest.mark.parametrize(("steps", "expected"), [(-2, WRONG), (-1, BOTH), (0, BOTH), (1, BOTH), (2, WRONG)])
    def test_may_be_half_a_minute_off(self, clock, steps, expected):
        user = make_user()
        app, _ = enrol(user)
        clock.shift(timedelta(minutes=10))
        assert outcome(sign_in(user, app.code(steps))) == expected

    def test_of_another_person_is_wrong(self):
        user, other = make_user(), make_user()
        enrol(user)
        app, codes = enrol(other)
        assert outcome(sign_in(user, app.code(1))) == WRONG
        assert outcome(sign_in(user, codes[0])) == WRONG
        assert outcome(sign_in(other, codes[0])) == BOTH

    def test_may_be_typed_in_groups(self):
        user = make_user()
        app, _ = enrol(user)
        code = app.code(1)
        assert outcome(sign_in(user, f" {code[:3]} {code[3:]}")) == BOTH

    def test_must_be_text_and_not_empty(self):
        user = make_user()
        enrol(user)
        for value in (123456, "", "x" * 41):
            answer = sign_in(user, value)
            assert answer.status_code == 400
            assert [error["pointer"] for error in answer.json()["errors"]] == ["/code"]


class TestRecoveryCodes:
    def test_each_signs_in_once_and_the_person_is_told_how_many_are_left(self):
        user = make_user()
        _, codes = enrol(user)
        assert outcome(sign_in(user, codes[0])) == BOTH
        assert outcome(sign_in(user, codes[0])) == WRONG
        mail = OutgoingEmail.objects.get(template="accounts/recovery_code_used")
        assert (mail.recipient, "Codes left: 9." in mail.body) == (user.email, True)

    def test_may_be_typed_in_capitals_and_without_hyphens(self):
        user = make_user()
        _, codes = enrol(user)
        assert outcome(sign_in(user, codes[0].upper().replace("-", ""))) == BOTH

    def test_are_there_for_whoever_is_kept_waiting_by_wrong_codes_of_the_app(self):
        user = make_user()
        app, codes = enrol(user)
        assert outcome(sign_in(user, app.wrong_code())) == WRONG
        assert outcome(sign_in(user, app.code(1))) == LOCKED
        assert outcome(sign_in(user, codes[0])) == BOTH


class TestGuessing:
    def test_the_wait_doubles_from_wherever_the_guesses_come(self, clock):
        user = make_user()
        app, _ = enrol(user)
        waits = []
        for number in range(4):
            clock.shift(timedelta(seconds=60))
            assert outcome(sign_in(user, app.wrong_code(), address=f"198.51.100.{number}")) == WRONG
            refusal = sign_in(user, app.code(), address=f"198.51.100.{100 + number}")
            assert outcome(refusal) == LOCKED
            waits.append(refusal.headers["Retry-After"])
        assert waits == ["1", "2", "4", "8"]
        clock.shift(timedelta(seconds=8))
        assert outcome(sign_in(user, app.code())) == BOTH

    def test_what_was_not_looked_at_does_not_count(self):
        user = make_user()
        app, _ = enrol(user)
        sign_in(user, app.wrong_code())
        assert {outcome(sign_in(user, app.code(1))) for _ in range(7)} == {LOCKED}
        assert [attempt.failures_since_start for attempt in AccessAttempt.objects.all()] == [1]

    def test_wrong_codes_and_wrong_passwords_are_counted_together(self, clock):
        user = make_user()
        app, _ = enrol(user)
        outcomes = []
        for number in range(5):
            clock.shift(timedelta(seconds=20))
            guess = {"password": "wrong"} if number % 2 else {"code": app.wrong_code()}
            outcomes.append(outcome(sign_in(user, **guess)))
        failed = (401, "login_failed")
        assert outcomes == [WRONG, failed, WRONG, failed, (429, "login_locked")]
        clock.shift(timedelta(seconds=60))
        locked = sign_in(user, app.code())
        assert (outcome(locked), locked.headers["Retry-After"]) == ((429, "login_locked"), "840")
        assert outcome(sign_in(user, app.code(), address="198.51.100.8")) == BOTH

    def test_the_right_password_alone_forgets_no_wrong_code(self, clock):
        user = make_user()
        app, _ = enrol(user)
        for _ in range(4):
            clock.shift(timedelta(seconds=20))
            sign_in(user, app.wrong_code())
            assert outcome(sign_in(user)) == NEEDED
        clock.shift(timedelta(seconds=20))
        assert outcome(sign_in(user, app.wrong_code())) == (429, "login_locked")

    def test_the_right_code_forgets_the_wrong_ones(self, clock):
        user = make_user()
        app, _ = enrol(user)
        for _ in range(3):
            for code in (app.wrong_code(), app.wrong_code()):
                clock.shift(timedelta(seconds=30))
                assert outcome(sign_in(user, code)) == WRONG
            clock.shift(timedelta(seconds=30))
            assert outcome(sign_in(user, app.code())) == BOTH


class TestWhatTokensSay:
    def test_a_password_alone(self):
        pair = services.sign_in(make_user())
        assert (bearer_claims(pair.access)["amr"], RefreshToken.read(pair.refresh)["amr"]) == (["pwd"], ["pwd"])

    @pytest.mark.parametrize("ways", [["pwd"], ["pwd", "otp"]])
    def test_refreshing_keeps_it(self, ways):
        pair = services.sign_in(make_user(), ways)
        for _ in range(3):
            pair = services.refresh(pair.refresh, timezone.now())
            assert (bearer_claims(pair.access)["amr"], RefreshToken.read(pair.refresh)["amr"]) == (ways, ways)

    @pytest.mark.parametrize("ways", [["pwd"], ["pwd", "otp"]])
    def test_a_new_password_keeps_it(self, ways):
        caller = as_bearer(services.sign_in(make_user(), ways).access)
        body = {"current_password": PASSWORD, "new_password": "Olumo-at-noon-1"}
        changed = caller.post(f"{AUTH}password/change/", body).json()
        assert bearer_claims(changed["access"])["amr"] == ways

    def test_a_refresh_token_from_before_there_were_second_factors_goes_on_as_a_password_alone(self):
        token = RefreshToken.read(services.sign_in(make_user()).refresh)
        old = {name: value for name, value in token.payload.items() if name != "amr"}
        pair = services.refresh(keys.sign(old, typ=REFRESH_TYP), timezone.now())
        assert bearer_claims(pair.access)["amr"] == ["pwd"]

    def test_nobody_with_a_second_factor_goes_on_without_one(self):
        user = make_user()
        before = as_user(user)
        enrol(user)
        body = {"current_password": PASSWORD, "new_password": "Olumo-at-noon-1"}
        assert outcome(before.post(f"{AUTH}password/change/", body)) == (401, "token_invalid")
        user.refresh_from_db()
        assert user.check_password(PASSWORD)


class TestReset:
    def test_an_operator_takes_it_away_and_every_sign_in_with_it(self):
        user = make_user()
        enrol(user)
        pair = services.sign_in(user, PASSWORD_AND_CODE)
        assert services.reset_second_factor(user.id, by="user:x", now=NOW) is True
        with pytest.raises(TokenInvalid):
            services.refresh(pair.refresh, NOW)
        user.refresh_from_db()
        assert as_user(user).get(f"{AUTH}second-factor/").json()["enrolled"] is False
        assert outcome(sign_in(user)) == ("pwd",)
        mail = OutgoingEmail.objects.get(template="accounts/second_factor_reset")
        assert mail.recipient == user.email

    def test_where_there_is_none_nothing_happens(self):
        user = make_user()
        pair = services.sign_in(user)
        assert services.reset_second_factor(user.id, by="user:x", now=NOW) is False
        assert services.refresh(pair.refresh, NOW)
        assert not OutgoingEmail.objects.exists()

    def test_what_was_begun_is_forgotten_too(self):
        user = make_user()
        services.begin_enrolment(user.id)
        assert services.reset_second_factor(user.id, by="user:x", now=NOW) is False
        assert as_user(user).post(f"{AUTH}second-factor/confirm/", {"code": "123456"}).status_code == 409


def test_mails_name_this_service_and_no_code():
    user = make_user()
    app, codes = enrol(user)
    sign_in(user, codes[0])
    services.renew_recovery_codes(user.id, NOW)
    services.remove_second_factor(user.id, NOW)
    enrol(user)
    services.reset_second_factor(user.id, by="user:x", now=NOW)
    name = {"/api/registry/auth/": "the PHB registry", "/api/auth/": "the PHB hospital"}[AUTH]
    bodies = [mail.body for mail in OutgoingEmail.objects.all()]
    assert len(bodies) == 6
    for body in bodies:
        assert name in body
        assert "/forgot-password" in body
        assert not any(code in body for code in [*codes, app.code()])


def test_no_secret_and_no_code_is_logged(caplog, clock):
    user = make_user()
    caller = as_user(user)
    with caplog.at_level("DEBUG"):
        secret = caller.post(f"{AUTH}second-factor/", {"current_password": PASSWORD}).json()["secret"]
        services.begin_enrolment(user.id)
        app, codes = enrol(user)
        used = [app.wrong_code(), app.code(1), codes[0], "abcd-efgh-2345-6723"]
        for code in used:
            clock.shift(timedelta(seconds=5))
            sign_in(user, code)
        services.reset_second_factor(user.id, by="user:x", now=NOW)
    logged = str([record.__dict__ for record in caplog.records if not record.name.startswith("django.db")])
    events = [record.message for record in caplog.records if record.name == "phb.accounts"]
    assert events == ["second_factor_enrolled", "recovery_code_used", "second_factor_reset"]
    assert not any(text in logged for text in [secret, *used, *codes, PASSWORD])
