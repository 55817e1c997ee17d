"""`make compose-check`: docker-compose.yml is shown to work, by starting it, scaling it and stopping parts of it."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

from local import docker, stopping
from local.console import say
from local.docker import Composed, NoEngine
from local.paths import LOCAL
from local.ports import free_port
from local.processes import CommandFailed

PROJECT = "phb-compose-check"
PEOPLE = 500
SCALE = {"registry_service": 3, "hospital_service": 2}
NO_ENGINE = 77
"""The exit code when nothing could be checked; neither success nor failure, as test harnesses use it."""

BUILD_SECONDS = 900
START_SECONDS = 300
HEALTHY_SECONDS = 120
# The gateway asks for addresses every 3 s, and takes up to 2 s to find that one is gone.
NOTICED_SECONDS = 20
RECOVERED_SECONDS = 90
# What a person who asks the hospital waits at most while the registry is gone.
UNANSWERED_SECONDS = 3


def check() -> bool:
    """Run the whole story; each step says in one line what it has seen.

    Raises SystemExit(77) when there is no Docker engine; CommandFailed when a step fails.
    """
    try:
        compose = docker.prepare()
    except NoEngine:
        say("compose-check: nothing was checked, because there is no Docker engine on this machine.")
        raise SystemExit(NO_ENGINE) from None
    port = free_port()
    composed = Composed(compose, PROJECT, {"PHB_PORT": str(port), "PHB_PEOPLE": str(PEOPLE)})
    composed.remove()
    try:
        Story(composed, port).tell()
    except CommandFailed as failure:
        raise CommandFailed(f"{failure}\n\n{_kept_logs(composed)}") from None
    finally:
        composed.remove()
    say("  ok    Containers, networks and volumes are removed")
    return True


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 when nothing did."""

    status: int
    content_type: str
    body: Any
    seconds: float

    @property
    def is_gateways_502(self) -> bool:
        """Return whether the gateway says in its own name that the service cannot be reached."""
        is_problem = (self.status, self.content_type) == (502, "application/problem+json")
        return is_problem and self.body["code"] == "gateway_bad_gateway"


