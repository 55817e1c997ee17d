"""The hospital's client asks a healthy registry through the real nginx with the limits that containers run with."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from gateway.tests.conftest import Answerer, gateway_to
from local import venvs
from local.gateway import Limits
from local.ports import free_port
from local.services import ALL

HOSPITAL = ALL["hospital"]
PROGRAM = Path(__file__).with_name("rounds.py")
# What the hospital service leaves of its 2.5 s for asking about a thousand.
SECONDS = "1.5"


class Registry(BaseHTTPRequestHandler):
    """Gives everyone a token, and answers at once that it never issued any of the numbers."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.endswith("/client-token/"):
            self._say({"access_token": "token", "token_type": "Bearer", "expires_in": 300}, "application/json")
        else:
            rows = [
                {"license_number": item["license_number"], "outcome": "refused", "code": "license_not_found"}
                for item in json.loads(body)["items"]
            ]
            answer = {"type": "ng.phb.registry.verification-batch.v1", "results": rows}
            self._say(answer, "application/vnd.phb.verification-batch.v1+json")

    def _say(self, document: dict[str, Any], media_type: str) -> None:
        content = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Stay silent."""


@pytest.fixture
def gateway() -> Iterator[Answerer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    with gateway_to(server.server_port, free_port(), Limits()) as answerer:
        yield answerer
    server.shutdown()
    server.server_close()


def ask(gateway: Answerer, rounds: int, questions: int) -> dict[str, Any]:
    venvs.ensure(runtime=[HOSPITAL.venv])
    done = subprocess.run(
        [HOSPITAL.venv.python, PROGRAM, gateway.base, str(rounds), str(questions), SECONDS],
        env={**os.environ, "PYTHONPATH": str(HOSPITAL.folder)}, capture_output=True, timeout=60, check=True, text=True,
    )  # fmt: skip
    return json.loads(done.stdout)


@pytest.mark.parametrize("rounds", [2, 6])
def test_rounds_of_a_thousand_at_once_are_all_answered(gateway, rounds):
    told = ask(gateway, rounds, 1_000)
    assert told == {"at_once": [{"answered": 1_000}] * rounds, "afterwards": {"answered": 1_000}}


def test_more_than_the_rate_allows_are_told_to_wait_and_no_outage_is_seen(gateway):
    told = ask(gateway, 60, 2)
    causes = {cause for each in told["at_once"] for cause in each}
    assert causes == {"answered", "throttled"}, "a refusal at once, and no circuit opened by it"
    assert told["afterwards"] == {"answered": 2}
