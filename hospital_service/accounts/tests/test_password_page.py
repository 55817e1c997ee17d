"""The operators' page for one's own password: judged, counted, recorded and told as in the API."""

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts import services
from accounts.rules import TokenInvalid
from accounts.tests.authenticator import enrol
from accounts.tests.factories import NOW, PASSWORD, make_user
from notifications.models import OutgoingEmail

pytestmark = pytest.mark.django_db
INDEX, SIGN_IN, PAGE = "/admin/", "/admin/login/", "/admin/password_change/"
NEW = "Olumo-at-noon-1"


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def root():
    return make_user(email="root@example.ng", is_staff=True, is_superuser=True)


def sign_in(user, code="", password=PASSWORD):
    browser = Client()
    browser.post(SIGN_IN, {"username": user.email, "password": password, "code": code})
    return browser


def change(browser, old=PASSWORD, new=NEW, again=None):
    return browser.post(PAGE, {"old_password": old, "new_password1": new, "new_password2": again or new})


def opens(browser, path=INDEX):
    return browser.get(path).status_code == 200


def test_the_page_asks_for_the_old_password_and_twice_for_the_new_one(root):
    page = sign_in(root).get(PAGE).content.decode()
    assert [f'name="{name}"' in page for name in ("old_password", "new_password1", "new_password2")] == [True] * 3


def test_the_new_password_holds_and_the_person_is_told(root):
    answer = change(sign_in(root))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/password_change/done/")
    root.refresh_from_db()
    assert root.check_password(NEW)
    assert [(mail.template, mail.recipient) for mail in OutgoingEmail.objects.all()] == [
        ("accounts/password_changed", root.email)
    ]


def test_this_browser_goes_on_as_one_that_proved_a_code_and_nothing_else_does(root):
    app, codes = enrol(root)
    elsewhere, pair = sign_in(root, codes[0]), services.sign_in(root, ("pwd", "otp"))
    browser = sign_in(root, app.code(1))
    key = browser.session.session_key
    assert (opens(browser), opens(elsewhere)) == (True, True)
    change(browser)
    assert (opens(browser), opens(browser, "/admin/accounts/user/"), opens(elsewhere)) == (True, True, False)
    assert browser.session.session_key != key
    with pytest.raises(TokenInvalid):
        services.refresh(pair.refresh, NOW)


def test_that_it_was_changed_is_logged_and_no_password(root):
    change(sign_in(root))
    assert [(entry.user, entry.object_id, entry.change_message) for entry in LogEntry.objects.all()] == [
        (root, str(root.pk), "change_password")
    ]


def test_a_wrong_old_password_changes_nothing_and_is_counted(root):
    browser = sign_in(root)
    answer = change(browser, old="wrong")
    assert "This is not the current password." in answer.content.decode()
    attempt = AccessAttempt.objects.get()
    assert (attempt.username, attempt.failures_since_start) == (root.email, 1)
    root.refresh_from_db()
    assert root.check_password(PASSWORD)
    assert not LogEntry.objects.exists()
    assert not OutgoingEmail.objects.exists()
    assert opens(browser)


def test_no_password_is_kept_with_the_failed_attempts(root):
    change(sign_in(root), old="Aso-Rock-at-dusk")
    kept = AccessAttempt.objects.get().post_data
    assert [password in kept for password in ("Aso-Rock-at-dusk", NEW)] == [False, False]
    assert [f"{name}=***" in kept for name in ("old_password", "new_password1", "new_password2")] == [True] * 3


def test_whoever_guesses_is_locked_out_here_and_at_the_door(root):
    browser = sign_in(root)
    assert [change(browser, old="wrong").status_code for _ in range(5)] == [200, 200, 200, 200, 429]
    assert change(browser).status_code == 429
    root.refresh_from_db()
    assert root.check_password(PASSWORD)
    assert not opens(sign_in(root))


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [("short", None, "too short"), (NEW, NEW.lower(), "match"), ("password1234", None, "too common")],
)
def test_a_new_password_that_is_not_good_is_refused_before_the_old_one_is_judged(root, new, again, said):
    answer = change(sign_in(root), old="wrong", new=new, again=again)
    assert said in answer.content.decode()
    assert not AccessAttempt.objects.exists()


def test_a_form_of_another_site_is_refused(root):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(root, "django.contrib.auth.backends.ModelBackend")
    assert change(browser).status_code == 403
