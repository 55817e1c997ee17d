"""Programs that we start: each in a process group of its own, recorded on disk, and ended with all that it started."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from local import stopping
from local.paths import Home

STOP_SECONDS = 25
LOG_BYTES = 20_000_000  # a longer log is set aside at the next start


class CommandFailed(Exception):
    """A program ended with an error; the message says which, and shows the end of what it wrote."""


@dataclass(frozen=True)
class Account:
    """A system account that a program runs as; the empty one is our own."""

    name: str = ""

    def popen_arguments(self) -> dict[str, object]:
        """Return what subprocess needs to become this account."""
        return {"user": self.name, "group": self.name, "extra_groups": []} if self.name else {}


class Child:
    """A program that runs for as long as the system does.

    Its output goes to `logs/<name>.log` of the home. `stop_signal` is what the program takes as
    "finish what you are doing and go".
    """

    def __init__(
        self,
        home: Home,
        name: str,
        argv: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        cwd: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        account: Account | None = None,
    ) -> None:
        self.name = name
        self.log = home.folder("logs") / f"{name}.log"
        self._record = home.folder("processes") / f"{name}.json"
        self._argv = [str(part) for part in argv]
        self._env = dict(env)
        self._cwd = cwd
        self._stop_signal = stop_signal
        self._account = account or Account()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the program and record it, so that a later run can end it if we cannot."""
        stopping.check()
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.rename(self.log.with_suffix(".previous.log"))
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._argv,
                env=self._env,
                cwd=self._cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._account.popen_arguments(),  # type: ignore[call-overload]
            )
        record = {"pid": self.pid, "birth": birth_of(self.pid), "stop_signal": int(self._stop_signal)}
        self._record.write_text(json.dumps(record), encoding="utf-8")

    @property
    def pid(self) -> int:
        """Return the process id, which is also that of its process group; 0 before the start."""
        return self._process.pid if self._process else 0

    @property
    def running(self) -> bool:
        """Return whether the program runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """Return the exit code, or None while the program runs or was never started."""
        return self._process.poll() if self._process else None

    def ask_to_stop(self) -> None:
        """Send the stop signal and return at once."""
        if self._process is not None and self.running:
            self._process.send_signal(self._stop_signal)

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ask the program to stop, wait for it, and kill what is left of its process group."""
        if self._process is None:
            return
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """End the program and its process group at once, as a crash would."""
        if self._process is None:
            return
        _signal_group(self.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        self._record.unlink(missing_ok=True)

    def tail(self, lines: int = 25) -> str:
        """Return the last lines that the program wrote."""
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


def run(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path,
    log: Path | None = None,
    account: Account | None = None,
    stdin: str = "",
) -> None:
    """Run a program to its end; what it writes goes to `log`, or to our own output when that is None.

    Raises CommandFailed when it fails, StopAsked (after ending it) when a stop is asked for.
    """
    code = run_for_exit_code(argv, env=env, cwd=cwd, log=log, account=account, stdin=stdin)
    if code != 0:
        shown = " ".join(str(part) for part in argv)
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-25:]) if log else ""
        raise CommandFailed(f"{shown}\nended with code {code}\n{tail}".rstrip())


def run_for_exit_code(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path,
    log: Path | None = None,
    account: Account | None = None,
    stdin: str = "",
    stop_signal: signal.Signals = signal.SIGTERM,
) -> int:
    """Do as `run` does, but return the exit code of a program that fails."""
    stopping.check()
    output: IO[bytes] | None = None
    if log:
        log.parent.mkdir(parents=True, exist_ok=True)
        output = log.open("ab")
    process = subprocess.Popen(
        [str(part) for part in argv],
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        process_group=0,
        **(account or Account()).popen_arguments(),  # type: ignore[call-overload]
    )
    try:
        if process.stdin is not None:
            process.stdin.write(stdin.encode())
            process.stdin.close()
        while process.poll() is None:
            stopping.wait(0.02)
        return int(process.returncode)
    except stopping.StopAsked:
        process.send_signal(stop_signal)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        raise
    finally:
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()
        if output:
            output.close()


def end_leftovers(home: Home) -> list[str]:
    """End what an earlier run of this home left behind, and return the names of what was found alive."""
    found = []
    for record in sorted(home.folder("processes").glob("*.json")):
        with suppress(ValueError, KeyError):
            left = json.loads(record.read_text(encoding="utf-8"))
            if left["birth"] and birth_of(left["pid"]) == left["birth"]:
                found.append(record.stem)
                _end(left["pid"], left["birth"], left["stop_signal"])
        record.unlink(missing_ok=True)
    return found


def birth_of(pid: int) -> str:
    """Return when the process began, in the system's own words; empty when there is none or it is a zombie.

    A pid alone may have passed to a stranger since it was written down.
    """
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            return ""
        state, start_time = fields[0], fields[19]
        return "" if state == "Z" else start_time
    listed = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout.strip()


def _end(pid: int, birth: str, stop_signal: int) -> None:
    _signal_group(pid, stop_signal)
    deadline = time.monotonic() + STOP_SECONDS
    while birth_of(pid) == birth and time.monotonic() < deadline:
        time.sleep(0.05)
    _signal_group(pid, signal.SIGKILL)


def _signal_group(pid: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
