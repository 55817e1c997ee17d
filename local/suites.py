"""`make test`: every suite against real PostgreSQL servers that this run starts and throws away."""

import os
import signal
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from local import processes, venvs
from local.console import say, table
from local.paths import LOCAL, ROOT, Home
from local.postgres import PostgresServer
from local.services import ALL, Service, environment, manage, owner_environment
from local.system import clear_abandoned_homes

RESULTS = LOCAL / "test-results"
WORKERS = "2"


@dataclass(frozen=True)
class Counts:
    """What a suite's report says."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)


@dataclass(frozen=True)
class Outcome:
    """Whether pytest was content, and what it counted."""

    succeeded: bool
    counts: Counts


def run_all(services: Sequence[str], arguments: Sequence[str]) -> bool:
    """Run the suites and print the counts; True when all passed.

    Without `services`, and without a path in `arguments`, these are both services, the contracts, local/ with
    gateway/, and the stories. `arguments` go to pytest; a path in them is relative to the service's folder, or to
    the checkout where no service is named.
    """
    outcomes: dict[str, Outcome] = {}
    if not services and _names_a_path(arguments):
        outcomes["chosen"] = _tools_suite("chosen", arguments)
        return _summarise(outcomes)
    for name in services or ALL:
        outcomes[name] = _service_suite(ALL[name], arguments)
    for name, folders in {} if services else _other_suites():
        outcomes[name] = _tools_suite(name, [*arguments, *folders])
    return _summarise(outcomes)


def run_stories(arguments: Sequence[str]) -> bool:
    """Run the stories in e2e/ against a system that is started and stopped for them; True when all passed."""
    paths = [] if _names_a_path(arguments) else ["e2e"]
    return _summarise({"e2e": _tools_suite("e2e", [*arguments, *paths])})


@contextmanager
def service_environment(service: Service, *, ready: bool = True) -> Iterator[dict[str, str]]:
    """Give the environment of a service under test, the owner's connection included.

    The database server and the signing keys that it names are the caller's own, and are thrown away. For who only
    reads settings, without `ready`, they are not made.
    """
    clear_abandoned_homes()
    home = Home.throwaway(f"test-{service.name}")
    postgres = PostgresServer(home, service.name, throwaway=True, for_tests=True)
    with ExitStack() as undo:
        undo.callback(home.remove)
        undo.callback(postgres.stop)
        if ready:
            postgres.start()
        variables = environment(service, home, postgres, base_url="http://127.0.0.1:8080", kind="test")
        if ready:
            manage(service, variables, "rotate_keys", "--if-missing", log=home.folder("logs") / "keys.log")
        yield owner_environment(variables, postgres)


def _service_suite(service: Service, arguments: Sequence[str]) -> Outcome:
    with service_environment(service) as variables:
        parallel = [] if any(argument.startswith("-n") for argument in arguments) else ["-n", WORKERS]
        return _pytest(
            service.name, service.venv.python, [*parallel, *arguments], cwd=service.folder, variables=variables
        )


def _other_suites() -> list[tuple[str, list[str]]]:
    """Return the suites that run in the tools environment, each with its folders."""
    suites = [("contracts", ["shared_contracts"]), ("local and gateway", ["local", "gateway"]), ("e2e", ["e2e"])]
    return [(name, folders) for name, folders in suites if any(_has_tests(ROOT / folder) for folder in folders)]


def _has_tests(folder: Path) -> bool:
    return next(folder.rglob("test_*.py"), None) is not None


def _names_a_path(arguments: Sequence[str]) -> bool:
    return any((ROOT / argument.partition("::")[0]).exists() for argument in arguments if argument[:1] != "-")


def _tools_suite(name: str, arguments: Sequence[str]) -> Outcome:
    stories = any(argument.startswith("e2e") for argument in arguments)
    plugin = ["-p", "local.stories"] if stories else []
    try:
        return _pytest(name, venvs.TOOLS.python, [*plugin, *arguments], cwd=ROOT, variables=os.environ)
    finally:
        clear_abandoned_homes()


def _pytest(name: str, python: Path, arguments: Sequence[str], *, cwd: Path, variables: Mapping[str, str]) -> Outcome:
    say(f"\n=== {name} ===")
    RESULTS.mkdir(parents=True, exist_ok=True)
    report = RESULTS / f"{name.replace(' ', '-')}.xml"
    report.unlink(missing_ok=True)
    code = processes.run_for_exit_code(
        [python, "-m", "pytest", "--quiet", f"--junitxml={report}", *arguments],
        env=variables,
        cwd=cwd,
        stop_signal=signal.SIGINT,
    )
    return Outcome(code == 0, _read(report))


def _read(report: Path) -> Counts:
    if not report.exists():
        return Counts()
    suite = next(ET.parse(report).iter("testsuite")).attrib  # noqa: S314 - pytest wrote it just now
    failed = int(suite["failures"]) + int(suite["errors"])
    skipped = int(suite["skipped"])
    return Counts(int(suite["tests"]) - failed - skipped, failed, skipped)


def _summarise(outcomes: Mapping[str, Outcome]) -> bool:
    total = sum((outcome.counts for outcome in outcomes.values()), Counts())
    broken = [name for name, outcome in outcomes.items() if not outcome.succeeded and not outcome.counts.failed]
    rows = [("suite", "passed", "failed", "skipped", "")]
    for name, outcome in outcomes.items():
        counts = outcome.counts
        verdict = "ok" if outcome.succeeded else "FAILED"
        rows.append((name, str(counts.passed), str(counts.failed), str(counts.skipped), verdict))
    say()
    table(rows)
    for name in broken:
        say(f"  {name}: no test failed, but pytest did not succeed; see above.")
    say()
    # A suite that broke before it could count is a failure too.
    say(f"{total.passed} passed, {total.failed + len(broken)} failed, {total.skipped} skipped")
    return all(outcome.succeeded for outcome in outcomes.values())
