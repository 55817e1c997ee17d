"""How the client comes by its token, and what is told and kept where it gets none."""

import base64
from typing import Any

import pytest
import requests
import responses
from prometheus_client import REGISTRY

from license_gate.answers import Cause, Outcome
from license_gate.reading import PROBLEM_MEDIA_TYPE
from license_gate.tests.wire import ASKED, TOKEN_URL, VERIFY_URL, calls_to, client, give_answer, give_token


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
def test_without_a_token_the_question_is_not_asked(
    wire: responses.RequestsMock, reply: dict[str, Any], cause: Cause
) -> None:
    wire.post(TOKEN_URL, **reply)
    give_answer(wire)
    answer = client().verify(ASKED)
    assert (answer.outcome, answer.cause) == (Outcome.NOT_ANSWERED, cause)
    assert (answer.was_sent, answer.is_evidence, answer.http_status, answer.body) == (False, False, None, "")
    assert answer.detail.startswith("The national register was not asked, because ")
    assert answer.detail.endswith("It will be asked again. This says nothing about the license.")
    assert calls_to(wire, VERIFY_URL) == []


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        ({"status": 401}, "it did not accept this service's credentials; the operators of this service must act"),
        ({"status": 429}, "it has been asked too often and wants a pause"),
        ({"status": 500}, "it did not answer when this service signed in"),
        ({"body": requests.Timeout()}, "it did not answer when this service signed in"),
        ({"status": 200, "body": "<html>"}, "what came back when this service signed in cannot be used"),
    ],
)
def test_why_the_question_was_not_asked_is_told(
    wire: responses.RequestsMock, reply: dict[str, Any], sentence: str
) -> None:
    wire.post(TOKEN_URL, **reply)
    assert f"because {sentence}. " in client().verify(ASKED).detail


def test_an_outage_at_the_token_opens_the_circuit_and_a_pause_there_is_kept(wire: responses.RequestsMock) -> None:
    wire.post(TOKEN_URL, status=500)
    registry = client(outages_to_open=2)
    causes = [registry.verify(ASKED).cause for _ in range(3)]
    assert causes == [Cause.SERVER_ERROR] * 2 + [Cause.CIRCUIT_OPEN]
    wire.replace(responses.POST, TOKEN_URL, status=429, headers={"Retry-After": "30"})
    registry = client()
    assert [registry.verify(ASKED).cause for _ in range(2)] == [Cause.THROTTLED] * 2
    assert len(calls_to(wire, TOKEN_URL)) == 3


def test_a_question_that_was_sent_stays_sent_where_no_new_token_is_to_be_had(wire: responses.RequestsMock) -> None:
    give_token(wire)
    wire.post(TOKEN_URL, status=500)
    wire.get(VERIFY_URL, status=401, json={"code": "token_expired"}, content_type=PROBLEM_MEDIA_TYPE)
    answer = client().verify(ASKED)
    assert (answer.cause, answer.was_sent, answer.http_status) == (Cause.SERVER_ERROR, True, 401)


def test_operators_see_that_the_credentials_are_not_accepted(
    wire: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    def counted(cause: Cause) -> float:
        return REGISTRY.get_sample_value("phb_registry_sign_in_failures_total", {"cause": cause}) or 0.0

    before = {cause: counted(cause) for cause in Cause}
    wire.post(TOKEN_URL, status=401, json={"error": "invalid_client"})
    wire.post(TOKEN_URL, status=500)
    for _ in range(2):
        client().verify(ASKED)
    [line] = [record for record in caplog.records if record.name == "license_gate.tokens"]
    assert line.levelname == "ERROR"
    assert "does not accept this service's credentials" in line.getMessage()
    assert "sécret" not in line.getMessage()
    after = {cause: counted(cause) - before[cause] for cause in Cause}
    assert {cause: more for cause, more in after.items() if more} == {
        Cause.AUTHENTICATION_FAILED: 1,
        Cause.SERVER_ERROR: 1,
    }
