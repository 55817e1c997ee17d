"""What holds of a second factor when many come at the same moment: real threads, real commits."""

from threading import Event
from time import sleep

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from rest_framework.test import APIClient

from accounts import services
from accounts.factors import (
    SecondFactorCodeNeeded,
    SecondFactorCodeWrong,
    SecondFactorExists,
    SecondFactorLocked,
    SecondFactorMissing,
)
from accounts.tests.authenticator import AUTH, Authenticator, enrol
from accounts.tests.factories import NOW, PASSWORD, make_user
from common.testing import at_once
from notifications.models import OutgoingEmail

pytestmark = pytest.mark.usefixtures("committed_db")
THREADS = 16


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def statuses_of_sign_ins(user, code):
    def sign_in(number):
        # From addresses of their own, so that only the code stands between them.
        body = {"email": user.email, "password": PASSWORD, "code": code}
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        return APIClient().post(f"{AUTH}token/", body, headers=headers).status_code

    return at_once(THREADS, sign_in)


def kinds(answers):
    return {type(answer) for answer in answers if isinstance(answer, Exception)}


def test_one_code_of_the_app_signs_in_once():
    user = make_user()
    app, _ = enrol(user)
    statuses = statuses_of_sign_ins(user, app.code(1))
    # The second is wrong, since the first used it; then the wait begins.
    assert (statuses.count(200), statuses.count(401), statuses.count(429)) == (1, 1, THREADS - 2)


def test_one_recovery_code_signs_in_once():
    user = make_user()
    _, codes = enrol(user)
    statuses = statuses_of_sign_ins(user, codes[0])
    assert (statuses.count(200), statuses.count(401), statuses.count(429)) == (1, 1, THREADS - 2)
    assert StaticToken.objects.count() == 9
    assert OutgoingEmail.objects.filter(template="accounts/recovery_code_used").count() == 1


def test_one_code_signs_one_browser_in_to_the_operators_pages():
    user = make_user(is_staff=True)
    app, _ = enrol(user)
    body = {"username": user.email, "password": PASSWORD, "code": app.code(1)}

    def sign_in(number):
        browser = Client(headers={"X-Forwarded-For": f"198.51.100.{number}"})
        return browser.post("/admin/login/", body).status_code

    statuses = at_once(THREADS, sign_in)
    assert (statuses.count(302), statuses.count(200)) == (1, THREADS - 1)


def test_many_recovery_codes_at_once_are_all_good():
    user = make_user()
    _, codes = enrol(user)
    assert at_once(10, lambda number: services.use_code(user.id, codes[number], NOW)) == [None] * 10
    assert not StaticToken.objects.exists()


def test_of_many_guesses_at_once_one_is_judged():
    user = make_user()
    app, _ = enrol(user)
    answers = at_once(THREADS, lambda _: services.use_code(user.id, app.wrong_code(), NOW))
    assert sum(isinstance(answer, SecondFactorCodeWrong) for answer in answers) == 1
    assert sum(isinstance(answer, SecondFactorLocked) for answer in answers) == THREADS - 1


def test_of_many_enrolments_at_once_the_last_begun_counts():
    user = make_user()
    begun = at_once(THREADS, lambda _: services.begin_enrolment(user.id))
    assert all(isinstance(each, services.Enrolment) for each in begun)
    stored = services.enrolment_in(TOTPDevice.objects.get())
    assert [each for each in begun if each == stored] == [stored]


def test_a_code_confirms_once():
    user = make_user()
    app = Authenticator(services.begin_enrolment(user.id).secret)
    answers = at_once(THREADS, lambda _: services.confirm_enrolment(user.id, app.code(), NOW))
    assert sum(isinstance(answer, services.Enrolled) for answer in answers) == 1
    assert kinds(answers) == {SecondFactorExists}
    assert (TOTPDevice.objects.count(), StaticDevice.objects.count(), StaticToken.objects.count()) == (1, 1, 10)


def test_it_is_removed_once():
    user = make_user()
    enrol(user)
    answers = at_once(THREADS, lambda _: services.remove_second_factor(user.id, NOW))
    assert answers.count(user) == 1
    assert kinds(answers) == {SecondFactorMissing}
    assert OutgoingEmail.objects.filter(template="accounts/second_factor_removed").count() == 1


def test_a_sign_in_by_a_password_alone_waits_for_an_enrolment_beside_it():
    user = make_user()
    app = Authenticator(services.begin_enrolment(user.id).secret)
    confirmed = Event()

    def confirm():
        with transaction.atomic():
            services.confirm_enrolment(user.id, app.code(), NOW)
            confirmed.set()
            # Time enough for the other, which sees nothing of this yet, to finish if it did not wait.
            sleep(0.5)

    def sign_in():
        confirmed.wait()
        return services.sign_in(user)

    acts = [confirm, sign_in]
    done, refused = at_once(2, lambda number: acts[number]())
    assert (done, type(refused)) == (None, SecondFactorCodeNeeded)


@pytest.mark.parametrize("model", [TOTPDevice, StaticDevice])
def test_the_database_keeps_one_for_each_person(model):
    user = make_user()
    answers = at_once(THREADS, lambda _: model.objects.create(user=user, name="app"))
    assert sum(isinstance(answer, model) for answer in answers) == 1
    assert [kind.__name__ for kind in kinds(answers)] == ["IntegrityError"]
