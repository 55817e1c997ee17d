"""What nginx itself refuses, as problem documents; what the services refuse, untouched."""

import json
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from gateway.tests.conftest import TOKEN, gateway_to
from local.gateway import COMPOSE, Limits, limits_conf
from local.ports import free_port

ORIGIN = {"Origin": "https://app.example"}
PREFLIGHT = {**ORIGIN, "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization"}


def assert_problem(answer, status, code, gateway_folder):
    codes = json.loads((gateway_folder / "codes.json").read_text())
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body == {
        "type": f"https://phb.ng/problems/{code}",
        "title": codes[code]["title"],
        "status": status,
        "detail": codes[code]["sentence"],
        "code": code,
        "request_id": answer.headers["X-Request-ID"],
    }


def test_a_body_that_is_too_large(ask, hospital, gateway_folder):
    answer = ask("POST", "/api/hospitals/", data=b"x" * 10_241)
    assert_problem(answer, 413, "gateway_payload_too_large", gateway_folder)
    assert not hospital.asked


def test_a_body_that_is_too_large_and_of_unknown_length(ask, gateway_folder):
    answer = ask("POST", "/api/hospitals/", data=(b"x" * 1000 for _ in range(12)))
    assert_problem(answer, 413, "gateway_payload_too_large", gateway_folder)


@pytest.mark.parametrize("length", [4_001, 20_000])
def test_an_address_that_is_too_long(ask, hospital, gateway_folder, length):
    assert_problem(ask("GET", "/" + "x" * length), 414, "gateway_uri_too_long", gateway_folder)
    assert not hospital.asked
    assert ask("GET", "/" + "x" * 3_900).status_code == 200


def test_headers_that_are_too_large(ask, gateway_folder):
    answer = ask("GET", "/", headers={"Authorization": "Bearer " + "x" * 40_000})
    assert_problem(answer, 431, "gateway_headers_too_large", gateway_folder)


def test_a_host_that_is_no_name(ask, gateway_folder):
    answer = ask("GET", "/", host="a b/c")
    assert_problem(answer, 400, "gateway_bad_request", gateway_folder)


def test_a_method_that_is_not_served(ask, gateway_folder):
    assert_problem(ask("TRACE", "/"), 405, "gateway_method_not_allowed", gateway_folder)


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        (b"GET /%zz HTTP/1.1", 400, "gateway_bad_request"),
        (b"GET /%00 HTTP/1.1", 400, "gateway_bad_request"),
        (b"GET /\xff\xfe HTTP/1.1", 400, "gateway_bad_request"),
        (b"GET / HTTP/1.1\r\nHost: \xff\xfe", 400, "gateway_bad_request"),
        (b"garbage", 400, "gateway_bad_request"),
        (b"GET / HTTP/1.1\r\nHost: y", 400, "gateway_bad_request"),
        (b"POST / HTTP/1.1\r\nContent-Length: many", 400, "gateway_bad_request"),
        (b"CONNECT x:1 HTTP/1.1", 405, "gateway_method_not_allowed"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: strange", 501, "gateway_not_implemented"),
        (b"GET / HTTP/3.0", 505, "gateway_http_version_not_supported"),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1", 414, "gateway_uri_too_long"),
    ],
)
def test_what_is_hardly_http(shared_gateway, hospital, said, status, code):
    with socket.create_connection(("127.0.0.1", int(shared_gateway.base.rsplit(":", 1)[1])), timeout=5) as connection:
        connection.sendall(said + b"\r\nHost: x\r\n\r\n")
        head, _, body = connection.recv(10_000).partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status}".encode())
    assert b"Content-Type: application/problem+json" in head
    assert json.loads(body)["code"] == code
    assert f"X-Request-ID: {json.loads(body)['request_id']}".encode() in head
    assert not hospital.asked


def test_a_service_that_is_too_slow(ask, hospital, gateway_folder):
    hospital.delay = 1.5
    assert_problem(ask("GET", "/api/hospitals/"), 504, "gateway_timeout", gateway_folder)
    assert hospital.asked == ["/api/hospitals/"], "a question that was asked is not asked again"


