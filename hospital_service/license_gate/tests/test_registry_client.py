"""What the client sends, and what it makes of what comes back, at the wire of `requests`."""

import base64
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import responses

from common.clock import LAGOS
from license_gate.answers import Cause, Outcome, Question
from license_gate.reading import ANSWER_MEDIA_TYPE, BATCH_MEDIA_TYPE, PROBLEM_MEDIA_TYPE
from license_gate.registry_client import RegistryClient
from license_gate.tests.documents import NOW, NUMBER, answer_document, batch_document, encode, found_row

BASE = "https://registry.test"
TOKEN_URL = f"{BASE}/api/registry/auth/client-token/"
VERIFY_URL = f"{BASE}/api/registry/verify/{NUMBER}/"
BATCH_URL = f"{BASE}/api/registry/verify/batch/"
ASKED = Question(NUMBER)


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def client(**settings: Any) -> RegistryClient:
    return RegistryClient(BASE + "/", "hospital:service", "sécret+/", now=lambda: NOW, **settings)


def give_token(wire: responses.RequestsMock, text: str = "token-1", **members: Any) -> None:
    wire.post(TOKEN_URL, json={"access_token": text, "token_type": "Bearer", "expires_in": 300, **members})


def give_answer(wire: responses.RequestsMock, **members: Any) -> None:
    wire.get(VERIFY_URL, body=encode(answer_document(**members)), content_type=ANSWER_MEDIA_TYPE)


def calls_to(wire: responses.RequestsMock, url: str) -> list[requests.PreparedRequest]:
    return [call.request for call in wire.calls if (call.request.url or "").partition("?")[0] == url]


# The question


def test_a_question_carries_the_token_the_request_id_and_what_it_accepts(wire: responses.RequestsMock) -> None:
    give_token(wire)
    give_answer(wire)
    answer = client().verify(ASKED, request_id="req-7")
    assert (answer.outcome, answer.request_id) == (Outcome.VERIFIED, "req-7")
    [asked] = calls_to(wire, VERIFY_URL)
    assert asked.headers["Authorization"] == "Bearer token-1"
    assert asked.headers["X-Request-ID"] == "req-7"
    assert ANSWER_MEDIA_TYPE in asked.headers["Accept"]
    assert PROBLEM_MEDIA_TYPE in asked.headers["Accept"]
    assert calls_to(wire, TOKEN_URL)[0].headers["X-Request-ID"] == "req-7"


def test_a_question_without_a_request_id_gets_one_that_is_kept(wire: responses.RequestsMock) -> None:
    give_token(wire)
    give_answer(wire)
    answer = client().verify(ASKED)
    assert answer.request_id
    assert calls_to(wire, VERIFY_URL)[0].headers["X-Request-ID"] == answer.request_id


def test_a_council_number_stays_one_segment_and_names_its_register(wire: responses.RequestsMock) -> None:
    give_token(wire)
    url = f"{BASE}/api/registry/verify/MLSCN%2FR%2F12345/"
    wire.get(url, body=encode(answer_document()), content_type=ANSWER_MEDIA_TYPE)
    answer = client().verify(Question("MLSCN/R/12345", "MLSCN", "mlscn-scientist"))
    assert answer.outcome is Outcome.VERIFIED
    [asked] = calls_to(wire, url)
    assert asked.url == url + "?regulator=MLSCN&register=mlscn-scientist"


def test_what_cannot_be_a_number_is_refused_without_a_call(wire: responses.RequestsMock) -> None:
    for number in ("..", "", "\ud800", "A\r\nHost: elsewhere"):
        assert client().verify(Question(number)).outcome is Outcome.REFUSED
    assert len(wire.calls) == 0


