"""The addresses below auth/ as front-ends use them."""

from datetime import timedelta

import pytest
import time_machine

from accounts import services
from accounts.models import User
from accounts.rules import Role
from accounts.tests.factories import NOW, PASSWORD, as_bearer, as_user, make_user
from accounts.tests.test_people import link_in
from hospitals.tests.factories import make_hospital
from notifications.models import OutgoingEmail

pytestmark = pytest.mark.django_db
AUTH = "/api/auth/"
NEW = "Olumo-at-noon-1"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def sign_in(api, user, password=PASSWORD):
    return api.post(f"{AUTH}token/", {"email": user.email, "password": password})


def is_problem(response, status, code):
    return (
        response.status_code == status
        and response.headers["Content-Type"] == "application/problem+json"
        and response.json()["code"] == code
    )


def test_a_person_registers_confirms_signs_in_and_sees_themself(api):
    body = {"email": "Ada@Example.ng", "password": PASSWORD, "full_name": "Ada Obi"}
    assert api.post(f"{AUTH}register/", body).status_code == 202
    user = User.objects.get()
    assert is_problem(sign_in(api, user), 403, "email_not_confirmed")
    link = link_in(OutgoingEmail.objects.get())
    assert api.post(f"{AUTH}confirm-email/", {**link, "uid": str(link["uid"])}).status_code == 204
    tokens = sign_in(api, user)
    assert tokens.status_code == 200
    assert tokens.headers["Cache-Control"] == "no-store"
    assert as_bearer(tokens.json()["access"]).get(f"{AUTH}me/").json() == {
        "id": str(user.id),
        "email": "ada@example.ng",
        "full_name": "Ada Obi",
        "email_confirmed_at": "2026-11-23T10:00:00+01:00",
        "roles": [],
    }


def test_a_known_and_an_unknown_address_get_the_same_answers(api):
    known = make_user()
    for path in ("register/", "confirm-email/resend/", "password/reset/"):
        answers = []
        for email in (known.email, "nobody@example.ng"):
            body = {"email": email, "password": PASSWORD, "full_name": "Ada Obi"}
            answers.append(api.post(AUTH + path, body))
        assert [answer.status_code for answer in answers] == [202, 202]
        assert answers[0].content == answers[1].content


def test_whether_the_address_is_confirmed_is_said_only_to_whoever_knows_the_password(api):
    user = make_user(email_confirmed_at=None)
    assert is_problem(sign_in(api, user, "wrong"), 401, "login_failed")
    assert is_problem(sign_in(api, user), 403, "email_not_confirmed")


def test_a_wrong_password_an_unknown_address_and_a_barred_person_get_the_same_answer(api):
    barred = make_user(is_active=False)
    answers = [
        sign_in(api, make_user(), "wrong"),
        sign_in(api, User(email="nobody@example.ng")),
        sign_in(api, barred),
    ]
    assert all(is_problem(answer, 401, "login_failed") for answer in answers)
    assert len({answer.json()["detail"] for answer in answers}) == 1


def test_an_address_may_be_typed_in_any_capitals(api):
    user = make_user(email="ada@example.ng")
    assert api.post(f"{AUTH}token/", {"email": " ADA@Example.NG", "password": PASSWORD}).status_code == 200
    user.refresh_from_db()
    assert user.last_login == NOW


def test_tokens_are_refreshed_once_and_ended(api):
    first = sign_in(api, make_user()).json()["refresh"]
    second = api.post(f"{AUTH}token/refresh/", {"refresh": first})
    assert set(second.json()) == {"access", "refresh", "expires_in"}
    again = api.post(f"{AUTH}token/refresh/", {"refresh": first})
    assert is_problem(again, 401, "token_reused")
    assert again.headers["WWW-Authenticate"].startswith('Bearer realm="phb-hospital", error="invalid_token"')
    assert api.post(f"{AUTH}token/revoke/", {"refresh": second.json()["refresh"]}).status_code == 204
    assert is_problem(api.post(f"{AUTH}token/refresh/", second.json()), 401, "token_reused")
    assert api.post(f"{AUTH}token/revoke/", {"refresh": "nonsense"}).status_code == 204


def test_a_changed_password_ends_old_tokens_and_the_answer_goes_on(api):
    user = make_user()
    old = sign_in(api, user).json()
    body = {"current_password": PASSWORD, "new_password": NEW}
    changed = as_bearer(old["access"]).post(f"{AUTH}password/change/", body)
    assert changed.status_code == 200
    assert is_problem(as_bearer(old["access"]).get(f"{AUTH}me/"), 401, "token_invalid")
    assert is_problem(api.post(f"{AUTH}token/refresh/", old), 401, "token_invalid")
    assert as_bearer(changed.json()["access"]).get(f"{AUTH}me/").status_code == 200
    assert sign_in(api, user).status_code == 401
    assert sign_in(api, user, NEW).status_code == 200


