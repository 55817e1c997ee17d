"""Idempotency-Key: carried out once, answered as often as it is asked."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.tests.factories import as_client
from common.errors import NotFound
from common.idempotency import KEPT_FOR, forget_old_answers
from common.models import DueTask, IdempotentRequest
from common.testing import at_once
from common.tests import urls
from common.tests.problems import refused

pytestmark = [pytest.mark.urls("common.tests.urls"), pytest.mark.usefixtures("committed_db")]

KEY = "0123-abcd"


def make(name: str, key: str | None = KEY, caller: APIClient | None = None):
    caller = caller or APIClient(raise_request_exception=False)
    return caller.post("/make/", {"name": name}, headers={} if key is None else {"Idempotency-Key": key})


def test_the_same_request_is_carried_out_once() -> None:
    first, again = make("one"), make("one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert DueTask.objects.count() == 1


def test_quotes_around_the_key_do_not_count() -> None:
    make("one")
    assert make("one", f'"{KEY}"')["Idempotent-Replayed"] == "true"


def test_without_the_header_every_request_counts() -> None:
    make("one", None)
    make("one", None)
    assert DueTask.objects.count() == 2
    assert not IdempotentRequest.objects.exists()


def test_another_body_with_the_same_key() -> None:
    make("one")
    refused(make("other"), 422, "idempotency_key_reused")
    assert DueTask.objects.count() == 1


def test_another_method_with_the_same_key() -> None:
    make("one")
    refused(APIClient().delete("/make/", headers={"Idempotency-Key": KEY}), 422, "idempotency_key_reused")


def test_the_order_of_members_is_not_another_body() -> None:
    api = APIClient(headers={"Idempotency-Key": KEY})
    api.generic("POST", "/make/", '{"name": "one", "x": 1}', content_type="application/json")
    again = api.generic("POST", "/make/", '{"x": 1, "name": "one"}', content_type="application/json")
    assert again["Idempotent-Replayed"] == "true"


def test_each_caller_has_keys_of_their_own() -> None:
    make("one")
    make("one", caller=APIClient(REMOTE_ADDR="10.1.1.1"))
    for client_id in ("one-hospital", "other-hospital"):
        make("one", caller=as_client("verify", client_id=client_id))
    assert DueTask.objects.count() == 4


def test_an_answer_without_a_body_is_repeated_too() -> None:
    api = APIClient(headers={"Idempotency-Key": KEY})
    first, again = api.delete("/make/"), api.delete("/make/")
    assert (first.status_code, again.status_code, again.content) == (204, 204, b"")
    assert DueTask.objects.count() == 1


@pytest.mark.parametrize("key", ["short", "has space", "x" * 256, "é" * 8, '"', "a/b/c/d/e"])
def test_keys_that_cannot_be(key: str) -> None:
    refused(make("one", key), 400, "invalid_input")
    assert not DueTask.objects.exists()


def test_a_refusal_is_not_kept() -> None:
    urls.raised.append(NotFound())
    refused(make("refused"), 404, "not_found")
    assert not DueTask.objects.exists()
    urls.raised.append(NotFound())
    refused(make("refused"), 404, "not_found")
    assert not IdempotentRequest.objects.exists()


def test_a_crash_leaves_nothing_and_the_repeat_starts_anew() -> None:
    refused(make("crash"), 500, "internal_error")
    assert not DueTask.objects.exists()
    assert not IdempotentRequest.objects.exists()
    refused(make("crash"), 500, "internal_error")
    assert make("one").status_code == 201


def test_a_request_that_is_still_running() -> None:
    urls.started.clear()
    urls.may_finish.clear()

    def first_and_second(number: int):
        if number == 0:
            return make("slow")
        assert urls.started.wait(5)
        try:
            return make("slow")
        finally:
            urls.may_finish.set()

    first, second = at_once(2, first_and_second)
    assert first.status_code == 201
    refused(second, 409, "idempotency_in_progress")
    assert second["Retry-After"] == "1"
    assert make("slow").json() == first.json()
    assert DueTask.objects.count() == 1


def test_many_at_once_are_carried_out_once() -> None:
    results = at_once(6, lambda _: make("one"))
    assert {result.status_code for result in results} <= {201, 409}
    assert DueTask.objects.count() == 1
    assert threading.active_count() < 20


def test_answers_are_forgotten_in_time() -> None:
    make("one")
    now = datetime.now(UTC)
    assert forget_old_answers(now + KEPT_FOR - timedelta(minutes=1)) == 0
    assert IdempotentRequest.objects.count() == 1
    assert forget_old_answers(now + KEPT_FOR + timedelta(minutes=1)) == 0
    assert not IdempotentRequest.objects.exists()


def test_what_was_sent_cannot_be_guessed_from_what_is_kept() -> None:
    make("one")
    kept = IdempotentRequest.objects.get()
    assert len(kept.fingerprint) == 64
    assert "one" not in kept.fingerprint


class TestTheAnswerToARepetition:
    def test_is_made_anew_with_its_headers(self) -> None:
        first = make("one")
        DueTask.objects.update(last_error="out of memory")
        again = make("one")
        assert again.json() == {"id": first.json()["id"], "last_error": "out of memory"}
        assert (again.status_code, again["Cache-Control"], again["ETag"]) == (201, "no-store", '"1"')

    def test_is_a_refusal_once_the_caller_may_not_see_it(self) -> None:
        make("one")
        DueTask.objects.update(name="another's by now")
        refused(make("one"), 404, "not_found")
        assert DueTask.objects.count() == 1

    def test_is_not_kept_but_for_whose_it_is(self) -> None:
        made = make("one").json()["id"]
        assert IdempotentRequest.objects.get().subject == made


class TestForms:
    def send(self, content: bytes, **more: str):
        body = {"name": "one", "file": SimpleUploadedFile("scan.jpg", content), **more}
        return APIClient().post("/make/", body, format="multipart", headers={"Idempotency-Key": KEY})

    def test_the_same_file_again_is_the_same_request(self) -> None:
        first, again = self.send(b"scan"), self.send(b"scan")
        assert again["Idempotent-Replayed"] == "true"
        assert first.json() == again.json()
        assert DueTask.objects.count() == 1

    def test_another_file_of_the_same_size_or_another_field_is_another(self) -> None:
        self.send(b"scan")
        refused(self.send(b"SCAN"), 422, "idempotency_key_reused")
        refused(self.send(b"scan", document_type="oath"), 422, "idempotency_key_reused")
        assert DueTask.objects.count() == 1