def test_nothing_is_read_from_the_environment(wire: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    give_token(wire)
    give_answer(wire)
    assert client().verify(ASKED).outcome is Outcome.VERIFIED
    assert wire.calls[0].request.req_kwargs["proxies"] == {}  # type: ignore[attr-defined]


# The token


def test_the_token_is_asked_for_as_rfc_6749_says(wire: responses.RequestsMock) -> None:
    give_token(wire)
    give_answer(wire)
    client().verify(ASKED)
    [asked] = calls_to(wire, TOKEN_URL)
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert asked.body == "grant_type=client_credentials&scope=verify"
    credentials = base64.b64decode(asked.headers["Authorization"].removeprefix("Basic ")).decode()
    assert credentials == "hospital%3Aservice:s%C3%A9cret%2B%2F"


def test_the_token_is_kept_between_questions(wire: responses.RequestsMock) -> None:
    give_token(wire)
    give_answer(wire)
    registry = client()
    assert [registry.verify(ASKED).outcome for _ in range(3)] == [Outcome.VERIFIED] * 3
    assert len(calls_to(wire, TOKEN_URL)) == 1


def test_a_token_that_is_about_to_end_is_replaced(
    wire: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = 1_000.0
    monkeypatch.setattr("license_gate.tokens.time.monotonic", lambda: moment)
    give_token(wire)
    give_answer(wire)
    registry = client(deadline_seconds=1_000.0)
    registry.verify(ASKED)
    moment += 269
    registry.verify(ASKED)
    assert len(calls_to(wire, TOKEN_URL)) == 1
    moment += 2
    registry.verify(ASKED)
    assert len(calls_to(wire, TOKEN_URL)) == 2


def test_a_token_that_is_no_longer_accepted_is_replaced_once(wire: responses.RequestsMock) -> None:
    give_token(wire, "old")
    give_token(wire, "new")
    wire.get(VERIFY_URL, status=401, json={"code": "token_expired"}, content_type=PROBLEM_MEDIA_TYPE)
    give_answer(wire)
    assert client().verify(ASKED).outcome is Outcome.VERIFIED
    sent = [request.headers["Authorization"] for request in calls_to(wire, VERIFY_URL)]
    assert sent == ["Bearer old", "Bearer new"]


def test_a_second_401_is_an_authentication_failure_and_no_refusal(wire: responses.RequestsMock) -> None:
    give_token(wire)
    wire.get(VERIFY_URL, status=401, json={"code": "token_invalid"}, content_type=PROBLEM_MEDIA_TYPE)
    answer = client().verify(ASKED)
    assert (answer.outcome, answer.cause) == (Outcome.NOT_ANSWERED, Cause.AUTHENTICATION_FAILED)
    assert (answer.http_status, len(calls_to(wire, VERIFY_URL))) == (401, 2)


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        ({"status": 400, "json": {"error": "invalid_scope"}}, Cause.AUTHENTICATION_FAILED),
        ({"status": 401, "json": {"error": "invalid_client"}}, Cause.AUTHENTICATION_FAILED),
        ({"status": 404, "body": "not here"}, Cause.AUTHENTICATION_FAILED),
        ({"status": 200, "body": "<html>"}, Cause.MALFORMED_BODY),
        ({"status": 200, "json": {"access_token": "t"}}, Cause.MALFORMED_BODY),
        ({"status": 200, "json": {"access_token": "t\r\nX: y", "expires_in": 300}}, Cause.MALFORMED_BODY),
        ({"status": 200, "json": {"access_token": "t", "expires_in": True}}, Cause.MALFORMED_BODY),
        ({"status": 200, "json": {"access_token": 5, "expires_in": 300}}, Cause.MALFORMED_BODY),
        ({"status": 200, "body": "x" * 70_000}, Cause.BODY_TOO_LARGE),
        ({"status": 429, "headers": {"Retry-After": "3"}}, Cause.THROTTLED),
        ({"status": 500}, Cause.SERVER_ERROR),
        ({"body": requests.ConnectionError()}, Cause.CONNECTION_FAILED),
    ],
)
def test_without_a_token_the_question_is_not_answered(
    wire: responses.RequestsMock, reply: dict[str, Any], cause: Cause
) -> None:
    wire.post(TOKEN_URL, **reply)
    give_answer(wire)
    answer = client().verify(ASKED)
    assert (answer.outcome, answer.cause) == (Outcome.NOT_ANSWERED, cause)
    assert calls_to(wire, VERIFY_URL) == []


# Repeating


@pytest.mark.parametrize("failure", [{"status": 502}, {"status": 503}, {"status": 504}])
def test_a_passing_fault_is_asked_again(wire: responses.RequestsMock, failure: dict[str, Any]) -> None:
    give_token(wire)
    wire.get(VERIFY_URL, **failure)
    give_answer(wire)
    assert client().verify(ASKED).outcome is Outcome.VERIFIED


