"""What is kept, for whom, and for how long."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.tests.conftest import FakeService, gateway_to
from local.gateway import Limits

_fresh = itertools.count()
REFERENCE = ["professions", "regulators", "states", "lgas", "specialties", "register-parts", "statistics"]


@pytest.fixture
def number():
    """A license number that no other test asks for."""
    return f"PHB-{next(_fresh)}"


def at_the_start_of_a_second():
    time.sleep(1.02 - time.time() % 1)


@pytest.mark.parametrize("name", REFERENCE)
def test_reference_lists_are_kept(ask, registry, name):
    path = f"/api/registry/{name}/?unique={next(_fresh)}"
    assert [ask("GET", path).headers["X-Cache"] for _ in range(3)] == ["MISS", "HIT", "HIT"]
    assert registry.asked == [path]


def test_reference_lists_are_kept_for_as_long_as_the_setting_says(fakes, registry):
    limits = Limits(kept_seconds=1)
    registry.headers = {"Cache-Control": "public, max-age=3600"}
    with gateway_to(fakes["registry"].port, fakes["hospital"].port, limits) as ask:
        ask("GET", "/api/registry/states/")
        assert ask("GET", "/api/registry/states/").headers["X-Cache"] == "HIT"
        time.sleep(2.1)
        assert ask("GET", "/api/registry/states/").headers["X-Cache"] == "EXPIRED"


def test_answers_for_different_hosts_are_kept_apart(ask):
    path = f"/api/registry/states/?unique={next(_fresh)}"
    for host in ("api.phb.ng", "registry.phb.ng", "localhost:8080"):
        answer = ask("GET", path, host=host)
        assert answer.headers["X-Cache"] == "MISS"
        assert answer.json()["headers"]["host"] == host


@pytest.mark.parametrize("path", ["/api/registry/states/", "/api/registry/verify/PHB-1/"])
@pytest.mark.parametrize("credential", [{"Authorization": "Bearer x"}, {"Cookie": "sessionid=x"}])
def test_an_answer_to_a_credential_is_neither_taken_nor_kept(ask, registry, path, credential):
    path += f"?unique={next(_fresh)}"
    at_the_start_of_a_second()
    for _ in range(2):
        assert ask("GET", path, headers=credential).headers["X-Cache"] == "BYPASS"
    assert ask("GET", path).headers["X-Cache"] == "MISS"
    assert ask("GET", path).headers["X-Cache"] == "HIT"
    answer = ask("GET", path, headers=credential)
    assert answer.headers["X-Cache"] == "BYPASS"
    assert answer.json()["answer_number"] == 4


@pytest.mark.parametrize("said", ["no-store", "private", "no-cache", "Private, max-age=60", "max-age=0", "s-maxage=0"])
@pytest.mark.parametrize("path", ["/api/registry/states/", "/api/registry/verify/PHB-1/"])
def test_the_service_can_forbid_keeping(ask, registry, path, said):
    registry.headers = {"Cache-Control": said}
    path += f"?unique={next(_fresh)}"
    assert [ask("GET", path).headers["X-Cache"] for _ in range(2)] == ["MISS", "MISS"]


def test_an_answer_that_sets_a_cookie_is_not_kept(ask, registry):
    registry.headers = {"Set-Cookie": "a=b"}
    path = f"/api/registry/states/?unique={next(_fresh)}"
    assert [ask("GET", path).headers["X-Cache"] for _ in range(2)] == ["MISS", "MISS"]


def test_answers_in_different_languages_are_kept_apart(ask, registry):
    registry.headers = {"Vary": "Accept-Language"}
    path = f"/api/registry/states/?unique={next(_fresh)}"
    assert ask("GET", path, headers={"Accept-Language": "en"}).headers["X-Cache"] == "MISS"
    assert ask("GET", path, headers={"Accept-Language": "yo"}).headers["X-Cache"] == "MISS"


class TestVerify:
    def test_is_kept_within_a_second(self, ask, registry, number):
        at_the_start_of_a_second()
        path = f"/api/registry/verify/{number}/"
        assert [ask("GET", path).headers["X-Cache"] for _ in range(3)] == ["MISS", "HIT", "HIT"]
        assert len(registry.asked) == 1

    @pytest.mark.parametrize("into_the_second", [0.05, 0.5, 0.9])
    def test_no_answer_is_older_than_a_second(self, ask, registry, number, into_the_second):
        registry.headers = {"Cache-Control": "public, max-age=60"}
        at_the_start_of_a_second()
        time.sleep(into_the_second)
        path = f"/api/registry/verify/{number}/"
        made_by = {}
        until = time.monotonic() + 2.5
        while time.monotonic() < until:
            asked_at = time.monotonic()
            answer_number = ask("GET", path).json()["answer_number"]
            # An answer was made before we first held it, and is given after we asked: it is at least this old.
            assert asked_at - made_by.setdefault(answer_number, time.monotonic()) <= 1
            time.sleep(0.01)
        assert len(made_by) >= 3

    def test_concurrent_misses_are_one_question(self, ask, registry, number):
        registry.delay = 0.15
        at_the_start_of_a_second()
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda _: ask("GET", f"/api/registry/verify/{number}/"), range(20)))
        assert {answer.status_code for answer in answers} == {200}
        assert len(registry.asked) == 1

    def test_is_never_stale(self, fakes, number):
        dying = FakeService("dying")
        path = f"/api/registry/verify/{number}/"
        with gateway_to(dying.port, fakes["hospital"].port, Limits.high()) as ask:
            at_the_start_of_a_second()
            assert ask("GET", path).status_code == 200
            assert ask("GET", "/api/registry/states/").status_code == 200
            dying.die()
            time.sleep(1.1)
            assert ask("GET", path).status_code == 502
            assert ask("GET", "/api/registry/states/").headers["X-Cache"] == "HIT", "this one has a minute"

    def test_batch_is_not_kept(self, ask, registry):
        for _ in range(2):
            answer = ask("POST", "/api/registry/verify/batch/", json={"licenses": []})
            assert "X-Cache" not in answer.headers
        assert len(registry.asked) == 2

    def test_head_and_options(self, ask, number):
        path = f"/api/registry/verify/{number}/"
        head = ask("HEAD", path)
        assert (head.status_code, head.content) == (200, b"")
        options = ask("OPTIONS", path, headers={"Origin": "https://app.example"})
        assert options.json()["method"] == "OPTIONS"


@pytest.mark.parametrize("path", ["/api/registry/search/?q=a", "/api/hospitals/", "/api/registry/auth/me/"])
def test_nothing_else_is_kept(ask, path):
    for _ in range(2):
        assert "X-Cache" not in ask("GET", path).headers