def test_a_service_that_is_gone(registry, gateway_folder):
    with gateway_to(registry.port, free_port(), Limits.high()) as ask:
        assert_problem(ask("GET", "/api/hospitals/"), 502, "gateway_bad_gateway", gateway_folder)
        assert_problem(ask("POST", "/api/hospitals/", data=b"{}"), 502, "gateway_bad_gateway", gateway_folder)
        assert ask("GET", "/api/registry/search/").status_code == 200, "the other service goes on answering"


@pytest.mark.parametrize("status", [400, 401, 404, 409, 413, 422, 429, 500, 502, 503])
def test_what_a_service_refuses_passes_untouched(ask, hospital, status):
    hospital.headers = {"Retry-After": "37"}
    answer = ask("GET", f"/error/{status}")
    assert answer.status_code == status
    assert answer.json()["service"] == "hospital"
    assert answer.headers["Retry-After"] == "37"


class TestRates:
    def test_above_its_rate_an_address_is_told_to_wait(self, ask, gateway_folder):
        answers = [ask("POST", "/api/auth/token/") for _ in range(6)]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert len(refused) >= 3
        assert_problem(refused[0], 429, "gateway_too_many_requests", gateway_folder)
        assert refused[0].headers["Retry-After"] == "5"

    def test_sign_in_on_both_sides_is_counted_together_and_apart_from_the_rest(self, ask):
        for _ in range(4):
            ask("POST", "/api/registry/auth/client-token/")
        assert ask("POST", "/api/auth/token/").status_code == 429
        assert ask("GET", "/api/hospitals/").status_code == 200

    def test_the_token_lifts_the_limits_and_is_not_passed_on(self, ask):
        answers = [ask("POST", "/api/auth/token/", headers={"X-PHB-Limits-Token": TOKEN}) for _ in range(10)]
        assert {answer.status_code for answer in answers} == {200}
        assert "x-phb-limits-token" not in answers[0].json()["headers"]

    def test_any_other_token_lifts_nothing(self, ask):
        answers = [ask("POST", "/api/auth/token/", headers={"X-PHB-Limits-Token": "x" + TOKEN}) for _ in range(6)]
        assert 429 in {answer.status_code for answer in answers}

    def test_an_empty_token_lifts_nothing_where_none_is_set(self, fakes):
        limits = Limits(general_rate="1r/m", general_burst=1)
        with gateway_to(fakes["registry"].port, fakes["hospital"].port, limits) as ask:
            answers = [ask("GET", "/", headers={"X-PHB-Limits-Token": ""}) for _ in range(5)]
        assert [answer.status_code for answer in answers].count(429) == 3
        assert answers[-1].headers["Retry-After"] == "1"

    def test_searches_are_counted_apart_from_the_rest(self, fakes, gateway_folder):
        limits = replace(Limits.high(), search_rate="1r/m", search_burst=2, unlimited_token=TOKEN)
        with gateway_to(fakes["registry"].port, fakes["hospital"].port, limits) as ask:
            answers = [ask("GET", f"/api/registry/search/?q={index}") for index in range(4)]
            assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
            assert_problem(answers[-1], 429, "gateway_too_many_requests", gateway_folder)
            assert answers[-1].headers["Retry-After"] == "1"
            assert ask("GET", "/api/registry/search/", host="registry.phb.ng").status_code == 429
            assert ask("GET", "/api/registry/verify/PHB-1/").status_code == 200
            assert ask("GET", "/api/registry/searches/").status_code == 200
            assert ask("GET", "/api/registry/search/", headers={"X-PHB-Limits-Token": TOKEN}).status_code == 200

    def test_batches_that_come_too_fast_are_refused_at_once(self, fakes, gateway_folder):
        limits = replace(Limits.high(), batch_rate="1r/s", batch_burst=3, unlimited_token=TOKEN)
        with gateway_to(fakes["registry"].port, fakes["hospital"].port, limits) as ask:

            def batch(**headers):
                return ask("POST", "/api/registry/verify/batch/", json={"items": []}, headers=headers)

            started = time.monotonic()
            answers = [batch() for _ in range(8)]
            assert time.monotonic() - started < 1, "none is held back"
            assert [answer.status_code for answer in answers[:4]] == [200] * 4
            assert_problem(answers[-1], 429, "gateway_too_many_requests", gateway_folder)
            assert answers[-1].headers["Retry-After"] == "1"
            assert ask("GET", "/api/registry/verify/PHB-1/").status_code == 200, "single questions are counted apart"
            lifted = [batch(**{"X-PHB-Limits-Token": TOKEN}) for _ in range(8)]
            assert {answer.status_code for answer in lifted} == {200}

    @pytest.mark.parametrize("path", ["/api/registry/search/", "/api/registry/verify/batch/", "/api/auth/token/"])
    def test_a_preflight_takes_nothing_from_the_rate_of_what_it_asks_for(self, fakes, path):
        rates = {f"{zone}_{what}": value for zone in ("search", "batch", "auth")
                 for what, value in (("rate", "1r/m"), ("burst", 1))}  # fmt: skip
        with gateway_to(fakes["registry"].port, fakes["hospital"].port, replace(Limits.high(), **rates)) as ask:
            assert [ask("OPTIONS", path).status_code for _ in range(5)] == [200] * 5

    def test_connections_of_one_address_are_counted(self, fakes, hospital, gateway_folder):
        hospital.delay = 0.5
        limits = Limits(connections=2)
        with gateway_to(fakes["registry"].port, fakes["hospital"].port, limits) as ask, ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: ask("GET", "/api/hospitals/"), range(8)))
        refused = [answer for answer in answers if answer.status_code == 429]
        assert len(refused) == 6
        assert_problem(refused[0], 429, "gateway_too_many_requests", gateway_folder)