def test_a_wrong_current_password_is_an_invalid_value_and_not_a_lost_session():
    caller = as_user(make_user())
    refused = caller.post(f"{AUTH}password/change/", {"current_password": "wrong", "new_password": NEW})
    assert is_problem(refused, 400, "invalid_input")
    assert refused.json()["errors"][0]["pointer"] == "/current_password"


def test_a_password_is_reset_by_the_link_and_every_sign_in_ends(api):
    user = make_user()
    old = sign_in(api, user).json()
    api.post(f"{AUTH}password/reset/", {"email": user.email})
    link = link_in(OutgoingEmail.objects.get())
    weak = api.post(f"{AUTH}password/reset/confirm/", {**link, "uid": str(link["uid"]), "password": "1234"})
    assert [error["code"] for error in weak.json()["errors"]] == ["password_too_short", "password_too_common"]
    body = {**link, "uid": str(link["uid"]), "password": NEW}
    assert api.post(f"{AUTH}password/reset/confirm/", body).status_code == 204
    assert is_problem(api.post(f"{AUTH}password/reset/confirm/", body), 422, "mail_link_invalid")
    assert is_problem(as_bearer(old["access"]).get(f"{AUTH}me/"), 401, "token_invalid")
    assert sign_in(api, user, NEW).status_code == 200


PERSONAL = [
    ("get", "me/"),
    ("post", "password/change/"),
    ("get", "second-factor/"),
    ("post", "second-factor/"),
    ("post", "second-factor/confirm/"),
    ("post", "second-factor/recovery-codes/"),
    ("post", "second-factor/remove/"),
]


@pytest.mark.parametrize(("method", "path"), PERSONAL)
class TestPersonalAddresses:
    def test_nobody_is_asked_to_sign_in(self, api, method, path):
        refused = getattr(api, method)(AUTH + path)
        assert is_problem(refused, 401, "authentication_required")
        assert refused.headers["WWW-Authenticate"] == 'Bearer realm="phb-hospital"'

    def test_a_refresh_token_is_no_access_token(self, method, path):
        refresh = services.sign_in(make_user()).refresh
        assert is_problem(getattr(as_bearer(refresh), method)(AUTH + path), 401, "token_invalid")

    def test_a_token_whose_person_was_barred_is_refused(self, method, path):
        user = make_user()
        caller = as_user(user)
        User.objects.update(is_active=False)
        assert is_problem(getattr(caller, method)(AUTH + path), 401, "token_invalid")

    def test_an_expired_token_says_so(self, clock, method, path):
        caller = as_user(make_user())
        clock.shift(timedelta(minutes=10, seconds=1))
        refused = getattr(caller, method)(AUTH + path)
        assert is_problem(refused, 401, "token_expired")
        assert 'error_description="expired"' in refused.headers["WWW-Authenticate"]


def test_each_person_sees_their_own_roles_in_every_hospital():
    zuma = make_hospital()
    doctor, other = make_user(Role.DOCTOR, Role.AUDITOR, hospital=zuma), make_user()
    roles = [{"role": "auditor", "hospital": str(zuma.id)}, {"role": "doctor", "hospital": str(zuma.id)}]
    assert as_user(doctor).get(f"{AUTH}me/").json()["roles"] == roles
    assert as_user(other).get(f"{AUTH}me/").json()["roles"] == []


def test_a_colleagues_roles_are_not_ones_own():
    zuma = make_hospital()
    make_user(Role.HOSPITAL_ADMIN, hospital=zuma)
    nurse = make_user(Role.NURSE, hospital=zuma)
    assert as_user(nurse).get(f"{AUTH}me/").json()["roles"] == [{"role": "nurse", "hospital": str(zuma.id)}]


def test_seeing_oneself_takes_as_many_questions_however_many_roles(django_assert_num_queries):
    for user in (make_user(), make_user(Role.NATIONAL_ADMINISTRATOR, Role.NURSE, Role.DOCTOR)):
        caller = as_user(user)
        # The person, their roles, and telling the database who asks and that nobody asks any more.
        with django_assert_num_queries(4):
            caller.get(f"{AUTH}me/")


def test_the_public_keys_are_published(api):
    answer = api.get("/.well-known/jwks.json")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert [set(jwk) for jwk in answer.json()["keys"]] == [{"kty", "crv", "x", "y", "use", "alg", "kid"}]


def test_the_request_log_names_the_person_and_no_secret(api, caplog):
    user = make_user()
    with caplog.at_level("INFO", logger="phb.request"):
        tokens = sign_in(api, user).json()
        as_bearer(tokens["access"]).get(f"{AUTH}me/")
    actors = [record.actor for record in caplog.records if record.name == "phb.request"]
    assert actors == [user.actor, user.actor]
    logged = str([record.__dict__ for record in caplog.records])
    assert not any(secret in logged for secret in (PASSWORD, tokens["access"], tokens["refresh"]))
