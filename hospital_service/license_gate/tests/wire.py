"""The registry at the wire of `requests`: what a test lets it answer, and what it was asked."""

from typing import Any

import requests
import responses

from license_gate.answers import Question
from license_gate.reading import ANSWER_MEDIA_TYPE
from license_gate.registry_client import RegistryClient
from license_gate.tests.documents import NOW, NUMBER, answer_document, encode

BASE = "https://registry.test"
TOKEN_URL = f"{BASE}/api/registry/auth/client-token/"
VERIFY_URL = f"{BASE}/api/registry/verify/{NUMBER}/"
BATCH_URL = f"{BASE}/api/registry/verify/batch/"
ASKED = Question(NUMBER)


def client(**settings: Any) -> RegistryClient:
    return RegistryClient(BASE + "/", "hospital:service", "sécret+/", now=lambda: NOW, **settings)


def give_token(wire: responses.RequestsMock, text: str = "token-1", **members: Any) -> None:
    wire.post(TOKEN_URL, json={"access_token": text, "token_type": "Bearer", "expires_in": 300, **members})


def give_answer(wire: responses.RequestsMock, **members: Any) -> None:
    wire.get(VERIFY_URL, body=encode(answer_document(**members)), content_type=ANSWER_MEDIA_TYPE)


def calls_to(wire: responses.RequestsMock, url: str) -> list[requests.PreparedRequest]:
    return [call.request for call in wire.calls if (call.request.url or "").partition("?")[0] == url]
