"""What is asked: endless requests of one kind each, as the bytes that go over the wire."""

import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

import requests

from local.system import System

# As people type them: surnames that tens of thousands bear, full names in any order, beginnings, marks.
SEARCHES = (
    "Ibrahim", "Okafor", "Adeyemi", "Musa Ibrahim", "chinedu okafor", "ngozi eze", "Ogunleye Babatunde Samuel",
    "Halima Sani", "adeyem olum", "akinwun", "nwachuk ife", "Adébáyọ̀ Ọláwálé", "Ṣóyínká", "Chiọma Ifeọma",
)  # fmt: skip


class Questions:
    """Requests to the gateway of a system, which counts none of them against a limit."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._draw = random.Random(1)  # noqa: S311 -- repeatable, not secret

    def verify(self, numbers: Sequence[str]) -> Iterator[bytes]:
        """Ask about one number after the other, drawn at random, without a token."""
        while True:
            yield self._request("GET", f"/api/registry/verify/{self._draw.choice(numbers)}/")

    def search(self) -> Iterator[bytes]:
        """Search for names, without a token."""
        paths = [requests.Request("GET", "http://any/api/registry/search/", params={"q": name}).prepare().path_url
                 for name in SEARCHES]  # fmt: skip
        while True:
            yield self._request("GET", self._draw.choice(paths))

    def verify_batch(self, numbers: Sequence[str], size: int) -> Iterator[bytes]:
        """Ask about `size` numbers at once, drawn at random, as the service client that everyone may try."""
        token = self._client_token()
        while True:
            items = [{"license_number": number} for number in self._draw.sample(numbers, size)]
            headers = f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
            yield self._request("POST", "/api/registry/verify/batch/", headers, json.dumps({"items": items}).encode())

    def _client_token(self) -> str:
        registry: Any = self._system.demo["registry"]
        client = registry["client"]
        answer = requests.post(
            f"{self._system.base_url}/api/registry/auth/client-token/",
            auth=(client["client_id"], client["client_secret"]),
            data={"grant_type": "client_credentials"},
            timeout=10,
        )
        answer.raise_for_status()
        return str(answer.json()["access_token"])

    def _request(self, method: str, path: str, headers: str = "", body: bytes = b"") -> bytes:
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        return (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._system.port}\r\n"
            f"X-PHB-Limits-Token: {self._system.limits_token}\r\n{headers}{length}\r\n"
        ).encode() + body
