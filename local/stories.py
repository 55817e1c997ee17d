"""A pytest plugin for e2e/: one system for all stories, started before the first and stopped after the last.

Stories read its addresses from the environment (`System.variables`), or take the `system` fixture, with which they
can also stop and start a service. Where PHB_URL is set already, the stories run against that system instead, and
those that need the fixture are skipped.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from local.processes import CommandFailed
from local.system import System

DEFAULT_PEOPLE = 2_000
_running: list[System] = []


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the system and say in the environment where it is."""
    if session.config.option.collectonly or "PHB_URL" in os.environ:
        return
    with _seen(session.config):
        system = System.throwaway("e2e", people=int(os.environ.get("PHB_PEOPLE", DEFAULT_PEOPLE)))
        try:
            system.start()
        except CommandFailed as failure:
            pytest.exit(str(failure), returncode=pytest.ExitCode.INTERNAL_ERROR)
    _running.append(system)
    os.environ.update(system.variables())


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop the system, whatever happened."""
    with _seen(session.config):
        while _running:
            _running.pop().stop()


@pytest.fixture(scope="session")
def system() -> System:
    """The running system itself."""
    if not _running:
        pytest.skip("the system under test was not started here, so it cannot be stopped here")
    return _running[0]


@contextmanager
def _seen(config: pytest.Config) -> Iterator[None]:
    """Let what is printed here through: starting takes long enough that one wants to see it."""
    capture = config.pluginmanager.getplugin("capturemanager")
    assert capture is not None
    with capture.global_and_fixture_disabled():
        yield
