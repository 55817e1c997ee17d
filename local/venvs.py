"""Virtual environments that make and update themselves.

A stamp in each says which requirements and which Python it was made from. Where they have changed the environment
is made anew, so that it never holds a package that nobody asks for any more.
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from local import processes
from local.console import say, step
from local.paths import LOCAL, ROOT, one_at_a_time

MINIMUM_PYTHON = (3, 11)


@dataclass(frozen=True)
class Venv:
    """An environment and the files that fill it; `dev` is a superset of `runtime`."""

    name: str
    runtime: Path
    dev: Path

    @property
    def folder(self) -> Path:
        """Return where the environment lies."""
        return LOCAL / "venv" / self.name

    @property
    def python(self) -> Path:
        """Return its interpreter."""
        return self.folder / "bin" / "python"

    def program(self, name: str) -> Path:
        """Return a program that one of its packages installed."""
        return self.folder / "bin" / name


def _of(name: str, folder: Path) -> Venv:
    return Venv(name, folder / "requirements.txt", folder / "requirements-dev.txt")


TOOLS = _of("tools", ROOT / "local")
SERVICES = {name: _of(name, ROOT / f"{name}_service") for name in ("registry", "hospital")}


def ensure(*, runtime: Sequence[Venv] = (), dev: Sequence[Venv] = ()) -> None:
    """Make or update the environments that are missing or out of date, at the same time.

    Those in `dev` are given what tests and checks need as well.
    """
    if sys.version_info < MINIMUM_PYTHON:
        raise processes.CommandFailed(
            f"Python 3.11 or newer is needed and this is {sys.version.split()[0]}. "
            "Name another one: make PYTHON=python3.12 …"
        )
    wanted = [(venv, False) for venv in runtime] + [(venv, True) for venv in dev]
    with ThreadPoolExecutor(max_workers=3) as pool:
        for future in [pool.submit(_update, venv, dev=dev) for venv, dev in wanted if not _is_current(venv, dev=dev)]:
            future.result()


def go_on_in_tools() -> None:
    """Go on inside the tools environment, with the same command line."""
    if Path(sys.prefix) != TOOLS.folder:
        os.execve(
            TOOLS.python, [str(TOOLS.python), "-m", "local", *sys.argv[1:]], {**os.environ, "PYTHONPATH": str(ROOT)}
        )


def _update(venv: Venv, *, dev: bool) -> None:
    with one_at_a_time(venv.folder.parent / f"{venv.name}.lock"):
        if not _is_current(venv, dev=dev):
            with step(f"Python packages for {venv.name}"):
                _install(venv, dev=dev)


def _install(venv: Venv, *, dev: bool) -> None:
    requirements = venv.dev if dev else venv.runtime
    wanted = _stamp(venv, dev=dev)
    log = LOCAL / "logs" / f"install-{venv.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    # Development requirements only add to the runtime's; anything else starts from nothing.
    only_adds = dev and _read_stamp(venv) == _stamp(venv, dev=False)
    _stamp_file(venv).unlink(missing_ok=True)
    if not only_adds:
        shutil.rmtree(venv.folder, ignore_errors=True)
        _make(venv, log)
    processes.run(
        [venv.python, "-m", "pip", "install", "--require-hashes", "--no-input", "--disable-pip-version-check",
         "--progress-bar", "off", "--requirement", requirements],
        env=os.environ,
        cwd=ROOT,
        log=log,
    )  # fmt: skip
    _stamp_file(venv).write_text(wanted, encoding="utf-8")


def _make(venv: Venv, log: Path) -> None:
    try:
        processes.run([sys.executable, "-m", "venv", venv.folder], env=os.environ, cwd=ROOT, log=log)
    except processes.CommandFailed:
        say("Python could not make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv")
        raise


def _is_current(venv: Venv, *, dev: bool) -> bool:
    enough = {_stamp(venv, dev=True)} if dev else {_stamp(venv, dev=True), _stamp(venv, dev=False)}
    return venv.python.exists() and _read_stamp(venv) in enough


def _stamp(venv: Venv, *, dev: bool) -> str:
    runtime = hashlib.sha256(venv.runtime.read_bytes()).hexdigest()
    added = hashlib.sha256(venv.dev.read_bytes()).hexdigest() if dev else ""
    return f"python {sys.version_info[0]}.{sys.version_info[1]} runtime {runtime} dev {added}"


def _stamp_file(venv: Venv) -> Path:
    return venv.folder / ".made-from"


def _read_stamp(venv: Venv) -> str:
    return _stamp_file(venv).read_text(encoding="utf-8") if _stamp_file(venv).exists() else ""
