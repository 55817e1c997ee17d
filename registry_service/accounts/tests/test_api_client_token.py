"""The token endpoint as RFC 6749 asks, so that a client library that is not ours can use it."""

import base64
from urllib.parse import quote, urlencode

import pytest

from accounts.tests.factories import as_bearer, make_client

pytestmark = pytest.mark.django_db
URL = "/api/registry/auth/client-token/"
FORM = "application/x-www-form-urlencoded"


def basic(client_id, secret):
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


@pytest.fixture
def client_and_secret():
    client, secret = make_client("verify", "changes", client_id="hospital-service")
    return client.client_id, secret


@pytest.fixture
def ask(api):
    def post(headers=None, raw=None, **form):
        body = urlencode(form) if raw is None else raw
        return api.generic("POST", URL, body, content_type=FORM, headers=headers or {})

    return post


def is_refusal(response, status, error):
    body = response.json()
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Pragma"] == "no-cache"
    assert {"error", "error_description", "type", "title", "status", "detail", "code", "request_id"} <= set(body)
    assert (response.status_code, body["error"], body["status"]) == (status, error, status)
    return True


def is_token(response):
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Pragma"] == "no-cache"
    body = response.json()
    assert set(body) == {"access_token", "token_type", "expires_in", "scope"}
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 600)
    return True


class TestGrant:
    def test_by_http_basic(self, ask, client_and_secret):
        answer = ask(basic(*client_and_secret), grant_type="client_credentials")
        assert is_token(answer)
        assert answer.json()["scope"] == "changes verify"

    def test_by_the_form(self, ask, client_and_secret):
        client_id, secret = client_and_secret
        assert is_token(ask(grant_type="client_credentials", client_id=client_id, client_secret=secret))

    def test_by_http_basic_with_form_encoded_parts(self, ask, client_and_secret):
        encoded = basic(*(quote(part, safe="").replace("-", "%2D") for part in client_and_secret))
        assert is_token(ask(encoded, grant_type="client_credentials"))

    def test_for_a_part_of_the_scopes(self, ask, client_and_secret):
        answer = ask(basic(*client_and_secret), grant_type="client_credentials", scope="verify")
        assert answer.json()["scope"] == "verify"

    def test_a_client_id_may_be_repeated_in_the_form(self, ask, client_and_secret):
        headers, client_id = basic(*client_and_secret), client_and_secret[0]
        assert is_token(ask(headers, grant_type="client_credentials", client_id=client_id))

    def test_parameters_it_does_not_know_and_those_without_a_value_are_passed_over(self, ask, client_and_secret):
        headers = basic(*client_and_secret)
        assert is_token(ask(headers, grant_type="client_credentials", scope="", client_secret="", resource="x"))

    def test_the_scheme_may_be_written_in_any_capitals(self, ask, client_and_secret):
        header = basic(*client_and_secret)["Authorization"].replace("Basic", "bASIC")
        assert is_token(ask({"Authorization": header}, grant_type="client_credentials"))

    def test_the_token_is_no_persons(self, ask, client_and_secret):
        token = ask(basic(*client_and_secret), grant_type="client_credentials").json()["access_token"]
        assert as_bearer(token).get("/api/registry/auth/me/").json()["code"] == "token_invalid"


class TestRefusal:
    @pytest.mark.parametrize(
        "header",
        ["Basic", "Basic ", "Basic !!!", "Basic bm9jb2xvbg==", "Basic /////w==", "Bearer abc", "Basic YTpi\xff", "x"],
    )
    def test_an_unreadable_header_is_an_unknown_client(self, ask, header):
        answer = ask({"Authorization": header}, grant_type="client_credentials")
        assert is_refusal(answer, 401, "invalid_client")
        assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")

    def test_a_wrong_secret_an_unknown_client_and_none_at_all_are_answered_alike(self, ask, client_and_secret):
        for headers in (basic(client_and_secret[0], "wrong"), basic("nobody", "x"), basic("a\0b", "é"), {}):
            assert is_refusal(ask(headers, grant_type="client_credentials"), 401, "invalid_client")

    def test_the_secret_in_both_places_is_refused(self, ask, client_and_secret):
        client_id, secret = client_and_secret
        both = ask(basic(client_id, secret), grant_type="client_credentials", client_id=client_id, client_secret=secret)
        assert is_refusal(both, 400, "invalid_request")
        two_names = ask(basic(client_id, secret), grant_type="client_credentials", client_id="another")
        assert is_refusal(two_names, 400, "invalid_request")

    def test_another_grant_type_is_not_offered(self, ask, client_and_secret):
        for grant_type in ("password", "authorization_code", "Client_Credentials"):
            assert is_refusal(ask(basic(*client_and_secret), grant_type=grant_type), 400, "unsupported_grant_type")

    def test_a_missing_grant_type_is_malformed(self, ask, client_and_secret):
        assert is_refusal(ask(basic(*client_and_secret)), 400, "invalid_request")

    @pytest.mark.parametrize("scope", ["roster", "verify roster", " ", "VERIFY", '"\\é'])
    def test_a_scope_that_the_client_does_not_have_is_refused(self, ask, client_and_secret, scope):
        answer = ask(basic(*client_and_secret), grant_type="client_credentials", scope=scope)
        assert is_refusal(answer, 400, "invalid_scope")

    @pytest.mark.parametrize(
        "raw",
        [
            "grant_type=client_credentials&grant_type=client_credentials",
            "grant_type=client_credentials&x=1&x=2",
            b"grant_type=\xff\xfe",
            "grant_type=%ff%fe",
            "&".join(f"a{n}=1" for n in range(50)),
            "",
            "=",
            "{}",
        ],
    )
    def test_a_body_that_is_no_such_form_is_malformed(self, ask, client_and_secret, raw):
        assert is_refusal(ask(basic(*client_and_secret), raw=raw), 400, "invalid_request")

    def test_parameters_in_the_address_are_refused(self, api, client_and_secret):
        client_id, secret = client_and_secret
        query = urlencode({"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret})
        answer = api.generic("POST", f"{URL}?{query}", "", content_type=FORM)
        assert is_refusal(answer, 400, "invalid_request")

    def test_a_body_of_another_kind_another_method_and_a_huge_body_are_refused_in_the_same_words(self, api, settings):
        assert is_refusal(api.post(URL, {"grant_type": "client_credentials"}), 415, "invalid_request")
        assert is_refusal(api.get(URL), 405, "invalid_request")
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
        huge = api.generic("POST", URL, "a=" + "x" * 1000, content_type=FORM)
        assert is_refusal(huge, 413, "invalid_request")

    def test_a_repeated_parameter_is_named_in_characters_that_the_rfc_allows(self, ask):
        description = ask(raw="%22%5C%C3%A9=1&%22%5C%C3%A9=2").json()["error_description"]
        assert description == "Given more than once: ???."

    def test_without_a_signing_key_the_endpoint_says_that_it_is_unavailable(
        self, ask, client_and_secret, settings, tmp_path
    ):
        settings.SIGNING_KEYS_DIR = tmp_path
        answer = ask(basic(*client_and_secret), grant_type="client_credentials")
        assert is_refusal(answer, 503, "temporarily_unavailable")

    def test_a_refused_client_is_logged_by_name_and_without_its_secret(self, ask, client_and_secret, caplog):
        ask(basic(client_and_secret[0], "a-guess-at-the-secret"), grant_type="client_credentials")
        [record] = [record for record in caplog.records if record.message == "client_token_refused"]
        assert record.client_id == "hospital-service"
        assert "a-guess-at-the-secret" not in str([record.__dict__ for record in caplog.records])