def test_a_broken_connection_is_asked_again(wire: responses.RequestsMock) -> None:
    give_token(wire)
    wire.get(VERIFY_URL, body=requests.ConnectionError("reset by peer"))
    give_answer(wire)
    assert client().verify(ASKED).outcome is Outcome.VERIFIED


def test_a_lasting_fault_is_asked_three_times_and_no_more(wire: responses.RequestsMock) -> None:
    give_token(wire)
    wire.get(VERIFY_URL, status=503)
    assert client().verify(ASKED).cause is Cause.SERVER_ERROR
    assert len(calls_to(wire, VERIFY_URL)) == 3


@pytest.mark.parametrize("status", [301, 400, 404, 422, 500])
def test_everything_else_is_asked_once(wire: responses.RequestsMock, status: int) -> None:
    give_token(wire)
    wire.get(VERIFY_URL, status=status, headers={"Location": f"{BASE}/elsewhere/"})
    assert client().verify(ASKED).outcome is Outcome.NOT_ANSWERED
    assert len(calls_to(wire, VERIFY_URL)) == 1


# When not to ask


def test_after_outages_in_a_row_nothing_is_asked_until_the_circuit_tries_again(wire: responses.RequestsMock) -> None:
    give_token(wire)
    wire.get(VERIFY_URL, status=500)
    registry = client(outages_to_open=3, open_seconds=60.0)
    causes = [registry.verify(ASKED).cause for _ in range(6)]
    assert causes == [Cause.SERVER_ERROR] * 3 + [Cause.CIRCUIT_OPEN] * 3
    assert len(calls_to(wire, VERIFY_URL)) == 3


def test_what_was_sent_is_told_from_what_was_not(wire: responses.RequestsMock) -> None:
    give_token(wire)
    wire.get(VERIFY_URL, status=500)
    registry = client(outages_to_open=1, open_seconds=60.0)
    asked, unasked = registry.verify(ASKED), registry.verify(ASKED)
    assert (asked.was_sent, unasked.was_sent) == (True, False)
    assert f"since {NOW.astimezone(LAGOS):%H:%M}" in unasked.detail


def test_what_there_is_no_time_for_is_not_asked(wire: responses.RequestsMock) -> None:
    answer = client().verify(ASKED, deadline_seconds=1e-9)
    assert (answer.cause, answer.was_sent) == (Cause.TIMED_OUT, False)
    assert len(wire.calls) == 0


def test_the_circuit_closes_again_when_the_registry_is_back(wire: responses.RequestsMock) -> None:
    give_token(wire)
    for _ in range(2):
        wire.get(VERIFY_URL, status=500)
    give_answer(wire)
    registry = client(outages_to_open=2, open_seconds=0.0)
    outcomes = [registry.verify(ASKED).outcome for _ in range(4)]
    assert outcomes == [Outcome.NOT_ANSWERED] * 2 + [Outcome.VERIFIED] * 2


@pytest.mark.parametrize(
    "reply",
    [
        {"status": 404, "json": {"code": "license_not_found"}, "content_type": PROBLEM_MEDIA_TYPE},
        {"status": 429, "headers": {"Retry-After": "0"}},
        {"status": 200, "body": "<html>", "content_type": "text/html"},
    ],
)
def test_refusals_throttling_and_lies_do_not_open_the_circuit(
    wire: responses.RequestsMock, reply: dict[str, Any]
) -> None:
    give_token(wire)
    wire.get(VERIFY_URL, **reply)
    registry = client(outages_to_open=2)
    assert all(registry.verify(ASKED).cause is not Cause.CIRCUIT_OPEN for _ in range(4))


def test_a_pause_that_the_registry_asks_for_is_kept(wire: responses.RequestsMock) -> None:
    give_token(wire)
    wire.get(VERIFY_URL, status=429, headers={"Retry-After": "30"})
    registry = client()
    first, second = registry.verify(ASKED), registry.verify(ASKED)
    assert (first.cause, second.cause) == (Cause.THROTTLED, Cause.THROTTLED)
    assert (first.was_sent, second.was_sent) == (True, False)
    assert first.retry_after == timedelta(seconds=30)
    assert second.retry_after is not None
    assert timedelta(seconds=29) < second.retry_after <= timedelta(seconds=30)
    assert len(calls_to(wire, VERIFY_URL)) == 1


