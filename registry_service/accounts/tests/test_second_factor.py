"""A second factor as front-ends see it: setting it up, new recovery codes, taking it away."""

from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import time_machine
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import services
from accounts.factors import PASSWORD_AND_CODE
from accounts.rules import Role, TokenInvalid
from accounts.tests.authenticator import AUTH, Authenticator, enrol
from accounts.tests.factories import NOW, PASSWORD, as_bearer, as_user, make_user
from accounts.tokens import bearer_claims
from common.grants import READ_WRITE_DELETE, grants_of
from notifications.models import OutgoingEmail

pytestmark = pytest.mark.django_db
URL = f"{AUTH}second-factor/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def refused(response):
    """What the refusal is, and in which field where it is one of input."""
    body = response.json()
    errors = [(error["pointer"], error["code"]) for error in body.get("errors", [])]
    return (response.status_code, body["code"], *errors)


def state(user):
    return tuple(with_code(user).get(URL).json().values())


def with_code(user):
    return as_bearer(services.sign_in(user, PASSWORD_AND_CODE).access)


def begin(caller):
    return Authenticator(caller.post(URL, {"current_password": PASSWORD}).json()["secret"])


def mails():
    return [mail.template for mail in OutgoingEmail.objects.order_by("id")]


class TestState:
    def test_a_person_without_one(self):
        assert as_user(make_user()).get(URL).json() == {"enrolled": False, "required": False, "recovery_codes_left": 0}

    def test_one_that_is_set_up(self):
        user = make_user()
        _, codes = enrol(user)
        assert state(user) == (True, False, 10)
        services.use_code(user.id, codes[0], NOW)
        assert state(user) == (True, False, 9)

    def test_one_that_was_begun_is_none(self):
        user = make_user()
        begin(as_user(user))
        assert as_user(user).get(URL).json()["enrolled"] is False

    def test_it_is_required_of_administrators_and_operators_where_the_setting_is_on(self, settings):
        administrator = make_user(Role.NATIONAL_ADMINISTRATOR)
        others = [make_user(), make_user(is_staff=True)]
        assert [as_user(user).get(URL).json()["required"] for user in (administrator, *others)] == [False] * 3
        settings.SECOND_FACTOR_REQUIRED = True
        required = [as_user(user).get(URL).json()["required"] for user in (administrator, *others)]
        assert required == [True, False, True]


class TestBeginning:
    def test_the_secret_and_the_address_say_the_same(self):
        user = make_user()
        answer = as_user(user).post(URL, {"current_password": PASSWORD})
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert set(answer.json()) == {"secret", "address"}
        address = urlsplit(answer.json()["address"])
        issuer = {"/api/registry/auth/": "PHB registry", "/api/auth/": "PHB hospital"}[AUTH]
        assert (address.scheme, address.netloc) == ("otpauth", "totp")
        assert unquote(address.path) == f"/{issuer}:{user.email}"
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        assert asked == {
            "secret": answer.json()["secret"],
            "issuer": issuer,
            "algorithm": "SHA1",
            "digits": "6",
            "period": "30",
        }

    def test_it_takes_the_password(self):
        answer = as_user(make_user()).post(URL, {"current_password": "wrong"})
        assert refused(answer) == (400, "invalid_input", ("/current_password", "wrong"))
        assert not TOTPDevice.objects.exists()

    def test_a_stolen_access_token_does_not_help_to_guess_the_password(self):
        caller = as_user(make_user())
        statuses = [caller.post(URL, {"current_password": "wrong"}).status_code for _ in range(6)]
        assert statuses == [400, 400, 400, 400, 429, 429]

    def test_it_changes_nothing_about_signing_in(self, api):
        user = make_user()
        begin(as_user(user))
        assert api.post(f"{AUTH}token/", {"email": user.email, "password": PASSWORD}).status_code == 200

    def test_beginning_again_forgets_the_first_secret(self, clock):
        caller = as_user(make_user())
        first, second = begin(caller), begin(caller)
        assert caller.post(f"{URL}confirm/", {"code": first.code()}).status_code == 400
        clock.shift(timedelta(seconds=2))
        assert caller.post(f"{URL}confirm/", {"code": second.code()}).status_code == 200
        assert TOTPDevice.objects.count() == 1

    def test_whoever_has_one_does_not_begin_another(self):
        user = make_user()
        enrol(user)
        assert refused(with_code(user).post(URL, {"current_password": PASSWORD})) == (409, "second_factor_exists")


