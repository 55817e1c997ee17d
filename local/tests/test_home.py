"""A home belongs to one process; secrets and environments are made once."""

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from local import paths, preparation, venvs
from local.paths import Home, HomeInUse
from local.secrets import secret, secret_file
from local.venvs import Venv


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home", "test")


def test_a_home_is_claimed_by_one_process(home):
    home.claim()
    with pytest.raises(HomeInUse, match=r"^\d+$"):
        Home(home.path, "test").claim()
    home.release()
    again = Home(home.path, "test")
    again.claim()
    again.release()


def test_a_second_home_stands_beside_the_usual_one(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "LOCAL", tmp_path)
    monkeypatch.setattr(paths, "HOMES", tmp_path / "homes")
    monkeypatch.setenv("PHB_HOME", "second")
    second = Home.main()
    second.claim()
    monkeypatch.delenv("PHB_HOME")
    usual = Home.main()
    assert usual.data != second.data
    assert [home.path for home in Home.lasting()] == [usual.path, second.path]
    second.release()


def test_a_home_whose_process_was_killed_is_abandoned(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "THROWAWAY", tmp_path)
    alive = Home.throwaway("alive")
    script = (
        "import os, sys; from pathlib import Path; from local import paths; "
        "paths.THROWAWAY = Path(sys.argv[1]); paths.Home.throwaway('killed'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False, cwd=paths.ROOT)
    found = list(Home.abandoned())
    assert [home.name.rpartition("-")[0] for home in found] == ["killed"]
    for home in [*found, alive]:
        home.remove()


def test_a_secret_is_made_once_and_is_its_owners(home):
    first = secret(home, "one")
    assert secret(home, "one") == first != secret(home, "two")
    assert len(first) >= 50
    assert stat.S_IMODE(secret_file(home, "one").stat().st_mode) == 0o600
    assert stat.S_IMODE(secret_file(home, "one").parent.stat().st_mode) == 0o700


def test_a_secret_that_many_ask_for_at_once_is_one_secret(home):
    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(lambda _: secret(home, "one"), range(64)))) == 1


class TestEnvironments:
    @pytest.fixture
    def venv(self, tmp_path, monkeypatch):
        """An environment whose packages are written down where they would be installed."""
        monkeypatch.setattr(venvs, "LOCAL", tmp_path)
        self.installed = []

        def run(argv, **_):
            if "venv" in argv:
                (argv[-1] / "bin").mkdir(parents=True)
                (argv[-1] / "bin" / "python").touch()
                self.installed.append("made anew")
            else:
                self.installed.append(argv[-1].name)

        monkeypatch.setattr(venvs.processes, "run", run)
        for name in ("requirements.txt", "requirements-dev.txt"):
            (tmp_path / name).write_text(name)
        return Venv("test", tmp_path / "requirements.txt", tmp_path / "requirements-dev.txt")

    def test_is_made_once(self, venv):
        for _ in range(2):
            venvs.ensure(runtime=[venv])
        assert self.installed == ["made anew", "requirements.txt"]

    def test_development_adds_to_the_runtime_and_serves_for_it(self, venv):
        venvs.ensure(runtime=[venv])
        venvs.ensure(dev=[venv])
        venvs.ensure(runtime=[venv])
        assert self.installed == ["made anew", "requirements.txt", "requirements-dev.txt"]

    def test_is_made_anew_when_its_requirements_change(self, venv):
        venvs.ensure(dev=[venv])
        venv.runtime.write_text("changed")
        venvs.ensure(runtime=[venv])
        assert self.installed == ["made anew", "requirements-dev.txt", "made anew", "requirements.txt"]


def test_the_digest_of_a_service_sees_code_and_data_and_not_what_programs_leave(tmp_path):
    (tmp_path / "module").mkdir()
    (tmp_path / "module" / "models.py").write_text("one")
    before = preparation.digest(tmp_path)
    for leftover in (".ruff_cache/x", "module/__pycache__/models.pyc", "module/tests/test_models.py"):
        (tmp_path / leftover).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / leftover).write_text("x")
    assert preparation.digest(tmp_path) == before
    (tmp_path / "module" / "states.csv").write_text("x")
    assert preparation.digest(tmp_path) != before