# Many at once


def answer_batches(wire: responses.RequestsMock, *, fail_after: int = 1_000) -> list[list[dict[str, str]]]:
    """Answer every batch; note what each asked. After so many batches, answer 500."""
    asked: list[list[dict[str, str]]] = []

    def reply(request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        asked.append(json.loads(request.body or b"")["items"])
        if len(asked) > fail_after:
            return 500, {}, b""
        document = batch_document(*(found_row(item["license_number"]) for item in asked[-1]))
        return 200, {}, encode(document)

    wire.add_callback(responses.POST, BATCH_URL, callback=reply, content_type=BATCH_MEDIA_TYPE)
    return asked


def test_many_questions_are_asked_in_batches_and_answered_in_the_order_asked(wire: responses.RequestsMock) -> None:
    give_token(wire)
    asked = answer_batches(wire)
    questions = [Question(f"PHB-MED-{n}") for n in range(5)]
    answers = client(batch_size=2).verify_many(questions, request_id="req-8")
    assert [answer.outcome for answer in answers] == [Outcome.VERIFIED] * 5
    assert [answer.question for answer in answers] == questions
    assert [len(batch) for batch in asked] == [2, 2, 1]
    assert {call.headers["X-Request-ID"] for call in calls_to(wire, BATCH_URL)} == {"req-8"}


def test_a_batch_names_the_register_only_where_the_question_does(wire: responses.RequestsMock) -> None:
    give_token(wire)
    asked = answer_batches(wire)
    client().verify_many([ASKED, Question("12345", "NMCN", "RN")])
    assert asked == [[{"license_number": NUMBER}, {"license_number": "12345", "regulator": "NMCN", "register": "RN"}]]


def test_what_cannot_be_a_number_keeps_its_place_and_is_not_sent(wire: responses.RequestsMock) -> None:
    give_token(wire)
    asked = answer_batches(wire)
    answers = client().verify_many([Question(".."), ASKED, Question("")])
    assert [answer.outcome for answer in answers] == [Outcome.REFUSED, Outcome.VERIFIED, Outcome.REFUSED]
    assert asked == [[{"license_number": NUMBER}]]


def test_batches_that_were_answered_keep_their_answers_when_a_later_one_is_not(wire: responses.RequestsMock) -> None:
    give_token(wire)
    answer_batches(wire, fail_after=1)
    answers = client(batch_size=2).verify_many([Question(f"PHB-MED-{n}") for n in range(4)])
    assert [answer.outcome for answer in answers] == [Outcome.VERIFIED] * 2 + [Outcome.NOT_ANSWERED] * 2


def test_one_question_finds_out_whether_the_registry_is_back(wire: responses.RequestsMock) -> None:
    give_token(wire)
    wire.get(VERIFY_URL, status=500)
    registry = client(outages_to_open=1, open_seconds=0.5, batch_size=2)
    registry.verify(ASKED)
    questions = [Question(f"PHB-MED-{n}") for n in range(5)]
    wire.post(BATCH_URL, status=500)
    time.sleep(0.6)
    answers = registry.verify_many(questions)
    assert [answer.was_sent for answer in answers] == [True, False, False, False, False]
    wire.remove(responses.POST, BATCH_URL)
    asked = answer_batches(wire)
    time.sleep(0.6)
    answers = registry.verify_many(questions)
    assert [answer.outcome for answer in answers] == [Outcome.VERIFIED] * 5
    assert [len(batch) for batch in asked] == [1, 2, 2]


def test_nothing_asked_is_nothing_answered(wire: responses.RequestsMock) -> None:
    assert client().verify_many([]) == []
    assert len(wire.calls) == 0


def test_the_clock_of_this_service_stamps_the_question() -> None:
    registry = RegistryClient("http://127.0.0.1:9", "id", "secret")
    before = datetime.now(UTC)
    answer = registry.verify(ASKED)
    assert before <= answer.asked_at <= answer.answered_at <= datetime.now(UTC)
