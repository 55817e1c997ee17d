"""A worker whose loop turns is told from one that hangs, without asking it."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from common.heartbeat import STALE_SECONDS, beat, is_beating


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    return tmp_path


def asked() -> int:
    """The answer that an orchestrator gets."""
    command = [sys.executable, "-m", "common.heartbeat"]
    return subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, check=False).returncode


def test_it_beats_once_the_loop_has_turned() -> None:
    assert (is_beating(), asked()) == (False, 1)
    beat()
    assert (is_beating(), asked()) == (True, 0)


def test_it_has_stopped_when_the_loop_has_not_turned_for_long(folder: Path) -> None:
    beat()
    (file,) = folder.iterdir()
    for age, beating in ((STALE_SECONDS - 5, True), (STALE_SECONDS + 5, False)):
        os.utime(file, (time.time() - age,) * 2)
        assert is_beating() is beating
    assert asked() == 1


def test_without_a_folder_of_its_own_a_worker_runs_and_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR")
    beat()
    assert not is_beating()