class TestConfirming:
    def test_a_code_of_the_app_confirms_it_and_recovery_codes_come_once(self):
        user = make_user()
        caller = as_user(user)
        answer = caller.post(f"{URL}confirm/", {"code": begin(caller).code()})
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert set(answer.json()) == {"recovery_codes", "access", "refresh", "expires_in"}
        assert len(set(answer.json()["recovery_codes"])) == 10
        assert bearer_claims(answer.json()["access"])["amr"] == ["pwd", "otp"]
        user.refresh_from_db()
        assert state(user) == (True, False, 10)
        assert mails() == ["accounts/second_factor_enrolled"]

    def test_it_ends_every_other_sign_in_of_this_person_and_nobody_elses(self):
        user, other = make_user(), make_user()
        pairs = [services.sign_in(user), services.sign_in(user)]
        others = services.sign_in(other)
        enrol(user)
        for pair in pairs:
            assert as_bearer(pair.access).get(URL).status_code == 401
            with pytest.raises(TokenInvalid):
                services.refresh(pair.refresh, NOW)
        assert as_bearer(others.access).get(URL).status_code == 200
        assert services.refresh(others.refresh, NOW)

    def test_a_wrong_code_is_refused_and_the_next_one_not_looked_at_for_a_second(self, clock):
        caller = as_user(make_user())
        app = begin(caller)
        wrong = caller.post(f"{URL}confirm/", {"code": app.wrong_code()})
        assert refused(wrong) == (400, "invalid_input", ("/code", "wrong"))
        at_once = caller.post(f"{URL}confirm/", {"code": app.code()})
        assert refused(at_once) == (429, "second_factor_locked")
        assert at_once.headers["Retry-After"] == "1"
        clock.shift(timedelta(seconds=1))
        assert caller.post(f"{URL}confirm/", {"code": app.code()}).status_code == 200

    def test_there_is_nothing_to_confirm_before_it_was_begun_and_after_it_was_confirmed(self):
        user = make_user()
        assert refused(as_user(user).post(f"{URL}confirm/", {"code": "123456"})) == (409, "second_factor_missing")
        enrol(user)
        assert refused(with_code(user).post(f"{URL}confirm/", {"code": "123456"})) == (409, "second_factor_exists")

    def test_the_tables_hold_no_recovery_code(self):
        _, codes = enrol(make_user())
        stored = set(StaticToken.objects.values_list("token", flat=True))
        assert len(stored) == 10
        assert stored.isdisjoint(set(codes) | {code.replace("-", "") for code in codes})


class TestRecoveryCodes:
    def test_new_ones_end_the_old_ones(self, clock):
        user = make_user()
        app, old = enrol(user)
        clock.shift(timedelta(seconds=30))
        answer = with_code(user).post(f"{URL}recovery-codes/", {"code": app.code()})
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        new = answer.json()["recovery_codes"]
        assert (set(answer.json()), len(new), set(new) & set(old)) == ({"recovery_codes"}, 10, set())
        refusal = with_code(user).post(f"{URL}recovery-codes/", {"code": old[0]})
        assert refused(refusal) == (400, "invalid_input", ("/code", "wrong"))
        clock.shift(timedelta(seconds=1))
        services.use_code(user.id, new[0], timezone.now())

    def test_the_person_is_told_by_mail(self, clock):
        user = make_user()
        app, _ = enrol(user)
        clock.shift(timedelta(seconds=30))
        with_code(user).post(f"{URL}recovery-codes/", {"code": app.wrong_code()})
        assert mails() == ["accounts/second_factor_enrolled"]
        clock.shift(timedelta(seconds=2))
        with_code(user).post(f"{URL}recovery-codes/", {"code": app.code()})
        assert mails() == ["accounts/second_factor_enrolled", "accounts/recovery_codes_renewed"]
        assert OutgoingEmail.objects.latest("id").recipient == user.email

    def test_the_last_one_makes_new_ones(self):
        user = make_user()
        _, codes = enrol(user)
        for code in codes[:-1]:
            services.use_code(user.id, code, NOW)
        answer = with_code(user).post(f"{URL}recovery-codes/", {"code": codes[-1]})
        assert len(answer.json()["recovery_codes"]) == 10
        assert state(user) == (True, False, 10)

    def test_a_stolen_access_token_does_not_help_to_guess_a_code(self, clock):
        user = make_user()
        app, _ = enrol(user)
        caller, statuses = with_code(user), []
        for _ in range(6):
            clock.shift(timedelta(seconds=16))
            statuses.append(caller.post(f"{URL}recovery-codes/", {"code": app.wrong_code()}).status_code)
        assert statuses == [400, 400, 400, 400, 429, 429]
        # What counts is counted for the account: neither the right code nor the password is looked at now.
        clock.shift(timedelta(seconds=60))
        assert refused(caller.post(f"{URL}recovery-codes/", {"code": app.code()})) == (429, "login_locked")
        assert refused(caller.post(URL, {"current_password": PASSWORD})) == (429, "login_locked")

    def test_there_are_none_without_an_app(self):
        answer = as_user(make_user()).post(f"{URL}recovery-codes/", {"code": "123456"})
        assert refused(answer) == (409, "second_factor_missing")


