"""Which host and path goes where, and what travels with a request."""

import gzip
import json
import time

import pytest

REGISTRY_HOSTS = ["registry.phb.ng", "registry.localhost", "REGISTRY.PHB.NG", "registry.localhost:8080"]
OTHER_HOSTS = ["api.phb.ng", "", "localhost", "phb.ng", "registry.phb.ng.example.com"]


@pytest.mark.parametrize("host", REGISTRY_HOSTS)
@pytest.mark.parametrize("path", ["/", "/admin/", "/api/registry/search/?q=a", "/api/hospitals/", "/healthz"])
def test_everything_on_the_registrys_names_goes_to_the_registry(ask, host, path):
    assert ask("GET", path, host=host).json()["service"] == "registry"


@pytest.mark.parametrize("host", OTHER_HOSTS)
@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/api/registry/search/", "registry"),
        ("/api/registry/verify/PHB-1/", "registry"),
        ("/api/registry/professions/", "registry"),
        ("/api/registry", "hospital"),
        ("/api/registryx/", "hospital"),
        ("/api/hospitals/", "hospital"),
        ("/", "hospital"),
        ("/healthz", "hospital"),
        ("/.well-known/jwks.json", "hospital"),
    ],
)
def test_other_names_share_by_path(ask, host, path, service):
    assert ask("GET", path, host=host).json()["service"] == service


@pytest.mark.parametrize("host", ["", "registry.phb.ng", "api.phb.ng"])
@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/metrics/", "//metrics", "/%6detrics", "/api/../readyz"])
def test_what_is_scraped_is_not_reached_from_outside(ask, registry, hospital, host, path):
    answer = ask("GET", path, host=host)
    assert (answer.status_code, answer.json()["code"]) == (404, "gateway_not_found")
    assert not registry.asked
    assert not hospital.asked


@pytest.mark.parametrize(
    "path",
    [
        "/api/registry/verify/MDCN%2FR%2F12345/?regulator=mdcn&x=%C3%A9",
        "/api/registry/verify/phb%20med%20dem0%20001b/",
        "/api/registry/verify/%E1%BB%8D%CC%81%20x/",
    ],
)
def test_path_and_query_pass_unchanged(ask, path):
    assert ask("GET", path).json()["path"] == path


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/api/hospitals/", "/api/registry/verify/batch/", "/api/registry/professions/"])
def test_methods_and_bodies_pass(ask, method, path):
    said = ask(method, path, data=b"x" * 100).json()
    assert (said["method"], said["body_bytes"]) == (method, 100)


def test_head_has_headers_and_no_body(ask):
    answer = ask("HEAD", "/api/hospitals/")
    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["Content-Length"]) > 0


class TestRequestId:
    @pytest.mark.parametrize("given", ["abcdefgh", "A.b_c-1234", "x" * 64])
    def test_a_well_formed_one_is_kept(self, ask, given):
        answer = ask("GET", "/", headers={"X-Request-ID": given})
        assert answer.json()["headers"]["x-request-id"] == given
        assert answer.headers["X-Request-ID"] == given

    @pytest.mark.parametrize("given", ["", "short", "x" * 65, "has spaces", 'quote"quote', "a,bcdefghi"])
    def test_any_other_is_replaced(self, ask, given):
        answer = ask("GET", "/", headers={"X-Request-ID": given})
        made = answer.headers["X-Request-ID"]
        assert len(made) == 32
        assert answer.json()["headers"]["x-request-id"] == made

    def test_the_gateways_own_refusals_carry_it_too(self, ask):
        answer = ask("GET", "/metrics", headers={"X-Request-ID": "my-own-id-1"})
        assert answer.headers["X-Request-ID"] == "my-own-id-1"
        assert answer.json()["request_id"] == "my-own-id-1"


def test_what_a_caller_claims_of_itself_is_not_passed_on(ask):
    claims = {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    headers = ask("GET", "/", host="api.phb.ng", headers=claims).json()["headers"]
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"
    assert headers["x-forwarded-host"] == headers["host"] == "api.phb.ng"


@pytest.mark.parametrize("path", ["/", "/metrics", "/error/500"])
def test_security_headers_stand_once_on_every_answer(ask, path):
    answer = ask("GET", path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert answer.headers["Server"] == "nginx"
    assert "Strict-Transport-Security" not in answer.headers


def test_json_is_compressed_for_who_accepts_it(ask):
    answer = ask("GET", "/", headers={"Accept-Encoding": "gzip", "X-Padding": "x" * 2000}, stream=True)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert json.loads(gzip.decompress(answer.raw.read()))["service"] == "hospital"


def test_the_log_has_one_json_line_and_neither_query_nor_credential(ask):
    ask("GET", "/api/hospitals/?name=Adaeze", headers={"X-Request-ID": "for-the-log", "Authorization": "Bearer secret"})
    lines = lines_about(ask, "for-the-log")
    assert len(lines) == 1
    line = json.loads(lines[0])
    assert (line["path"], line["status"], line["method"]) == ("/api/hospitals/", 200, "GET")
    assert "Adaeze" not in lines[0]
    assert "secret" not in lines[0]


def test_a_refused_request_is_logged_as_it_was_asked(ask):
    ask("POST", "/api/hospitals/?name=Adaeze", headers={"X-Request-ID": "too-large-1"}, data=b"x" * 20_000)
    line = json.loads(lines_about(ask, "too-large-1")[0])
    assert (line["path"], line["status"], line["method"]) == ("/api/hospitals/", 413, "POST")


def lines_about(ask, request_id):
    """The lines of the log with this id; nginx writes them when the answer has gone out, so they may take a moment."""
    deadline = time.monotonic() + 5
    while True:
        lines = [line for line in ask.log.read_text(encoding="ascii").splitlines() if request_id in line]
        if lines or time.monotonic() > deadline:
            return lines
        time.sleep(0.05)
