import sys
import time
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from importing.files import UnreadableFile
from importing.mapping import MappingError
from importing.services import BATCH_SIZE, ImportRefused, Job, Outcome, Progress, import_register

_SECONDS_BETWEEN_LINES = 5
_COUNTED = (
    ("people_added", "people added"),
    ("people_changed", "people changed"),
    ("licenses_added", "licenses added"),
    ("licenses_changed", "licenses changed"),
    ("certificates_added", "certificates added"),
    ("specialties_added", "specialties added"),
    ("steps", "suspensions, removals and returns"),
    ("differences", "differences reported"),
    ("notes", "notes"),
)


class Command(BaseCommand):
    help = "Bring a council's list into the register, through a mapping file (importing/MAPPING.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The council's list, as CSV.")
        parser.add_argument("--mapping", type=Path, required=True, help="How the list is read (TOML).")
        parser.add_argument("--list-date", type=_day, help="The day on which the council drew the list (today).")
        parser.add_argument("--report-dir", type=Path, help="Where the reports go (beside the list).")
        parser.add_argument("--batch-size", type=_count, default=BATCH_SIZE, help="Rows in one transaction.")
        parser.add_argument("--again", action="store_true", help="Read a list that was imported before once more.")

    def handle(self, *args: Any, **options: Any) -> None:
        job = Job(
            file=options["file"],
            mapping_file=options["mapping"],
            list_date=options["list_date"],
            report_dir=options["report_dir"],
            batch_size=options["batch_size"],
            again=options["again"],
        )
        try:
            with _progress() as on_progress:
                outcome = import_register(job, clock=timezone.now, on_progress=on_progress)
        except (MappingError, UnreadableFile, ImportRefused) as refusal:
            raise CommandError(str(refusal)) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped. The same command goes on from here.") from None
        self.stdout.write("\n".join(_summary(outcome)))


def _summary(outcome: Outcome) -> Iterator[str]:
    run = outcome.run
    if outcome.was_finished:
        yield f"This file was imported with this mapping for {run.list_date} already; nothing was changed."
        return
    rejected = {code.removeprefix("rejected."): n for code, n in run.counts.items() if code.startswith("rejected.")}
    yield f"{run.source}, list of {run.list_date}:"
    yield f"{run.rows_done:>10,} rows read"
    for key, called in _COUNTED:
        yield f"{run.counts.get(key, 0):>10,} {called}"
    yield f"{sum(rejected.values()):>10,} rows rejected"
    for code, count in sorted(rejected.items()):
        yield f"{count:>14,} {code}"
    yield "Reports: " + ", ".join(map(str, outcome.reports.paths))


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show a bar on a terminal, and a line now and then elsewhere."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    with tqdm(unit=" rows", unit_scale=True) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show


def _lines() -> Progress:
    last = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            sys.stderr.write(f"{done:,} of {total:,} rows\n")

    return show


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day; write it as 2026-01-31") from None


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise ArgumentTypeError(f"{text!r} is no number of rows")
    return int(text)
