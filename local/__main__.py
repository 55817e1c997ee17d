"""The commands behind the Makefile: `python -m local COMMAND`. Each makes the environments that it works with."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from local import checks, compose, gateway_files, lock, run, stopping, suites, venvs
from local.console import say
from local.processes import CommandFailed
from local.venvs import TOOLS, Venv

SERVICES = tuple(venvs.SERVICES.values())


@dataclass(frozen=True)
class Command:
    """What a command does, and in which environments; one that names none runs under the bare interpreter.

    `act` takes the parsed arguments and those that are left over, and says whether all is well.
    """

    help: str
    act: Callable[[argparse.Namespace, list[str]], bool]
    runtime: Sequence[Venv] = ()
    dev: Sequence[Venv] = ()


def _run(_arguments: argparse.Namespace, _rest: list[str]) -> bool:
    run.run()
    return True


def _test(arguments: argparse.Namespace, rest: list[str]) -> bool:
    return suites.run_all(arguments.service, rest)


def _e2e(_arguments: argparse.Namespace, rest: list[str]) -> bool:
    return suites.run_stories(rest)


def _check(arguments: argparse.Namespace, _rest: list[str]) -> bool:
    return checks.run(arguments.names or list(checks.CHECKS))


def _compose_check(_arguments: argparse.Namespace, _rest: list[str]) -> bool:
    return compose.check()


def _fmt(_arguments: argparse.Namespace, _rest: list[str]) -> bool:
    checks.fmt()
    return True


def _bench(_arguments: argparse.Namespace, rest: list[str]) -> bool:
    os.execv(sys.executable, [sys.executable, "-m", "bench", *rest])


def _lock(arguments: argparse.Namespace, _rest: list[str]) -> bool:
    lock.lock(arguments.parts or ["tools", *venvs.SERVICES], upgrade=arguments.upgrade)
    return True


def _gateway_files(_arguments: argparse.Namespace, _rest: list[str]) -> bool:
    gateway_files.write()
    return True


def _clean(_arguments: argparse.Namespace, _rest: list[str]) -> bool:
    run.clean()
    return True


COMMANDS = {
    "run": Command("start the system and wait (PHB_PORT, PHB_PEOPLE)", _run, runtime=[TOOLS, *SERVICES]),
    "test": Command("run every suite; paths and other options go to pytest", _test, dev=[TOOLS, *SERVICES]),
    "e2e": Command("run the stories in e2e/; the same", _e2e, dev=[TOOLS], runtime=SERVICES),
    "check": Command("run every check, or those that are named", _check, dev=[TOOLS, *SERVICES]),
    "compose-check": Command("show that docker-compose.yml works; 77 when there is no engine", _compose_check),
    "fmt": Command("format, and mend what can be mended", _fmt, dev=[TOOLS, *SERVICES]),
    "bench": Command("measure; options go to bench/", _bench, dev=[TOOLS], runtime=SERVICES),
    "lock": Command("pin the dependencies of: tools, registry, hospital", _lock),
    "gateway-files": Command("write the files of gateway/ that follow from others", _gateway_files),
    "clean": Command("delete .local/ and the data", _clean),
}


def main() -> int:
    """Run the command of the command line and return the exit code."""
    arguments, rest = _parser().parse_known_args()
    command = COMMANDS[arguments.command]
    stopping.on_signals()
    try:
        venvs.ensure(runtime=command.runtime, dev=command.dev)
        if command.runtime or command.dev:
            venvs.go_on_in_tools()
        return 0 if command.act(arguments, rest) else 1
    except stopping.StopAsked:
        return 128 + signal.SIGINT
    except CommandFailed as failure:
        say(f"\n{failure}")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description="The whole system on one machine.")
    subparsers = parser.add_subparsers(dest="command", required=True)
    of = {name: subparsers.add_parser(name, help=command.help) for name, command in COMMANDS.items()}
    of["test"].add_argument("--service", action="append", choices=list(venvs.SERVICES), default=[])
    of["check"].add_argument("names", nargs="*", choices=[[], *checks.CHECKS], metavar="|".join(checks.CHECKS))
    of["lock"].add_argument("parts", nargs="*")
    of["lock"].add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    return parser


if __name__ == "__main__":
    sys.exit(main())
