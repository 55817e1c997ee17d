"""The operators' pages and the second factor: signing in with a code, setting one up, resetting somebody's."""

import re
from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import services
from accounts.devices import has_second_factor
from accounts.rules import TokenInvalid
from accounts.tests.authenticator import Authenticator, enrol
from accounts.tests.factories import NOW, PASSWORD, make_user
from notifications.models import OutgoingEmail

pytestmark = pytest.mark.django_db
INDEX, SIGN_IN, PAGE = "/admin/", "/admin/login/", "/admin/second-factor/"
PEOPLE = "/admin/accounts/user/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def root():
    return make_user(email="root@example.ng", is_staff=True, is_superuser=True)


def sign_in(user, code="", password=PASSWORD):
    browser = Client()
    answer = browser.post(SIGN_IN, {"username": user.email, "password": password, "code": code})
    return browser, answer


def said(answer):
    """The error that the page shows."""
    return re.search(r'<p class="errornote">(.*?)</p>', answer.content.decode())[1]


def opens(browser, path=INDEX):
    """Where the browser ends up, having asked for a page."""
    answer = browser.get(path)
    return path if answer.status_code == 200 else answer.headers["Location"].partition("?")[0]


def begin(browser):
    page = browser.post(PAGE, {"current_password": PASSWORD}).content.decode()
    return Authenticator(re.search(r"Secret: <code>(\w{32})</code>", page)[1]), page


class TestEveryPage:
    @pytest.mark.parametrize("path", [INDEX, PEOPLE, PAGE])
    def test_says_which_service_it_belongs_to_and_leads_to_the_second_factor(self, root, path):
        browser, _ = sign_in(root)
        page = browser.get(path).content.decode()
        assert f'<a href="/admin/">{settings.SPECTACULAR_SETTINGS["TITLE"]}</a>' in page
        assert f'<a href="{PAGE}">Second factor</a>' in page


class TestSigningIn:
    def test_without_a_second_factor_takes_the_password_alone(self, root):
        browser, answer = sign_in(root)
        assert (answer.status_code, opens(browser)) == (302, INDEX)

    def test_the_form_asks_for_the_code_of_whoever_has_one(self, root):
        app, _ = enrol(root)
        browser, answer = sign_in(root)
        assert said(answer).startswith("A code is needed beside the password.")
        assert opens(browser) == SIGN_IN
        browser, answer = sign_in(root, app.code(1))
        assert (answer.status_code, opens(browser), opens(browser, PEOPLE)) == (302, INDEX, PEOPLE)

    def test_a_recovery_code_opens_too_once(self, root):
        _, codes = enrol(root)
        assert opens(sign_in(root, codes[0])[0]) == INDEX
        browser, answer = sign_in(root, codes[0])
        assert said(answer).startswith("The code is wrong.")
        assert opens(browser) == SIGN_IN

    def test_the_form_shows_a_field_for_it(self):
        page = Client().get(SIGN_IN).content.decode()
        assert 'name="code"' in page
        assert 'autocomplete="one-time-code"' in page

    def test_wrong_codes_are_kept_waiting_and_lock_like_wrong_passwords(self, root, clock):
        app, _ = enrol(root)
        assert said(sign_in(root, app.wrong_code())[1]).startswith("The code is wrong.")
        assert said(sign_in(root, app.code(1))[1]).startswith("Too many wrong codes.")
        statuses = []
        for _ in range(4):
            clock.shift(timedelta(seconds=20))
            statuses.append(sign_in(root, app.wrong_code())[1].status_code)
        assert statuses == [200, 200, 200, 429]
        _, locked = sign_in(root, app.code())
        assert (locked.status_code, locked.json()["code"]) == (429, "login_locked")

    def test_no_code_is_kept_with_the_failed_attempts(self, root):
        app, _ = enrol(root)
        sign_in(root, app.wrong_code())
        attempt = AccessAttempt.objects.get()
        assert app.wrong_code() not in attempt.post_data
        assert PASSWORD not in attempt.post_data
        assert "code=***" in attempt.post_data

    def test_whoever_is_no_operator_stays_outside(self):
        user = make_user()
        app, _ = enrol(user)
        browser, answer = sign_in(user, app.code(1))
        assert (answer.status_code, opens(browser)) == (200, SIGN_IN)
        # The code was not even looked at.
        services.use_code(user.id, app.code(1), timezone.now())

    def test_a_browser_that_signed_in_before_there_was_one_signs_in_again(self, root):
        browser, _ = sign_in(root)
        enrol(root)
        assert opens(browser) == SIGN_IN
        assert browser.post(PEOPLE, {}).status_code == 302
        assert browser.get(SIGN_IN).status_code == 200

    @pytest.mark.parametrize("required", [True, False])
    def test_a_browser_that_proved_one_which_was_taken_away_signs_in_again(self, root, settings, required):
        settings.SECOND_FACTOR_REQUIRED = required
        for take_away in (
            lambda: services.reset_second_factor(root.id, by="user:x", now=NOW),
            lambda: services.remove_second_factor(root.id, NOW),
        ):
            app, _ = enrol(root)
            browser, _ = sign_in(root, app.code(1))
            assert opens(browser, PEOPLE) == PEOPLE
            take_away()
            assert [opens(browser, path) for path in (PEOPLE, PAGE)] == [SIGN_IN, SIGN_IN]

    def test_a_sign_in_lasts_while_the_secret_key_is_changed_and_ends_like_any_other(self, root, settings):
        browser, _ = sign_in(root)
        enrol(root)
        services.remove_second_factor(root.id, NOW)
        later, _ = sign_in(root)
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the-next-one", [settings.SECRET_KEY]
        assert [opens(each) for each in (browser, later)] == [SIGN_IN, INDEX]

    def test_the_code_of_another_person_is_no_proof_in_this_session(self, root):
        other = make_user(is_staff=True)
        app, _ = enrol(other)
        enrol(root)
        browser, _ = sign_in(other, app.code(1))
        session = browser.session
        proved = session["otp_device_id"]
        browser, _ = Client(), browser.logout()
        browser.force_login(root, "django.contrib.auth.backends.ModelBackend")
        session = browser.session
        session["otp_device_id"] = proved
        session.save()
        assert opens(browser) == SIGN_IN


