"""What the stories share: where the system is, and callers with their tokens."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from e2e.caller import DEADLINE, Caller


@pytest.fixture(scope="session")
def url() -> str:
    """The gateway's address."""
    return os.environ["PHB_URL"]


@pytest.fixture(scope="session")
def demo() -> dict[str, Any]:
    """What `seed_demo` told of each service: accounts, a client, licenses."""
    told: dict[str, Any] = json.loads(Path(os.environ["PHB_DEMO"]).read_text(encoding="utf-8"))
    return told


@pytest.fixture(scope="session")
def anyone(url: str) -> Caller:
    """A caller without a token."""
    return Caller(url)


@pytest.fixture(scope="session")
def machine(url: str, demo: dict[str, Any]) -> Caller:
    """A service client with the scope `verify`."""
    client = demo["registry"]["client"]
    answer = requests.post(
        f"{url}/api/registry/auth/client-token/",
        data={"grant_type": "client_credentials", "scope": "verify"},
        auth=(client["client_id"], client["client_secret"]),
        timeout=DEADLINE,
    )
    assert answer.status_code == 200, answer.text
    return Caller(url, answer.json()["access_token"])


@pytest.fixture(scope="session")
def sign_in(url: str) -> Callable[[str, str], Caller]:
    """Sign in to the hospital service and return the caller."""

    def signed_in(email: str, password: str) -> Caller:
        answer = requests.post(f"{url}/api/auth/token/", json={"email": email, "password": password}, timeout=DEADLINE)
        assert answer.status_code == 200, answer.text
        return Caller(url, answer.json()["access"])

    return signed_in


@pytest.fixture(scope="session")
def registry_sign_in(url: str) -> Callable[[str, str], Caller]:
    """Sign in to the registry and return the caller."""

    def signed_in(email: str, password: str) -> Caller:
        body = {"email": email, "password": password}
        answer = requests.post(f"{url}/api/registry/auth/token/", json=body, timeout=DEADLINE)
        assert answer.status_code == 200, answer.text
        return Caller(url, answer.json()["access"])

    return signed_in


@pytest.fixture(scope="session")
def hospital(demo: dict[str, Any]) -> dict[str, Any]:
    """The hospital at which the stories play."""
    return hospital_named(demo, "Zuma")


@pytest.fixture(scope="session")
def other_hospital(demo: dict[str, Any]) -> dict[str, Any]:
    """Another one."""
    return hospital_named(demo, "Marina")


def hospital_named(demo: dict[str, Any], part: str) -> dict[str, Any]:
    """The demo hospital with this in its name."""
    return next(each for each in demo["hospital"]["hospitals"] if part in each["name"])


def sign_in_as_admin(demo: dict[str, Any], hospital: dict[str, Any], sign_in: Callable[[str, str], Caller]) -> Caller:
    """Sign in as the administrator of a hospital."""
    role = {"role": "hospital_admin", "hospital": hospital["id"]}
    account = next(each for each in demo["hospital"]["accounts"] if role in each["roles"])
    return sign_in(account["email"], account["password"])


@pytest.fixture(scope="session")
def hospital_admin(demo: dict[str, Any], hospital: dict[str, Any], sign_in: Callable[[str, str], Caller]) -> Caller:
    """The administrator of that hospital."""
    return sign_in_as_admin(demo, hospital, sign_in)


@pytest.fixture(scope="session")
def other_admin(demo: dict[str, Any], other_hospital: dict[str, Any], sign_in: Callable[[str, str], Caller]) -> Caller:
    """The administrator of the other one."""
    return sign_in_as_admin(demo, other_hospital, sign_in)
