"""One header for two kinds of callers: each view takes those it names, and refuses the other."""

import base64
import json

import pytest
from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from accounts import keys
from accounts.api.permissions import HasRole, HasScope
from accounts.authentication import ServiceClientAuthentication, UserAuthentication
from accounts.rules import Role
from accounts.services import sign_in
from accounts.tests.factories import as_bearer, as_client, as_user, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class Who(APIView):
    def get(self, request):
        return Response({"actor": getattr(request.user, "actor", "anonymous")})


class Either(Who):
    pass


class Anyone(Who):
    permission_classes = [AllowAny]


class OnlyClients(Who):
    authentication_classes = [ServiceClientAuthentication]


class OnlyPeople(Who):
    authentication_classes = [UserAuthentication]


class Verifiers(Who):
    permission_classes = [HasScope("verify")]


class Officers(Who):
    permission_classes = [HasRole(Role.OFFICER, Role.NATIONAL_ADMINISTRATOR)]


views = [Either, Anyone, OnlyClients, OnlyPeople, Verifiers, Officers]
urlpatterns = [path(f"{view.__name__}/", view.as_view()) for view in views]


def outcome(caller, view):
    answer = caller.get(f"/{view.__name__}/")
    return answer.json()["actor"] if answer.status_code == 200 else (answer.status_code, answer.json()["code"])


def test_by_default_a_view_takes_people_and_service_clients_and_not_nobody():
    user = make_user()
    assert outcome(as_user(user), Either) == f"user:{user.id}"
    assert outcome(as_client("verify"), Either) == "client:hospital-service"
    assert outcome(APIClient(), Either) == (401, "authentication_required")


def test_an_open_view_knows_who_asks_and_takes_nobody_too():
    assert outcome(as_client(), Anyone) == "client:hospital-service"
    assert outcome(APIClient(), Anyone) == "anonymous"


def test_an_open_view_refuses_a_token_that_is_not_good():
    assert outcome(as_bearer("nonsense"), Anyone) == (401, "token_invalid")


def test_a_view_for_one_kind_refuses_the_other():
    assert outcome(as_user(make_user()), OnlyClients) == (401, "token_invalid")
    assert outcome(as_client("verify"), OnlyPeople) == (401, "token_invalid")


def test_a_refresh_token_opens_nothing():
    refresh = sign_in(make_user()).refresh
    for view in views:
        assert outcome(as_bearer(refresh), view) == (401, "token_invalid")


def test_a_token_of_the_other_service_opens_nothing():
    claims = {"sub": "x", "jti": "y", "iat": 1, "exp": 4102444800, "token_use": "client", "scope": "verify"}
    other = keys.sign({**claims, "iss": "https://api.phb.ng", "aud": "https://api.phb.ng"}, typ="at+jwt")
    for view in views:
        assert outcome(as_bearer(other), view) == (401, "token_invalid")


def test_a_service_client_costs_no_question_to_the_database(django_assert_num_queries):
    caller = as_client("verify")
    with django_assert_num_queries(0):
        assert outcome(caller, Verifiers) == "client:hospital-service"


def test_a_person_costs_one_and_the_token_is_verified_once(django_assert_num_queries, monkeypatch):
    caller, seen = as_user(make_user()), []
    verified = keys.verified
    monkeypatch.setattr(keys, "verified", lambda token, **asked: seen.append(token) or verified(token, **asked))
    with django_assert_num_queries(1):
        outcome(caller, Either)
    assert len(seen) == 1


def test_a_scope_is_asked_of_service_clients_only():
    assert outcome(as_client("changes"), Verifiers) == (403, "insufficient_scope")
    assert outcome(as_user(make_user()), Verifiers) == (403, "insufficient_scope")
    assert outcome(APIClient(), Verifiers) == (401, "authentication_required")
    refused = as_client("changes").get("/Verifiers/")
    challenge = 'Bearer realm="phb-registry", error="insufficient_scope", scope="verify"'
    assert refused.headers["WWW-Authenticate"] == challenge


def test_a_role_is_asked_of_people_only():
    officer = make_user(Role.OFFICER, regulator="MDCN")
    assert outcome(as_user(officer), Officers) == officer.actor
    assert outcome(as_user(make_user(Role.PROFESSIONAL)), Officers) == (403, "permission_denied")
    assert outcome(as_client("verify"), Officers) == (403, "permission_denied")


@pytest.mark.parametrize("header", ["", "Basic YTpi", "Token x", "Bearerx"])
def test_another_scheme_counts_as_no_token(header):
    assert outcome(APIClient(headers={"Authorization": header}), Either) == (401, "authentication_required")


@pytest.mark.parametrize("token", ["", "a b", "é", "\xff" * 50, "..", "x" * 8000, "null", "a.b.c"])
def test_what_is_no_token_is_refused(token):
    assert outcome(APIClient(headers={"Authorization": f"Bearer {token}"}), Either) == (401, "token_invalid")


def test_the_scheme_may_be_written_in_any_capitals():
    token = as_client("verify")._credentials or as_client("verify").defaults["HTTP_AUTHORIZATION"]
    assert outcome(APIClient(headers={"Authorization": token.replace("Bearer", "bearer")}), Either).startswith("client")


@pytest.mark.parametrize("subject", ["", "x", "1", "\ud83d\ude00", "00000000-0000-0000-0000-000000000000"])
def test_a_persons_token_for_nobody_is_refused(subject):
    claims = {"iss": "https://registry.phb.ng", "aud": "https://registry.phb.ng", "jti": "y", "iat": 1}
    token = keys.sign({**claims, "sub": subject, "exp": 4102444800, "token_use": "access"}, typ="at+jwt")
    assert outcome(as_bearer(token), Either) == (401, "token_invalid")


def test_a_token_says_what_it_is_in_header_and_claims():
    def read(part):
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))

    pair = sign_in(make_user())
    for token, typ, use in ((pair.access, "at+jwt", "access"), (pair.refresh, "rt+jwt", "refresh")):
        header, claims = (read(part) for part in token.split(".")[:2])
        assert header == {"alg": "ES256", "typ": typ, "kid": keys.ring().jwks()["keys"][0]["kid"]}
        assert claims["token_use"] == use
        assert {"iss", "aud", "sub", "jti", "iat", "exp", "pwd"} <= set(claims)
