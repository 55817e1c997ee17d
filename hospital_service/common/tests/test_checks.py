"""A wrong setting stops the start, and says how to mend it."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections
from django.test import override_settings

from common.checks import addresses_are_usable, runtime_role_is_powerless


@pytest.fixture
def connection_settings(committed_db: None) -> Iterator[dict]:
    """Those of the runtime role, to be changed by the test; put back afterwards."""
    runtime = connections["default"]
    before = dict(runtime.settings_dict)
    runtime.close()
    yield runtime.settings_dict
    runtime.close()
    runtime.settings_dict.clear()
    runtime.settings_dict.update(before)


def ids(found: list) -> list[str]:
    assert all(message.hint for message in found)
    return [message.id for message in found]


class TestTheRole:
    def test_the_runtime_role_may_start(self, committed_db: None) -> None:
        assert runtime_role_is_powerless(["default"]) == []

    def test_the_owner_may_not(self, connection_settings: dict) -> None:
        owner = connections["owner"].settings_dict
        connection_settings.update(USER=owner["USER"], PASSWORD=owner["PASSWORD"])
        assert ids(runtime_role_is_powerless(["default"])) == ["phb.E002"]

    def test_a_database_that_does_not_answer(self, connection_settings: dict) -> None:
        connection_settings["PORT"] = "1"
        assert ids(runtime_role_is_powerless(["default"])) == ["phb.E001"]

    @pytest.mark.parametrize("databases", [None, [], ["owner"]])
    def test_it_is_asked_of_the_service_alone(self, databases: list[str] | None) -> None:
        assert runtime_role_is_powerless(databases) == []


class TestAddresses:
    def test_ours_are_usable(self) -> None:
        assert addresses_are_usable(None) == []

    @pytest.mark.parametrize(
        ("changed", "expected"),
        [
            ({"ALLOWED_HOSTS": ["*"]}, ["phb.E003"]),
            ({"PUBLIC_URL": "registry.phb.ng"}, ["phb.E004"]),
            ({"FRONTEND_URL": "ftp://phb.ng"}, ["phb.E004"]),
            ({"PUBLIC_URL": "https://"}, ["phb.E004"]),
            ({"PHB_ENV": "production", "HTTPS": False}, ["phb.E005"]),
            ({"PHB_ENV": "production", "HTTPS": True}, []),
        ],
    )
    def test_others_are_not(self, changed: dict, expected: list[str]) -> None:
        with override_settings(**changed):
            assert ids(addresses_are_usable(None)) == expected


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class TestStarting:
    def test_as_the_owner(self) -> None:
        result = start(DATABASE_URL=os.environ["DATABASE_OWNER_URL"])
        assert result.returncode != 0
        assert "phb.E002" in result.stderr
        assert "Connect as the runtime role" in result.stderr

    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("PHB_ENV", "staging", "choose one of: production, local, test"),
            ("HTTPS", "perhaps", "write on or off"),
            ("DB_STATEMENT_TIMEOUT_MS", "soon", "write a whole number"),
            ("DJANGO_SECRET_KEY_FILE", "/nowhere/at/all", "cannot read /nowhere/at/all"),
        ],
    )
    def test_with_a_wrong_setting(self, name: str, value: str, said: str) -> None:
        result = start(**{name: value})
        assert result.returncode != 0
        assert said in result.stderr
