"""`make bench`: verify, search and batches through the gateway, with a register of a million; then who is found again.

`make bench T=names` is the name engine alone, for which nothing has to run, `T=duplicates` how people are found who are
on the register already, and `T=system` the rest.
Each figure is printed with the command line that measures it; `bench/README.md` keeps the last ones.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import cpu, names
from bench.ceiling import Ceiling
from bench.load import Measured, put_load
from bench.questions import SEARCHES, Questions
from local import stopping
from local.console import say, table
from local.gateway import Limits
from local.paths import LOCAL, Home
from local.processes import end_leftovers
from local.system import System

SAMPLE = 100_000
FEW = 2_000
LARGEST_BATCH = 10_000
# A batch takes a core for seconds: more at a time would only wait.
BATCH_CONNECTIONS = 2


def main() -> None:
    """Measure what is asked for."""
    arguments = _arguments()
    stopping.on_signals()
    if arguments.part != "names":
        _with_system(arguments)
    if arguments.part in (None, "names"):
        names.measure()


def _with_system(arguments: argparse.Namespace) -> None:
    """Build the register once, start everything, and measure what is asked for."""
    home = Home(LOCAL / "bench", "bench")
    home.claim()
    end_leftovers(home)
    try:
        system = System(home, people=arguments.people, limits=Limits.high())
        began = time.perf_counter()
        with system:
            say(f"A register of {arguments.people:,} people stands after {time.perf_counter() - began:.0f} s")
            if arguments.part != "duplicates":
                _measure(system, arguments)
            if arguments.part != "system":
                say("\nLooking for people who may be on the register already")
                system.manage("registry", "measure_duplicates")
    finally:
        home.release()


def _measure(system: System, arguments: argparse.Namespace) -> None:
    file = Path(system.home.path) / "numbers.txt"
    count = min(SAMPLE, arguments.people)
    system.manage("registry", "sample_numbers", "--count", str(count), "--output", str(file))
    numbers = file.read_text(encoding="utf-8").split()
    size = min(LARGEST_BATCH, count)
    ask = Questions(system)
    with Ceiling(system.home) as ceiling:
        cases = [
            Case("verify, cold: every number at random", ask.verify(numbers)),
            Case(f"verify, at the 1 s bound: {FEW:,} numbers", ask.verify(numbers[:FEW])),
            Case(f"search: {len(SEARCHES)} names", ask.search()),
            Case(f"batch of {size:,}, {BATCH_CONNECTIONS} connections", ask.verify_batch(numbers, size),
                 connections=BATCH_CONNECTIONS),
            Case("ceiling: nginx, a fixed body", ask.verify(numbers[:1]), ceiling=ceiling),
        ]  # fmt: skip
        rows = [_row(system, case, arguments) for case in cases]
    say(
        f"\n{_workers()}, {arguments.connections} connections, {arguments.seconds} s each, "
        f"{os.cpu_count()} cores shared with the client"
    )
    table([("through the gateway", "a second", "p50 ms", "p99 ms", "CPU ms", "from the cache"), *rows])


@dataclass(frozen=True)
class Case:
    """What is asked, over how many connections (0: as many as the command line says), of the gateway or the ceiling."""

    name: str
    requests: Iterator[bytes]
    connections: int = 0
    ceiling: Ceiling | None = None


def _row(system: System, case: Case, arguments: argparse.Namespace) -> tuple[str, ...]:
    port = case.ceiling.port if case.ceiling else system.port
    roots = [case.ceiling.pid] if case.ceiling else [child.pid for child in system.children]
    connections = case.connections or arguments.connections
    put_load(port, case.requests, connections=connections, seconds=2)
    before = cpu.seconds_of(roots)
    measured = put_load(port, case.requests, connections=connections, seconds=arguments.seconds)
    used = cpu.seconds_of(roots) - before
    if set(measured.statuses) != {200}:
        raise SystemExit(f"{case.name}: not every answer was 200: {dict(measured.statuses)}")
    return (
        case.name,
        _significant(measured.rate),
        f"{measured.percentile(0.5):.1f}",
        f"{measured.percentile(0.99):.1f}",
        f"{used / len(measured.latencies) * 1000:.3f}",
        _share_of_hits(measured),
    )


def _significant(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.2g}"


def _share_of_hits(measured: Measured) -> str:
    return f"{measured.caches['HIT'] / len(measured.latencies):.0%}"


def _workers() -> str:
    kind = os.environ.get("WEB_WORKER_CLASS", "gthread")
    processes, threads = os.environ.get("WEB_CONCURRENCY", "2"), os.environ.get("WEB_THREADS", "4")
    return f"gunicorn {kind}, {processes} processes of {threads} threads"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench T=…", description=main.__doc__)
    parser.add_argument("part", nargs="?", choices=["system", "names", "duplicates"], help="one of these; all without")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=15)
    return parser.parse_args()


if __name__ == "__main__":
    try:
        main()
    except stopping.StopAsked:
        sys.exit(130)