class Story:
    """One composed system from its first start to its recovery from outages, seen through its gateway."""

    def __init__(self, composed: Composed, port: int) -> None:
        self._composed = composed
        self._port = port
        self._numbers: list[str] = []
        self._practising: list[str] = []
        self._token = ""
        self._hospital = ""

    def tell(self) -> None:
        """Do one thing after the other, and say what was seen."""
        _step("The images are built", self.build)
        _step("A first start, with nothing typed in", self.start)
        _step("Anyone verifies a license through the gateway", self.verify_through_gateway)
        _step("A hospital verifies a license", self.verify_from_hospital)
        _step("Each service reaches its own database alone", self.stay_apart)
        _step("Scaled, requests are spread over the instances", self.scale)
        _step("The registry is stopped and started", self.live_without_registry)
        _step("The hospital service is stopped and started", self.live_without_hospital)

    # --- Steps, each of which returns its proof ---------------------------------------------------------------

    def build(self) -> str:
        """Build the images of both services."""
        self._composed.do("build", seconds=BUILD_SECONDS)
        return "registry_service, hospital_service"

    def start(self) -> str:
        """Start on empty volumes and wait until every instance is healthy."""
        self._composed.do("up", "--detach", seconds=START_SECONDS)
        self._wait_until_well()
        names = ("registry_service", "hospital_service", "registry_worker", "hospital_worker", "gateway")
        return f"{', '.join(names)} are healthy"

    def verify_through_gateway(self) -> str:
        """Ask without a token about people drawn from the register."""
        self._numbers = self._sample_numbers(60)
        answers = [self._ask(_verify_path(number)) for number in self._numbers]
        _expect([answer.body["license_number"] for answer in answers] == self._numbers, answers)
        self._practising = [answer.body["license_number"] for answer in answers if answer.body["may_practise"]]
        return f"{len(answers)} answers, of whom {len(self._practising)} may practise"

    def verify_from_hospital(self) -> str:
        """Let a hospital's administrator record that someone joins; the hospital asks the registry at once."""
        self._sign_in()
        joined = self._join(self._practising[0])
        verification = joined.body["verification"]
        _expect(verification["outcome"] == "verified", joined)
        return f"{self._practising[0]} is {verification['outcome']} after {joined.seconds:.2f} s"

    def stay_apart(self) -> str:
        """Connect from each service to both databases, past the name server."""
        addresses = {side: self._composed.address(f"{side}_db") for side in ("registry", "hospital")}
        reached = [
            f"{service} reaches {database}_db"
            for service in SCALE
            for database, address in addresses.items()
            if self._connects(service, address)
        ]
        _expect(reached == ["registry_service reaches registry_db", "hospital_service reaches hospital_db"], reached)
        return ", ".join(reached)

    def scale(self) -> str:
        """Start more instances, and find requests answered by each of them."""
        scales = [part for name, count in SCALE.items() for part in ("--scale", f"{name}={count}")]
        self._composed.do("up", "--detach", "--no-recreate", *scales, seconds=START_SECONDS)
        self._wait_until_well()
        paths = {"registry_service": [_verify_path(number) for number in self._numbers],
                 "hospital_service": ["/api/hospitals/"] * 60}  # fmt: skip
        shares = [self._spread(service, paths[service]) for service in SCALE]
        return "; ".join(shares)

    def live_without_registry(self) -> str:
        """While the registry is gone the hospital answers; what it could not ask is asked by itself later."""
        self._composed.do("stop", "registry_service", seconds=120)
        noticed = self._wait_for_502(_verify_path(self._numbers[0]))
        alive = self._ask("/api/hospitals/")
        _expect(alive.status == 200, alive)
        joined = self._join(self._practising[1])
        _expect(joined.body["verification"]["outcome"] == "not_answered", joined)
        _expect(joined.seconds < UNANSWERED_SECONDS, joined)
        self._composed.do("start", "registry_service", seconds=120)
        started = time.monotonic()
        back = self._wait_for_200(_verify_path(self._numbers[0]))
        self._wait_until_verified(joined.body["id"])
        return (
            f"502 as problem+json after {noticed:.1f} s, hospital answers 200 and says after {joined.seconds:.1f} s "
            f"that the registry does not; back after {back:.1f} s, and who was left is verified, with nobody asking, "
            f"after {time.monotonic() - started:.1f} s"
        )

    def live_without_hospital(self) -> str:
        """While the hospital service is gone the registry answers."""
        self._composed.do("stop", "hospital_service", seconds=120)
        noticed = self._wait_for_502("/api/hospitals/")
        alive = self._ask(_verify_path(self._numbers[2]))
        _expect(alive.status == 200, alive)
        self._composed.do("start", "hospital_service", seconds=120)
        back = self._wait_for_200("/api/hospitals/")
        return f"502 as problem+json after {noticed:.1f} s, registry answers 200; back after {back:.1f} s"

    # --- How each is done -------------------------------------------------------------------------------------

    def _wait_until_well(self) -> None:
        _wait_for(lambda: not self._composed.unwell(), HEALTHY_SECONDS, lambda: ", ".join(self._composed.unwell()))

    def _connects(self, service: str, address: str) -> bool:
        code = f"import socket; socket.create_connection(({address!r}, 5432), timeout=3)"
        try:
            self._composed.do("exec", "-T", service, "python", "-c", code, seconds=30)
        except CommandFailed:
            return False
        return True

    def _sample_numbers(self, count: int) -> list[str]:
        command = ["python", "manage.py", "sample_numbers", "--count", str(count), "--output", "/dev/stdout"]
        printed = self._composed.do("exec", "-T", "registry_service", *command, seconds=60)
        return re.findall(r"^PHB-\S+", printed, re.MULTILINE)

    def _sign_in(self) -> None:
        """Sign in as the administrator of the first hospital that the set-up has printed."""
        printed = self._composed.do("logs", "--no-color", "hospital_setup", seconds=30)
        lines = [line.partition("| ")[2] for line in printed.splitlines()]
        demo = json.loads("".join(lines[lines.index("{") : lines.index("}") + 1]))
        self._hospital = demo["hospitals"][0]["id"]
        role = {"role": "hospital_admin", "hospital": self._hospital}
        account = next(each for each in demo["accounts"] if role in each["roles"])
        answer = self._ask("/api/auth/token/", {"email": account["email"], "password": account["password"]})
        _expect(answer.status == 200, answer)
        self._token = answer.body["access"]

    def _join(self, number: str) -> Answer:
        person = {"full_name": "Ngozi Eze", "job_title": "Officer", "license_number": number}
        joined = self._ask("/api/staff/", {"hospital": self._hospital, **person})
        _expect(joined.status == 201, joined)
        return joined

    def _spread(self, service: str, paths: list[str]) -> str:
        """Ask for every path until each instance has answered at least half of an even share; return the shares."""
        instances = self._composed.containers(service)
        shares: list[int] = []

        def is_spread() -> bool:
            before = [_requests_answered(instance) for instance in instances]
            failed = [answer for answer in map(self._ask, paths) if answer.status != 200]
            _expect(not failed, failed)
            shares[:] = [
                _requests_answered(instance) - count for instance, count in zip(instances, before, strict=True)
            ]
            return min(shares) >= len(paths) / len(instances) / 2

        _wait_for(is_spread, NOTICED_SECONDS, lambda: f"{service} answered {shares}")
        return f"{service} {' + '.join(map(str, shares))}"

    def _wait_for_502(self, path: str) -> float:
        return self._wait_for_answer(path, lambda answer: answer.is_gateways_502, NOTICED_SECONDS)

    def _wait_for_200(self, path: str) -> float:
        return self._wait_for_answer(path, lambda answer: answer.status == 200, RECOVERED_SECONDS)

    def _wait_until_verified(self, affiliation: str) -> None:
        """Only look: nobody asks for the verification but the worker."""
        self._wait_for_answer(
            f"/api/staff/{affiliation}/",
            lambda answer: answer.status == 200 and (answer.body["verification"] or {}).get("outcome") == "verified",
            RECOVERED_SECONDS,
        )

    def _wait_for_answer(self, path: str, is_it: Callable[[Answer], bool], seconds: float) -> float:
        seen: list[Answer] = []

        def asked() -> bool:
            seen[:] = [self._ask(path)]
            return is_it(seen[0])

        return _wait_for(asked, seconds, lambda: f"{path}: {seen[0]}")

    def _ask(self, path: str, body: dict[str, str] | None = None) -> Answer:
        """GET, or POST when there is a body; what belongs to the hospital is asked with the token."""
        headers = {"Content-Type": "application/json"}
        if self._token and not path.startswith("/api/registry/"):
            headers["Authorization"] = f"Bearer {self._token}"
        return ask(self._port, path, headers, json.dumps(body) if body else None)