class TestPagesOfOtherOrigins:
    """What a browser lets the page of a front-end see."""

    def test_they_can_read_why_the_gateway_refused(self, ask, hospital):
        signed_in = [ask("POST", "/api/auth/token/", headers=ORIGIN) for _ in range(4)]
        hospital.delay = 1.5
        refused = [
            ask("POST", "/api/hospitals/", data=b"x" * 10_241, headers=ORIGIN),
            ask("GET", "/" + "x" * 4_001, headers=ORIGIN),
            ask("GET", "/", host="a b/c", headers=ORIGIN),
            ask("GET", "/api/hospitals/", headers=ORIGIN),
            signed_in[-1],
        ]
        assert [answer.status_code for answer in refused] == [413, 414, 400, 504, 429]
        for answer in refused:
            self.assert_open(answer)

    def test_they_can_read_that_a_service_is_gone(self, registry):
        with gateway_to(registry.port, free_port(), Limits.high()) as ask:
            answer = ask("GET", "/api/hospitals/", headers=ORIGIN)
            assert answer.status_code == 502
            self.assert_open(answer)

    @pytest.mark.parametrize("path", ["/", "/error/404", "/error/429", "/error/502", "/error/503"])
    def test_what_a_service_answers_says_only_what_the_service_lets_it(self, ask, hospital, path):
        assert not said_of_origins(ask("GET", path, headers=ORIGIN))
        hospital.headers = {"Access-Control-Allow-Origin": "https://app.example"}
        answer = ask("GET", path, headers=ORIGIN)
        assert said_of_origins(answer) == {"access-control-allow-origin": ["https://app.example"]}

    def test_a_preflight_is_the_services_to_answer(self, ask, hospital):
        hospital.headers = {"Access-Control-Allow-Origin": "https://app.example", "Access-Control-Max-Age": "600"}
        answer = ask("OPTIONS", "/api/hospitals/", headers={**ORIGIN, "Access-Control-Request-Method": "POST"})
        assert answer.json()["method"] == "OPTIONS"
        assert answer.json()["headers"]["access-control-request-method"] == "POST"
        assert said_of_origins(answer) == {
            "access-control-allow-origin": ["https://app.example"],
            "access-control-max-age": ["600"],
        }

    @pytest.mark.parametrize("path", ["/api/hospitals/", "/api/registry/states/", "/api/registry/verify/PHB-1/"])
    def test_a_preflight_for_a_service_that_is_gone_lets_the_request_behind_it_show_so(self, path):
        with gateway_to(free_port(), free_port(), Limits.high()) as ask:
            self.assert_lets_anything_through(ask("OPTIONS", path, headers=PREFLIGHT))
            answer = ask("PATCH", path, headers={**ORIGIN, "Authorization": "Bearer x"}, json={})
            assert answer.status_code == 502
            self.assert_open(answer)
            for no_preflight in ({"method": "OPTIONS", "headers": ORIGIN}, {"method": "GET", "headers": PREFLIGHT}):
                answer = ask(path=path, **no_preflight)
                assert answer.status_code == 502
                self.assert_open(answer)

    def test_a_preflight_for_a_service_that_is_too_slow_too(self, ask, hospital):
        hospital.delay = 1.5
        self.assert_lets_anything_through(ask("OPTIONS", "/api/hospitals/", headers=PREFLIGHT))

    def test_a_preflight_that_is_refused_itself_stays_refused(self, fakes):
        limits = Limits(general_rate="1r/m", general_burst=1)
        with gateway_to(fakes["registry"].port, fakes["hospital"].port, limits) as ask:
            answers = [ask("OPTIONS", "/api/hospitals/", headers=PREFLIGHT) for _ in range(4)]
            assert answers[-1].status_code == 429
            self.assert_open(answers[-1])
            assert ask("OPTIONS", "/" + "x" * 4_001, headers=PREFLIGHT).status_code == 414

    @pytest.mark.parametrize("status", [502, 504])
    def test_a_preflight_that_a_service_refuses_stays_refused(self, ask, hospital, status):
        answer = ask("OPTIONS", f"/error/{status}", headers=PREFLIGHT)
        assert (answer.status_code, answer.json()["service"]) == (status, "hospital")
        assert not said_of_origins(answer)

    def test_nobody_asks_for_the_answer_to_a_preflight_by_its_address(self, ask, gateway_folder):
        assert_problem(ask("GET", "/.preflight"), 404, "gateway_not_found", gateway_folder)
        assert_problem(ask("OPTIONS", "/.preflight", headers=PREFLIGHT), 404, "gateway_not_found", gateway_folder)

    @staticmethod
    def assert_lets_anything_through(answer):
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["X-Request-ID"]
        assert said_of_origins(answer) == {
            "access-control-allow-origin": ["*"],
            "access-control-allow-methods": ["GET, HEAD, POST, PUT, PATCH, DELETE"],
            "access-control-allow-headers": ["authorization, content-type, if-match, idempotency-key, x-request-id"],
            "access-control-max-age": ["5"],
        }

    @staticmethod
    def assert_open(answer):
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert said_of_origins(answer) == {
            "access-control-allow-origin": ["*"],
            "access-control-expose-headers": ["Retry-After, X-Request-ID"],
        }


def said_of_origins(answer):
    """Every line of every Access-Control header; browsers refuse an answer that has one twice."""
    lines = answer.raw.headers
    return {name.lower(): lines.getlist(name) for name in lines if name.lower().startswith("access-control-")}


def test_every_code_of_the_table_is_answered_as_the_table_says(gateway_folder):
    codes = json.loads((gateway_folder / "codes.json").read_text())
    text = (gateway_folder / "problems.conf").read_text()
    listed = re.search(r"error_page ([\d ]+) /", text)
    assert sorted(map(int, listed[1].split())) == sorted(row["status"] for row in codes.values())
    answered = {body["code"]: body for body in map(json.loads, re.findall(r"^    \d+ '(.+)';$", text, re.MULTILINE))}
    assert answered == {
        code: {
            "type": f"https://phb.ng/problems/{code}",
            "title": row["title"],
            "status": row["status"],
            "detail": row["sentence"],
            "code": code,
            "request_id": "$phb_request_id",
        }
        for code, row in codes.items()
    }


def test_containers_run_with_the_default_limits():
    assert (COMPOSE / "limits.conf").read_text() == limits_conf(Limits())