class TestSettingItUp:
    def test_with_the_setting_on_no_other_page_opens(self, root, settings):
        settings.SECOND_FACTOR_REQUIRED = True
        browser, answer = sign_in(root)
        assert answer.status_code == 302
        paths = [INDEX, PEOPLE, f"{PEOPLE}{root.pk}/change/", f"{PEOPLE}add/", "/admin/password_change/", "/admin/x/"]
        assert [opens(browser, path) for path in paths] == [PAGE] * len(paths)
        assert browser.post(f"{PEOPLE}add/", {"email": "a@example.ng"}).headers["Location"] == PAGE
        assert opens(browser, PAGE) == PAGE
        assert "Until yours is set up, no other page opens." in browser.get(PAGE).content.decode()

    def test_one_may_leave(self, root, settings):
        settings.SECOND_FACTOR_REQUIRED = True
        browser, _ = sign_in(root)
        assert browser.post("/admin/logout/").status_code == 200
        assert opens(browser) == SIGN_IN

    @pytest.mark.parametrize("required", [True, False])
    def test_password_picture_code_and_then_every_page_opens(self, root, settings, required):
        settings.SECOND_FACTOR_REQUIRED = required
        browser, _ = sign_in(root)
        key = browser.session.session_key
        app, page = begin(browser)
        assert "<svg" in page
        assert "otpauth" not in page
        answer = browser.post(PAGE, {"code": app.code()})
        codes = re.search(r"<pre>(.*)</pre>", answer.content.decode(), re.DOTALL)[1].split()
        assert (len(codes), "no-store" in answer.headers["Cache-Control"]) == (10, True)
        assert [opens(browser, path) for path in (INDEX, PEOPLE)] == [INDEX, PEOPLE]
        assert browser.session.session_key != key
        assert codes[0] not in browser.get(PAGE).content.decode()
        assert "Recovery codes left: 10." in browser.get(PAGE).content.decode()
        services.use_code(root.id, codes[0], NOW)

    def test_the_picture_holds_the_address(self, root):
        import segno

        browser, _ = sign_in(root)
        _, page = begin(browser)
        address = services.enrolment_in(TOTPDevice.objects.get()).address
        assert segno.make(address, micro=False).svg_inline(scale=5, light="#fff") in page

    def test_it_takes_the_password(self, root):
        browser, _ = sign_in(root)
        answer = browser.post(PAGE, {"current_password": "wrong"})
        assert said(answer).startswith("E-mail address or password is wrong.")
        assert not TOTPDevice.objects.exists()
        statuses = [browser.post(PAGE, {"current_password": "wrong"}).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]

    def test_a_wrong_code_shows_the_same_secret_again(self, root, clock):
        browser, _ = sign_in(root)
        app, _ = begin(browser)
        answer = browser.post(PAGE, {"code": app.wrong_code()})
        assert said(answer).startswith("The code is wrong.")
        assert services.enrolment_in(TOTPDevice.objects.get()).secret in answer.content.decode()
        assert not has_second_factor(root)
        clock.shift(timedelta(seconds=1))
        assert "Go on" in browser.post(PAGE, {"code": app.code()}).content.decode()

    @pytest.mark.parametrize("body", [{"code": ""}, {"code": "x" * 41}, {}, {"current_password": ""}])
    def test_a_form_that_is_not_filled_in_comes_back(self, root, body):
        browser, _ = sign_in(root)
        begin(browser)
        assert 'class="errorlist"' in browser.post(PAGE, body).content.decode()

    def test_a_code_before_anything_was_begun_begins_again(self, root):
        browser, _ = sign_in(root)
        assert 'name="current_password"' in browser.post(PAGE, {"code": "123456"}).content.decode()

    def test_whoever_has_one_is_told_and_begins_no_other(self, root):
        app, _ = enrol(root)
        browser, _ = sign_in(root, app.code(1))
        secret = services.enrolment_in(TOTPDevice.objects.get()).secret
        for page in (browser.get(PAGE), browser.post(PAGE, {"current_password": PASSWORD})):
            assert "Recovery codes left: 10." in page.content.decode()
            assert secret not in page.content.decode()
        assert services.enrolment_in(TOTPDevice.objects.get()).secret == secret

    def test_it_ends_the_operators_sign_ins_elsewhere(self, root):
        elsewhere, pair = sign_in(root)[0], services.sign_in(root)
        browser, _ = sign_in(root)
        app, _ = begin(browser)
        browser.post(PAGE, {"code": app.code()})
        assert (opens(browser), opens(elsewhere)) == (INDEX, SIGN_IN)
        with pytest.raises(TokenInvalid):
            services.refresh(pair.refresh, NOW)

    def test_strangers_find_the_door(self):
        assert opens(Client(), PAGE) == SIGN_IN
        browser = Client()
        browser.force_login(make_user(), "django.contrib.auth.backends.ModelBackend")
        assert opens(browser, PAGE) == SIGN_IN

    def test_the_front_page_leads_there(self, root):
        assert f'href="{PAGE}"' in sign_in(root)[0].get(INDEX).content.decode()

    def test_a_form_of_another_site_is_refused(self, root):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(root, "django.contrib.auth.backends.ModelBackend")
        assert browser.post(PAGE, {"current_password": PASSWORD}).status_code == 403

    def test_a_page_takes_one_question_more_for_whoever_proved_a_code(self, root, django_assert_max_num_queries):
        app, _ = enrol(root)
        browser, _ = sign_in(root, app.code(1))
        with django_assert_max_num_queries(13):
            assert browser.get(PEOPLE).status_code == 200


