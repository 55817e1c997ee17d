"""Fixtures of every test: the database as the runtime role sees it, and a client for the API."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from rest_framework.test import APIClient

from accounts.key_files import write_key
from accounts.models import User
from changes.models import RegisterPosition
from common.testing import empty_tables, test_database


@pytest.fixture(scope="session", autouse=True)
def _signing_keys(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One key that has long been signing, whatever instant a test pretends to be in."""
    folder = tmp_path_factory.mktemp("keys")
    write_key(folder, signs_from=datetime(2020, 1, 1, tzinfo=UTC))
    settings.SIGNING_KEYS_DIR = folder


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker) -> Iterator[None]:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with django_db_blocker.unblock(), test_database(worker):
        # The register's time never goes back, and tests pretend other moments than that of the set-up.
        RegisterPosition.objects.update(changed_at=datetime(2020, 1, 1, tzinfo=UTC))
        yield


@pytest.fixture
def committed_db(django_db_setup, django_db_blocker) -> Iterator[None]:
    """For tests whose threads must see each other's commits; every table but reference data is emptied after."""
    with django_db_blocker.unblock():
        yield
        empty_tables()


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture
def operator(db: None) -> Client:
    """A browser in which an operator with every permission has signed in to the admin pages."""
    client = Client()
    someone = User.objects.create_superuser("operator@example.ng", "Zuma-Rock-at-dawn")
    client.force_login(someone, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def api() -> APIClient:
    """A caller without a token."""
    return APIClient()
