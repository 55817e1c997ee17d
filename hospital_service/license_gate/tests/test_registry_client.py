"""What the client sends, and what it makes of what comes back, at the wire of `requests`."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import responses

from common.clock import LAGOS
from license_gate.answers import Cause, Outcome, Question
from license_gate.reading import ANSWER_MEDIA_TYPE, BATCH_MEDIA_TYPE, PROBLEM_MEDIA_TYPE
from license_gate.registry_client import LARGEST_BATCH, RegistryClient
from license_gate.tests.documents import NOW, NUMBER, answer_document, batch_document, encode, found_row
from license_gate.tests.wire import (
    ASKED,
    BASE,
    BATCH_URL,
    TOKEN_URL,
    VERIFY_URL,
    calls_to,
    client,
    give_answer,
    give_token,
)

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


def test_a_round_of_a_thousand_is_one_request_that_the_gateway_lets_through(wire: responses.RequestsMock) -> None:
    give_token(wire)
    asked = answer_batches(wire)
    # The longest that an affiliation holds; beyond the basic plane, JSON writes each character with twelve.
    questions = [Question(f"{n:04d}" + "\U00020000" * 56, "r" * 60, "p" * 60) for n in range(LARGEST_BATCH)]
    client().verify_many(questions, deadline_seconds=30)
    [sent] = calls_to(wire, BATCH_URL)
    assert len(asked[0]) == LARGEST_BATCH
    assert len(sent.body or b"") < 2**20


def test_a_batch_that_came_too_fast_is_throttled_and_opens_no_circuit(wire: responses.RequestsMock) -> None:
    give_token(wire)
    wire.post(BATCH_URL, status=429, headers={"Retry-After": "0"})
    registry = client(outages_to_open=1)
    for _ in range(3):
        assert {answer.cause for answer in registry.verify_many([ASKED, ASKED])} == {Cause.THROTTLED}


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