class TestResetting:
    def reset(self, browser, *people):
        body = {"action": "reset_second_factor", "_selected_action": [person.pk for person in people]}
        return browser.post(reverse("admin:accounts_user_changelist"), body, follow=True)

    def test_an_operator_takes_it_away_and_the_person_is_told(self, root):
        lost, other = make_user(), make_user()
        enrol(lost)
        enrol(other)
        page = self.reset(sign_in(root)[0], lost, make_user())
        assert "Second factors that were reset: 1." in page.content.decode()
        assert [has_second_factor(person) for person in (lost, other)] == [False, True]
        mail = OutgoingEmail.objects.get(template="accounts/second_factor_reset")
        assert mail.recipient == lost.email

    def test_the_log_says_by_whom(self, root, caplog):
        lost = make_user()
        enrol(lost)
        with caplog.at_level("INFO", logger="phb.accounts"):
            self.reset(sign_in(root)[0], lost)
        (record,) = [record for record in caplog.records if record.message == "second_factor_reset"]
        assert (record.user, record.by) == (str(lost.id), root.actor)

    def test_for_the_last_operator_there_is_a_command(self, root, capsys):
        enrol(root)
        call_command("reset_second_factor", "ROOT@example.ng")
        call_command("reset_second_factor", "root@example.ng")
        assert capsys.readouterr().out.splitlines() == ["The second factor is gone.", "There was none."]
        assert opens(sign_in(root)[0]) == INDEX
        with pytest.raises(CommandError, match="Nobody has this e-mail address"):
            call_command("reset_second_factor", "nobody@example.ng")

    def test_whoever_may_not_change_people_may_not_reset(self):
        lost = make_user()
        enrol(lost)
        self.reset(sign_in(make_user(is_staff=True))[0], lost)
        assert has_second_factor(lost)

    def test_the_secrets_themselves_are_on_no_page(self):
        assert not [model for model in (TOTPDevice, StaticDevice) if admin.site.is_registered(model)]
