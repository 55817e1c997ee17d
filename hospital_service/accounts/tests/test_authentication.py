"""A person's token opens what is for people; nothing else does, and nobody asks as anyone but themself."""

import base64
import json

import pytest
from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from accounts import keys
from accounts.authentication import UserAuthentication
from accounts.services import sign_in
from accounts.tests.factories import as_bearer, as_user, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class Who(APIView):
    def get(self, request):
        return Response({"actor": getattr(request.user, "actor", "anonymous")})


class People(Who):
    pass


class Anyone(Who):
    permission_classes = [AllowAny]


class OnlyPeople(Who):
    authentication_classes = [UserAuthentication]


views = [People, Anyone, OnlyPeople]
urlpatterns = [path(f"{view.__name__}/", view.as_view()) for view in views]


def outcome(caller, view):
    answer = caller.get(f"/{view.__name__}/")
    return answer.json()["actor"] if answer.status_code == 200 else (answer.status_code, answer.json()["code"])


def test_by_default_a_view_takes_people_and_not_nobody():
    user = make_user()
    assert outcome(as_user(user), People) == f"user:{user.id}"
    assert outcome(APIClient(), People) == (401, "authentication_required")


def test_an_open_view_knows_who_asks_and_takes_nobody_too():
    user = make_user()
    assert outcome(as_user(user), Anyone) == user.actor
    assert outcome(APIClient(), Anyone) == "anonymous"


def test_an_open_view_refuses_a_token_that_is_not_good():
    assert outcome(as_bearer("nonsense"), Anyone) == (401, "token_invalid")


def test_a_session_of_the_operators_pages_opens_nothing_here():
    browser = APIClient()
    browser.force_login(make_user(is_staff=True, is_superuser=True), "django.contrib.auth.backends.ModelBackend")
    assert outcome(browser, People) == (401, "authentication_required")


def test_a_refresh_token_opens_nothing():
    refresh = sign_in(make_user()).refresh
    for view in views:
        assert outcome(as_bearer(refresh), view) == (401, "token_invalid")


def test_a_token_of_the_other_service_opens_nothing():
    claims = {"sub": str(make_user().id), "jti": "y", "iat": 1, "exp": 4102444800, "token_use": "access"}
    issuer = "https://registry.phb.ng"
    other = keys.sign({**claims, "iss": issuer, "aud": issuer}, typ="at+jwt")
    for view in views:
        assert outcome(as_bearer(other), view) == (401, "token_invalid")


def test_a_person_costs_three_questions_and_the_token_is_verified_once(django_assert_num_queries, monkeypatch):
    caller, seen = as_user(make_user()), []
    verified = keys.verified
    monkeypatch.setattr(keys, "verified", lambda token, **asked: seen.append(token) or verified(token, **asked))
    # Who it is; and telling the database who asks, and that nobody asks any more.
    with django_assert_num_queries(3):
        outcome(caller, People)
    assert len(seen) == 1


@pytest.mark.parametrize("header", ["", "Basic YTpi", "Token x", "Bearerx"])
def test_another_scheme_counts_as_no_token(header):
    assert outcome(APIClient(headers={"Authorization": header}), People) == (401, "authentication_required")


@pytest.mark.parametrize("token", ["", "a b", "é", "\xff" * 50, "..", "x" * 8000, "null", "a.b.c"])
def test_what_is_no_token_is_refused(token):
    assert outcome(APIClient(headers={"Authorization": f"Bearer {token}"}), People) == (401, "token_invalid")


def test_the_scheme_may_be_written_in_any_capitals():
    user = make_user()
    assert outcome(APIClient(headers={"Authorization": f"bearer {sign_in(user).access}"}), People) == user.actor


@pytest.mark.parametrize("subject", ["", "x", "1", "\ud83d\ude00", "00000000-0000-0000-0000-000000000000"])
def test_a_persons_token_for_nobody_is_refused(subject):
    claims = {"iss": "https://api.phb.ng", "aud": "https://api.phb.ng", "jti": "y", "iat": 1}
    token = keys.sign({**claims, "sub": subject, "exp": 4102444800, "token_use": "access"}, typ="at+jwt")
    assert outcome(as_bearer(token), People) == (401, "token_invalid")


def test_a_token_says_what_it_is_in_header_and_claims():
    def read(part):
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))

    pair = sign_in(make_user())
    for token, typ, use in ((pair.access, "at+jwt", "access"), (pair.refresh, "rt+jwt", "refresh")):
        header, claims = (read(part) for part in token.split(".")[:2])
        assert header == {"alg": "ES256", "typ": typ, "kid": keys.ring().jwks()["keys"][0]["kid"]}
        assert claims["token_use"] == use
        assert {"iss", "aud", "sub", "jti", "iat", "exp", "pwd"} <= set(claims)
