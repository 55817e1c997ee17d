"""`make bench`: verify through the gateway, with a register of a million.

Each figure is printed with the command line that measures it; `bench/README.md` keeps the last ones.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench import cpu
from bench.ceiling import Ceiling
from bench.load import Measured, put_load
from local import stopping
from local.console import say, table
from local.gateway import Limits
from local.paths import LOCAL, Home
from local.processes import end_leftovers
from local.system import System

SAMPLE = 100_000
FEW = 2_000


def main() -> None:
    """Build the register once, then measure."""
    arguments = _arguments()
    stopping.on_signals()
    home = Home(LOCAL / "bench", "bench")
    home.claim()
    end_leftovers(home)
    try:
        system = System(home, people=arguments.people, limits=Limits.high())
        began = time.perf_counter()
        with system:
            say(f"A register of {arguments.people:,} people stands after {time.perf_counter() - began:.0f} s")
            _measure(system, arguments)
    finally:
        home.release()


def _measure(system: System, arguments: argparse.Namespace) -> None:
    file = Path(system.home.path) / "numbers.txt"
    count = min(SAMPLE, arguments.people)
    system.manage("registry", "sample_numbers", "--count", str(count), "--output", str(file))
    numbers = file.read_text(encoding="utf-8").split()
    draw = random.Random(1)  # noqa: S311 -- repeatable, not secret
    cases: dict[str, tuple[int, Iterator[bytes], list[int]]] = {
        "cold: every number at random": (system.port, _asking(system, numbers, draw), _roots(system)),
        f"at the 1 s bound: {FEW:,} numbers": (system.port, _asking(system, numbers[:FEW], draw), _roots(system)),
    }
    with Ceiling(system.home) as ceiling:
        cases["ceiling: nginx, a fixed body"] = (ceiling.port, _asking(system, numbers[:1], draw), [ceiling.pid])
        rows = [_row(name, *case, arguments) for name, case in cases.items()]
    say(
        f"\n{_workers()}, {arguments.connections} connections, {arguments.seconds} s each, "
        f"{os.cpu_count()} cores shared with the client"
    )
    table([("verify through the gateway", "a second", "p50 ms", "p99 ms", "CPU ms", "from the cache"), *rows])


def _row(
    name: str, port: int, requests: Iterator[bytes], roots: list[int], arguments: argparse.Namespace
) -> tuple[str, ...]:
    put_load(port, requests, connections=arguments.connections, seconds=2)
    before = cpu.seconds_of(roots)
    measured = put_load(port, requests, connections=arguments.connections, seconds=arguments.seconds)
    used = cpu.seconds_of(roots) - before
    if set(measured.statuses) != {200}:
        raise SystemExit(f"Not every answer was 200: {dict(measured.statuses)}")
    return (
        name,
        f"{measured.rate:,.0f}",
        f"{measured.percentile(0.5):.1f}",
        f"{measured.percentile(0.99):.1f}",
        f"{used / len(measured.latencies) * 1000:.3f}",
        _share_of_hits(measured),
    )


def _share_of_hits(measured: Measured) -> str:
    return f"{measured.caches['HIT'] / len(measured.latencies):.0%}"


def _asking(system: System, numbers: list[str], draw: random.Random) -> Iterator[bytes]:
    """Yield requests without a client token, whose address is not counted: the gateway knows the limits token."""
    while True:
        yield (
            f"GET /api/registry/verify/{draw.choice(numbers)}/ HTTP/1.1\r\nHost: 127.0.0.1:{system.port}\r\n"
            f"X-PHB-Limits-Token: {system.limits_token}\r\n\r\n"
        ).encode()


def _roots(system: System) -> list[int]:
    return [child.pid for child in system.children]


def _workers() -> str:
    kind = os.environ.get("WEB_WORKER_CLASS", "gthread")
    processes, threads = os.environ.get("WEB_CONCURRENCY", "2"), os.environ.get("WEB_THREADS", "4")
    return f"gunicorn {kind}, {processes} processes of {threads} threads"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench T=…", description=main.__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=15)
    return parser.parse_args()


if __name__ == "__main__":
    try:
        main()
    except stopping.StopAsked:
        sys.exit(130)
