"""`make run` starts, stops and starts again, whichever way it ended, and no process of it is left."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.paths import ROOT, Home
from local.ports import free_port, is_taken
from local.processes import end_leftovers
from local.services import answers

PROC = Path("/proc")
# A license of the demo cast, which is there from the first start on.
QUESTION = "/api/registry/verify/PHB-MED-DEM0-001B/"
FIRST_START_SECONDS = 90
LATER_START_SECONDS = 10
STOP_SECONDS = 30
PORTS = 5  # the gateway's, and for each service gunicorn's and PostgreSQL's

pytestmark = pytest.mark.skipif(not PROC.exists(), reason="who is left behind is read from /proc")


class MakeRun:
    """`make run` as somebody types it into a terminal, in a home of its own."""

    def __init__(self, home: Home, screen: Path) -> None:
        self.port = free_port()
        self.home = home
        self._screen = screen
        self._make: subprocess.Popen[bytes] | None = None

    @property
    def shown(self) -> str:
        """What this start has written so far."""
        return self._screen.read_text(encoding="utf-8")

    def start(self, within: float) -> None:
        """Start, and return when it answers and has said so."""
        variables = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        chosen = {"PHB_HOME": self.home.path.name, "PHB_PORT": str(self.port), "PHB_PEOPLE": "200"}
        with self._screen.open("wb") as screen:
            self._make = subprocess.Popen(
                ["make", "run", f"PYTHON={sys.executable}"],
                cwd=ROOT,
                env=variables | chosen,
                stdin=subprocess.DEVNULL,
                stdout=screen,
                stderr=screen,
                start_new_session=True,
            )
        deadline = time.monotonic() + within
        while not (answers(self.port, QUESTION) and "Ctrl-C stops everything" in self.shown):
            assert not self.ended, self.shown
            assert time.monotonic() < deadline, self.shown
            time.sleep(0.05)

    @property
    def ended(self) -> bool:
        """Whether make has ended."""
        return self._make is None or self._make.poll() is not None

    def send(self, number: signal.Signals, *, to_all: bool) -> None:
        """Send a signal to make, or, as the terminal's keys do, to everyone in the foreground; wait for its end."""
        assert self._make is not None
        (os.killpg if to_all else os.kill)(self._make.pid, number)
        self._make.wait(STOP_SECONDS)

    def processes(self) -> dict[int, str]:
        """Return every process that names the home: by its arguments, its environment or its working folder."""
        read = {int(folder.name): _description(folder) for folder in PROC.glob("[0-9]*")}
        return {pid: text for pid, text in read.items() if self.home.path.name in text}

    def ports(self) -> list[int]:
        """Return the ports that these processes were given."""
        told = " ".join(self.processes().values())
        return sorted({int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)", told)})

    def clear_away(self) -> None:
        """End what a failed story left, and delete everything."""
        if not self.ended:
            self.send(signal.SIGKILL, to_all=True)
        end_leftovers(self.home)
        self.home.remove()


def _description(process: Path) -> str:
    try:
        texts = [(process / name).read_bytes().decode(errors="replace") for name in ("cmdline", "environ")]
        return " ".join([*texts, str((process / "cwd").readlink())])
    except OSError:
        return ""  # it has ended meanwhile, or is not ours


@pytest.fixture
def make_run(tmp_path: Path) -> Iterator[MakeRun]:
    run = MakeRun(Home.named(f"story-{os.getpid()}"), tmp_path / "screen")
    yield run
    run.clear_away()


def test_whoever_stops_it_leaves_nothing_and_starts_it_again(make_run: MakeRun) -> None:
    make_run.start(within=FIRST_START_SECONDS)
    assert_introduced(make_run)
    stopped(make_run, signal.SIGTERM, to_all=False)

    make_run.start(within=LATER_START_SECONDS)
    make_run.send(signal.SIGKILL, to_all=True)
    assert make_run.processes(), "the programs live on when their runner is killed"

    make_run.start(within=LATER_START_SECONDS)
    assert "which an earlier run had left behind" in make_run.shown
    stopped(make_run, signal.SIGINT, to_all=True)


def assert_introduced(run: MakeRun) -> None:
    """The screen says where the system is, and who may sign in."""
    assert f"http://127.0.0.1:{run.port}\n" in run.shown
    assert f"http://registry.localhost:{run.port}\n" in run.shown
    demo = json.loads((run.home.path / "demo.json").read_text(encoding="utf-8"))
    accounts = [account for name in ("registry", "hospital") for account in demo[name]["accounts"]]
    assert accounts
    for account in accounts:
        assert re.search(f"{re.escape(account['email'])} +{re.escape(account['password'])} ", run.shown)


def stopped(run: MakeRun, number: signal.Signals, *, to_all: bool) -> None:
    """Stop it with this signal: no process is left, and no port is taken."""
    ports = run.ports()
    assert len(ports) == PORTS
    assert all(map(is_taken, ports))
    run.send(number, to_all=to_all)
    assert "Everything has stopped" in run.shown
    assert run.processes() == {}
    assert not any(map(is_taken, ports))
