"""Whatever is sent to any address of this module, the answer is a refusal with a code and never a failure of ours."""

import json

import pytest

from accounts.tests.factories import as_user, make_user

pytestmark = pytest.mark.django_db
AUTH = "/api/registry/auth/"
PATHS = [
    "register/", "confirm-email/", "confirm-email/resend/", "token/", "token/refresh/", "token/revoke/",
    "password/reset/", "password/reset/confirm/", "password/change/",
    "second-factor/", "second-factor/confirm/", "second-factor/recovery-codes/", "second-factor/remove/",
]  # fmt: skip
FIELDS = [
    "email", "password", "full_name", "uid", "token", "refresh", "current_password", "new_password", "code",
]  # fmt: skip
VALUES = [
    None, True, 0, -1, 1.5, 10**400, "", " ", "\n", "x" * 5000, [], ["a"], {}, {"a": 1}, [[[]]], "\u202e", "\ufffe",
    "é", "a@b", "a@b.ng\r\nBcc: c@d.ng", "🜁" * 200, "00000000-0000-0000-0000-000000000000", "' OR 1=1 --", "%00",
]  # fmt: skip
BODIES = [
    b"", b"{", b"[]", b"null", b'"text"', b"12", b"\xff\xfe", b"{\"email\": NaN}", b'{"email": "\\ud800"}',
    b'{"email": "a\\u0000b"}', b'{"email": 1, "email": 2}', b"[" * 5000, b'{"a":' * 5000, b"\x00", b"<html>",
]  # fmt: skip


def is_a_refusal(answer):
    if answer.wsgi_request.path.endswith("/revoke/") and answer.status_code == 204:
        return True  # RFC 7009: a token that means nothing needs no ending.
    assert 400 <= answer.status_code < 500, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"]
    return True


@pytest.fixture
def caller():
    return as_user(make_user())


@pytest.mark.parametrize("path", PATHS)
def test_a_value_of_a_wrong_kind_is_refused(caller, path):
    for value in VALUES:
        body = json.dumps(dict.fromkeys(FIELDS, value))
        assert is_a_refusal(caller.generic("POST", AUTH + path, body, content_type="application/json")), value


@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_is_no_object_in_json_is_refused(caller, path):
    for body in BODIES:
        assert is_a_refusal(caller.generic("POST", AUTH + path, body, content_type="application/json")), body


@pytest.mark.parametrize("path", PATHS)
def test_a_body_of_another_kind_or_size_is_refused(caller, path, settings):
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "é", "json", ""):
        assert is_a_refusal(caller.generic("POST", AUTH + path, b"email=a", content_type=kind)), kind
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    huge = caller.generic("POST", AUTH + path, b'"' + b"x" * 1000 + b'"', content_type="application/json")
    assert huge.status_code == 413


@pytest.mark.parametrize("path", [*PATHS, "me/", "client-token/"])
def test_another_method_is_refused(caller, path):
    for method in ("GET", "PUT", "PATCH", "DELETE", "TRACE"):
        if (method, path) not in (("GET", "me/"), ("GET", "second-factor/")):
            assert caller.generic(method, AUTH + path).status_code == 405


@pytest.mark.parametrize("path", [*PATHS, "me/"])
def test_an_unknown_media_type_is_not_acceptable(caller, path):
    assert caller.options(AUTH + path, headers={"Accept": "image/png"}).status_code == 406


def test_text_is_not_taken_from_numbers(api):
    user = make_user()
    answer = api.post(f"{AUTH}token/", {"email": user.email, "password": 12345678901})
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [("/password", "invalid")]


def test_a_uid_must_be_text(api):
    answer = api.post(f"{AUTH}confirm-email/", {"uid": 5, "token": "x"})
    assert answer.json()["errors"][0]["pointer"] == "/uid"


@pytest.mark.parametrize("length", [200, 201])
def test_a_name_is_at_most_200_characters(api, length):
    body = {"email": "ada@example.ng", "password": "Zuma-Rock-at-dawn", "full_name": "Ọ" * length}
    assert api.post(f"{AUTH}register/", body).status_code == (202 if length == 200 else 400)
