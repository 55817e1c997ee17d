"""Too many wrong passwords lock an account for the address they came from, and for no other."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from rest_framework.test import APIClient

from accounts.tests.factories import NOW, PASSWORD, as_user, make_user

pytestmark = pytest.mark.django_db
URL = "/api/auth/token/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def sign_in(email, password, address="198.51.100.7", agent="a browser"):
    headers = {"X-Forwarded-For": f"203.0.113.9, {address}", "User-Agent": agent}
    return APIClient().post(URL, {"email": email, "password": password}, headers=headers)


def test_the_fifth_wrong_password_locks_and_says_for_how_long(clock):
    user = make_user()
    statuses = [sign_in(user.email, "wrong").status_code for _ in range(5)]
    assert statuses == [401, 401, 401, 401, 429]
    clock.shift(timedelta(minutes=5))
    locked = sign_in(user.email, PASSWORD)
    assert (locked.status_code, locked.json()["code"]) == (429, "login_locked")
    assert locked.headers["Content-Type"] == "application/problem+json"
    assert locked.headers["Retry-After"] == "600"


def test_the_lock_ends_when_it_was_said_to_end_whoever_knocks_meanwhile(clock):
    user = make_user()
    for _ in range(5):
        sign_in(user.email, "wrong")
    clock.shift(timedelta(minutes=14))
    assert sign_in(user.email, PASSWORD).status_code == 429
    clock.shift(timedelta(minutes=1, seconds=1))
    assert sign_in(user.email, PASSWORD).status_code == 200


def test_the_owner_is_not_locked_out_elsewhere():
    user = make_user()
    for _ in range(5):
        sign_in(user.email, "wrong")
    assert sign_in(user.email, PASSWORD, address="198.51.100.8").status_code == 200


def test_capitals_another_browser_and_a_claimed_address_are_no_way_round():
    user = make_user(email="ada@example.ng")
    spellings = ["ada@example.ng", "ADA@example.ng", "Ada@Example.ng", "adA@example.ng", " ada@example.ng"]
    for number, spelling in enumerate(spellings):
        sign_in(spelling, "wrong", agent=f"browser {number}")
    assert sign_in(user.email, PASSWORD).status_code == 429


def test_an_unknown_address_is_locked_like_a_known_one():
    statuses = [sign_in("nobody@example.ng", "wrong").status_code for _ in range(6)]
    assert statuses == [401, 401, 401, 401, 429, 429]


def test_the_right_password_forgets_the_wrong_ones():
    user = make_user()
    for password in ["wrong"] * 4 + [PASSWORD] + ["wrong"] * 4:
        sign_in(user.email, password)
    assert sign_in(user.email, PASSWORD).status_code == 200


def test_a_stolen_access_token_does_not_help_to_guess_the_password():
    caller = as_user(make_user())
    body = {"current_password": "wrong", "new_password": "Olumo-at-noon-1"}
    statuses = [caller.post("/api/auth/password/change/", body).status_code for _ in range(6)]
    assert statuses == [400, 400, 400, 400, 429, 429]


@pytest.mark.parametrize("address", ["nonsense", "", "fe80::1%eth0", "1.2.3.4:80", "x" * 4000, "::1", "é"])
def test_whatever_stands_for_an_address_is_no_failure_of_ours(address):
    assert sign_in(make_user().email, "wrong", address=address).status_code == 401


def test_the_operators_pages_lock_too():
    make_user(email="root@example.ng", is_staff=True, is_superuser=True)
    browser = Client()
    for spelling in ["root@example.ng", "ROOT@example.ng", "Root@example.ng", "rOOt@example.ng"]:
        assert browser.post("/admin/login/", {"username": spelling, "password": "wrong"}).status_code == 200
    fifth = browser.post("/admin/login/", {"username": "root@example.ng", "password": "wrong"})
    right = browser.post("/admin/login/", {"username": "root@example.ng", "password": PASSWORD})
    assert [answer.status_code for answer in (fifth, right)] == [429, 429]
    assert right.json()["code"] == "login_locked"
    assert int(right.headers["Retry-After"]) <= 900