def ask(port: int, path: str, headers: dict[str, str], body: str | None) -> Answer:
    """Send one request to a port of this machine and return the answer, whatever its status."""
    started = time.monotonic()
    connection = HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        connection.request("POST" if body else "GET", path, body, headers)
        response = connection.getresponse()
        kind, content = response.headers.get_content_type(), response.read()
    except (OSError, HTTPException) as failure:
        return Answer(0, "", repr(failure), time.monotonic() - started)
    finally:
        connection.close()
    is_json = kind == "application/json" or kind.endswith("+json")
    return Answer(response.status, kind, json.loads(content) if is_json else content, time.monotonic() - started)


def _requests_answered(instance: str) -> int:
    """Return how many requests an instance has counted, those of Docker and Prometheus left out."""
    code = (
        "import urllib.request as r;"
        "print(r.urlopen(r.Request('http://127.0.0.1:8000/metrics', headers={'Host': 'localhost'})).read().decode())"
    )
    printed = docker.output(["docker", "exec", instance, "python", "-c", code], seconds=30)
    rows = re.findall(r'^phb_http_requests_total\{[^}]*route="([^"]*)"[^}]*\} (\S+)', printed, re.MULTILINE)
    return int(sum(float(count) for route, count in rows if route not in {"healthz", "readyz", "metrics"}))


def _verify_path(number: str) -> str:
    return f"/api/registry/verify/{number}/"


def _step(name: str, act: Callable[[], str]) -> None:
    say(f"  ..    {name}")
    started = time.monotonic()
    proof = act()
    say(f"  ok    {name}: {proof} ({time.monotonic() - started:.1f} s)")


def _expect(true: bool, seen: object) -> None:
    if not true:
        raise CommandFailed(f"This was not to be expected: {seen}")


def _wait_for(is_so: Callable[[], bool], seconds: float, what_is: Callable[[], str]) -> float:
    """Return after how many seconds `is_so`. Raise CommandFailed with `what_is` instead, when that takes too long."""
    started = time.monotonic()
    while not is_so():
        if time.monotonic() - started > seconds:
            raise CommandFailed(f"Still not after {seconds:.0f} s: {what_is()}")
        stopping.wait(0.2)
    return time.monotonic() - started


def _kept_logs(composed: Composed) -> str:
    """Keep what the containers have written before they are removed, and say where."""
    path = LOCAL / "logs" / "compose-check.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.write_text(composed.do("logs", "--no-color", "--timestamps", seconds=60), encoding="utf-8")
    except CommandFailed as failure:
        return str(failure)
    return f"What the containers wrote is in {path}"
