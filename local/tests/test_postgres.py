"""PostgreSQL servers: two roles each, data that survive a crash, and nothing that is readable to others."""

import os
import signal
import stat
import subprocess
import time

import pytest

from local.paths import Home, is_root
from local.postgres import PostgresServer
from local.processes import birth_of, end_leftovers
from local.programs import POSTGRES_ACCOUNT, postgres_programs


@pytest.fixture(scope="module")
def home():
    home = Home.throwaway("test-postgres")
    yield home
    end_leftovers(home)
    home.remove()


@pytest.fixture
def server(home):
    server = PostgresServer(home, "registry", throwaway=True)
    server.start()
    yield server
    server.stop()


def ask(server, role, sql):
    answer = subprocess.run(
        [postgres_programs() / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", server.url(role), "-c", sql],
        capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]}, cwd="/",
    )  # fmt: skip
    return answer.stdout.strip() or answer.stderr.strip()


def test_the_owner_migrates_and_makes_no_databases(server):
    assert ask(server, "owner", "SELECT current_user") == "registry_owner"
    assert ask(server, "owner", "CREATE EXTENSION IF NOT EXISTS btree_gist") == ""
    assert ask(server, "owner", "CREATE TABLE IF NOT EXISTS t (a int)") == ""
    assert "permission denied" in ask(server, "owner", "CREATE DATABASE test_registry")


def test_for_tests_alone_the_owner_makes_databases(home, server):
    server.stop()
    for_tests = PostgresServer(home, "registry", throwaway=True, for_tests=True)
    for_tests.start()
    assert ask(for_tests, "owner", "CREATE DATABASE test_registry") == ""
    assert ask(for_tests, "owner", "DROP DATABASE test_registry") == ""
    for_tests.stop()
    server.start()
    assert "permission denied" in ask(server, "owner", "CREATE DATABASE test_registry")


def test_the_service_owns_nothing_and_makes_nothing(server):
    assert ask(server, "app", "SELECT current_user") == "registry_app"
    assert "permission denied" in ask(server, "app", "CREATE TABLE u (a int)")
    assert "permission denied" in ask(server, "app", "CREATE DATABASE mine")
    roles = "SELECT bool_or(rolsuper OR rolbypassrls OR rolreplication) FROM pg_roles WHERE rolname LIKE 'registry%'"
    assert ask(server, "owner", roles) == "f"


def test_text_is_utf_8_and_sorts_alike_everywhere(server):
    query = "SELECT pg_encoding_to_char(encoding), datlocprovider, datlocale FROM pg_database WHERE datname='registry'"
    assert ask(server, "app", query) == "UTF8|b|C.UTF-8"


def test_it_is_reached_with_a_password_alone(server):
    url = server.url("app").replace("registry_app:", "registry_app:wrong")
    answer = subprocess.run(
        [postgres_programs() / "psql", url, "-c", "SELECT 1"], capture_output=True, text=True, check=False, cwd="/"
    )
    assert "password authentication failed" in answer.stderr


def test_data_outlive_a_stop_and_a_crash(home, server):
    ask(server, "owner", "CREATE TABLE kept AS SELECT 1 AS a")
    server.stop()
    crashing = PostgresServer(home, "registry", throwaway=True)
    crashing.start()
    assert not crashing.made
    pid = crashing.child.pid
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while crashing.child.running and time.monotonic() < deadline:
        time.sleep(0.02)
    server.start()
    assert birth_of(pid) == ""
    assert ask(server, "owner", "SELECT a FROM kept") == "1"


def test_data_that_were_half_made_are_made_anew(home):
    server = PostgresServer(home, "hospital", throwaway=True)
    (home.data / "postgres" / "hospital").mkdir(parents=True, exist_ok=True)
    (home.data / "postgres" / "hospital" / "PG_VERSION").write_text("18")
    server.start()
    assert server.made
    assert ask(server, "app", "SELECT current_database()") == "hospital"
    server.stop()


def test_only_the_account_that_runs_it_reads_the_data(home, server):
    folder = home.data / "postgres"
    assert stat.S_IMODE((folder / "registry").stat().st_mode) == 0o700
    assert (folder / "registry").owner() == (POSTGRES_ACCOUNT if is_root() else folder.owner())
    assert not list(folder.glob("*.password"))