class TestRemoving:
    def body(self, code, password=PASSWORD):
        return {"current_password": password, "code": code}

    def test_password_and_code_remove_it_and_end_every_sign_in(self, api):
        user = make_user()
        app, _ = enrol(user)
        elsewhere = services.sign_in(user, PASSWORD_AND_CODE)
        caller = with_code(user)
        answer = caller.post(f"{URL}remove/", self.body(app.code(1)))
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert bearer_claims(answer.json()["access"])["amr"] == ["pwd"]
        assert [as_bearer(token).get(URL).status_code for token in (answer.json()["access"], elsewhere.access)] == [
            *(200, 401)
        ]
        assert caller.get(URL).status_code == 401
        with pytest.raises(TokenInvalid):
            services.refresh(elsewhere.refresh, NOW)
        assert api.post(f"{AUTH}token/", {"email": user.email, "password": PASSWORD}).status_code == 200
        assert not TOTPDevice.objects.exists()
        assert not StaticDevice.objects.exists()
        assert mails() == ["accounts/second_factor_enrolled", "accounts/second_factor_removed"]

    def test_a_recovery_code_does_too(self):
        user = make_user()
        _, codes = enrol(user)
        assert with_code(user).post(f"{URL}remove/", self.body(codes[3])).status_code == 200

    def test_either_alone_does_not(self):
        user = make_user()
        app, _ = enrol(user)
        wrong_password = with_code(user).post(f"{URL}remove/", self.body(app.code(1), password="wrong"))
        assert refused(wrong_password) == (400, "invalid_input", ("/current_password", "wrong"))
        wrong_code = with_code(user).post(f"{URL}remove/", self.body(app.wrong_code()))
        assert refused(wrong_code) == (400, "invalid_input", ("/code", "wrong"))
        assert state(user) == (True, False, 10)

    def test_nothing_is_removed_where_there_is_none(self):
        answer = as_user(make_user()).post(f"{URL}remove/", self.body("123456"))
        assert refused(answer) == (409, "second_factor_missing")

    @pytest.mark.parametrize("who", [{"is_staff": True}, Role.NATIONAL_ADMINISTRATOR], ids=["operator", "role"])
    def test_where_it_is_required_it_stays_and_the_code_is_not_used_up(self, settings, who):
        user = make_user(who) if isinstance(who, Role) else make_user(**who)
        app, _ = enrol(user)
        settings.SECOND_FACTOR_REQUIRED = True
        answer = with_code(user).post(f"{URL}remove/", self.body(app.code(1)))
        assert refused(answer) == (409, "second_factor_is_required")
        services.use_code(user.id, app.code(1), NOW)

    def test_whoever_has_no_such_role_removes_it_whatever_the_setting(self, settings):
        user = make_user()
        app, _ = enrol(user)
        settings.SECOND_FACTOR_REQUIRED = True
        assert with_code(user).post(f"{URL}remove/", self.body(app.code(1))).status_code == 200

    def test_another_one_can_be_set_up_afterwards(self):
        user = make_user()
        enrol(user)
        services.remove_second_factor(user.id, NOW)
        enrol(user)
        assert state(user) == (True, False, 10)


@pytest.mark.parametrize("model", [TOTPDevice, StaticDevice, StaticToken])
def test_the_service_may_write_and_delete_what_the_library_keeps(model):
    # Every test here runs as the runtime role; common/tests/test_grants.py asks the catalogue.
    assert grants_of(model) == READ_WRITE_DELETE
