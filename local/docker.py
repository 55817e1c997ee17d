"""Docker on this machine: is there an engine, has it the images, and one composed system of our own in it."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from local import stopping
from local.console import step
from local.paths import ROOT
from local.processes import CommandFailed

# Builds stand-ins for the official images on a machine that reaches no image registry.
STAND_INS = Path(os.environ.get("PHB_LOCAL_IMAGES", ROOT.parent / "shared" / "tools" / "local-images"))
PULL_SECONDS = 300
STAND_INS_SECONDS = 900


class NoEngine(Exception):
    """There is no Docker engine to ask, nor the means to get one."""


def prepare() -> list[str]:
    """Return the command of Compose, once an engine answers and has the official images.

    Raises NoEngine when there is none; CommandFailed when it cannot get the images.
    """
    if not (_engine_answers() and _compose()):
        if not STAND_INS.exists():
            raise NoEngine
        _build_stand_ins()
    if not all(_has(image) or _pulled(image) for image in _official_images()):
        if not STAND_INS.exists():
            raise CommandFailed(f"The engine has not, and cannot pull, all of: {', '.join(_official_images())}")
        _build_stand_ins()
    return _compose()


class Composed:
    """The system of docker-compose.yml as a project of its own, beside any other that runs from the same file."""

    def __init__(self, compose: Sequence[str], project: str, variables: dict[str, str]) -> None:
        self._compose = [*compose, "--project-name", project]
        self._project = project
        self._environment = {**os.environ, **variables}

    def do(self, *arguments: str, seconds: float) -> str:
        """Run a command of Compose and return what it printed."""
        return output([*self._compose, *arguments], seconds=seconds, environment=self._environment)

    def remove(self) -> None:
        """Remove every container, network and volume of the project, also after a stop was asked for."""
        down = [*self._compose, "down", "--volumes", "--remove-orphans", "--timeout", "10"]
        subprocess.run(down, cwd=ROOT, env=self._environment, capture_output=True, check=False, timeout=180)

    def containers(self, service: str = "") -> list[str]:
        """Return the ids of the project's containers, or of one service's, those that have ended included."""
        labels = [f"com.docker.compose.project={self._project}", "com.docker.compose.oneoff=False"]
        labels += [f"com.docker.compose.service={service}"] if service else []
        filters = [part for label in labels for part in ("--filter", f"label={label}")]
        return output(["docker", "ps", "--all", "--quiet", *filters], seconds=30).split()

    def address(self, service: str) -> str:
        """Return the address of a service's one container in the one network that it is in."""
        (about,) = json.loads(output(["docker", "inspect", *self.containers(service)], seconds=30))
        (network,) = about["NetworkSettings"]["Networks"].values()
        return str(network["IPAddress"])

    def unwell(self) -> list[str]:
        """Return in words what is not as it should be: a set-up that failed, an instance that its check does not find
        healthy. An instance that nobody checks is never well.
        """
        found = []
        for container in self.containers():
            about: dict[str, Any] = json.loads(output(["docker", "inspect", container], seconds=30))[0]
            state, name = about["State"], about["Name"].lstrip("/")
            if about["HostConfig"]["RestartPolicy"]["Name"] == "no":
                well = (state["Status"], state["ExitCode"]) == ("exited", 0)
            else:
                well = state["Running"] and state.get("Health", {}).get("Status") == "healthy"
            if not well:
                found.append(f"{name} is {state['Status']} {state.get('Health', {}).get('Status', '')}".rstrip())
        return found


def output(argv: Sequence[str], *, seconds: float, environment: dict[str, str] | None = None) -> str:
    """Run a program to its end and return what it printed, errors as well.

    Raises CommandFailed when it fails or takes longer than `seconds`, StopAsked when a stop is asked for.
    """
    deadline = time.monotonic() + seconds
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as printed:
        process = subprocess.Popen(
            argv,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
        try:
            while process.poll() is None and time.monotonic() < deadline:
                stopping.wait(0.02)
        finally:
            late = process.poll() is None
            process.kill()
            process.wait()
        printed.seek(0)
        text = printed.read()
    if late or process.returncode != 0:
        how = f"took longer than {seconds:.0f} s" if late else f"ended with code {process.returncode}"
        raise CommandFailed("\n".join([f"{' '.join(argv)}\n{how}", *text.splitlines()[-25:]]))
    return text


def _engine_answers() -> bool:
    return shutil.which("docker") is not None and _succeeds(["docker", "info"], seconds=20)


def _compose() -> list[str]:
    """Return the command of Compose 2, else that of Compose 1, else nothing."""
    if _succeeds(["docker", "compose", "version"], seconds=20):
        return ["docker", "compose"]
    return ["docker-compose"] if shutil.which("docker-compose") else []


def _official_images() -> list[str]:
    named = re.findall(r"^ *image: (\S+)", (ROOT / "docker-compose.yml").read_text(encoding="utf-8"), re.MULTILINE)
    for dockerfile in ROOT.glob("*_service/Dockerfile"):
        named += re.findall(r"^FROM (\S+)", dockerfile.read_text(encoding="utf-8"), re.MULTILINE)
    return sorted(set(named))


def _has(image: str) -> bool:
    return _succeeds(["docker", "image", "inspect", image], seconds=20)


def _pulled(image: str) -> bool:
    return _succeeds(["docker", "pull", "--quiet", image], seconds=PULL_SECONDS)


def _build_stand_ins() -> None:
    with step("Stand-ins for the official images, which cannot be reached from here"):
        output([str(STAND_INS), str(ROOT)], seconds=STAND_INS_SECONDS)


def _succeeds(argv: Sequence[str], *, seconds: float) -> bool:
    try:
        output(argv, seconds=seconds)
    except (CommandFailed, FileNotFoundError):
        return False
    return True
