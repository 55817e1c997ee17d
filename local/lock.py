"""`make lock`: pin every dependency, with hashes and without the address of any package index.

Each part of the project is pinned alone, so that each can be upgraded alone. Development requirements
contain the runtime's, at the same versions.
"""

import os
import shutil
import sys
from pathlib import Path

from local import processes
from local.console import step
from local.paths import LOCAL, ROOT

# The tool that compiles is used only here and only by who changes a dependency, so it has an environment of its own.
COMPILER = "uv>=0.8,<1"


def lock(parts: list[str], *, upgrade: bool) -> None:
    """Compile the requirements of the named parts: `tools`, `registry`, `hospital`.

    `upgrade` takes the newest versions that fit; without it versions move only where they must.
    """
    compiler = _compiler()
    options = [
        "--universal",  # the same file for every platform and Python that the project runs on
        "--python-version=3.11",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-header",
        "--quiet",
        *(["--upgrade"] if upgrade else []),
    ]
    for part in parts:
        with step(f"Pinning the packages of {part}"):
            for folder, arguments in _files(part):
                processes.run([compiler, "pip", "compile", *options, *arguments], env=os.environ, cwd=folder)


def _files(part: str) -> list[tuple[Path, list[str]]]:
    if part == "tools":
        folder, runtime, dev = ROOT / "local", ["requirements.in"], ["requirements-dev.in"]
    else:
        folder, runtime, dev = ROOT / f"{part}_service", ["pyproject.toml"], ["pyproject.toml", "--group=dev"]
    return [
        (folder, [*runtime, "--output-file=requirements.txt"]),
        (folder, [*dev, "--constraint=requirements.txt", "--output-file=requirements-dev.txt"]),
    ]


def _compiler() -> Path:
    folder = LOCAL / "venv" / "lock"
    program = folder / "bin" / "uv"
    if not program.exists():
        shutil.rmtree(folder, ignore_errors=True)
        processes.run([sys.executable, "-m", "venv", folder], env=os.environ, cwd=ROOT)
        pip: list[str | Path] = [folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", COMPILER]
        processes.run(pip, env=os.environ, cwd=ROOT, log=LOCAL / "logs" / "install-lock.log")
    return program
