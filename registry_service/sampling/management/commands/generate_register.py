import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.utils import timezone
from tqdm import tqdm

from sampling.bulk import OvertakenRun
from sampling.queries import people_generated
from sampling.services import OtherSeed, generate_register


class Command(BaseCommand):
    help = "Fill the register with believable people until it holds N of them; a run that was stopped goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--people", type=int, required=True, metavar="N", help="How many there shall be at the end."
        )
        parser.add_argument("--seed", type=int, default=1, help="Another seed, other people (default: 1).")
        parser.add_argument(
            "--yes-in-production",
            action="store_true",
            help="Also where PHB_ENV is production: for a system that shows made-up people only.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PHB_ENV == "production" and not options["yes_in_production"]:
            raise CommandError(
                "These people are made up, and nothing on the register can be deleted: not where PHB_ENV is "
                "production. If this is a demonstration system, add --yes-in-production."
            )
        before, started = people_generated(), time.monotonic()
        watched, wanted = self.stdout.isatty(), options["people"]
        progress = _Bar(wanted, before) if watched else _Lines(self.stdout, wanted, before)
        try:
            added = generate_register(count=wanted, seed=options["seed"], now=timezone.now(), on_progress=progress.show)
        except (OtherSeed, OvertakenRun) as refusal:
            raise CommandError(str(refusal)) from None
        finally:
            progress.close()
        self.stdout.write(
            f"{added.people:,} people with {added.licenses:,} licenses in {time.monotonic() - started:.1f} s; "
            f"the register holds {people_generated():,} generated people."
        )


class _Bar:
    """For people who watch."""

    def __init__(self, wanted: int, before: int) -> None:
        self._bar = tqdm(total=max(wanted, before), initial=before, unit=" people")

    def show(self, done: int) -> None:
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        self._bar.close()


class _Lines:
    """For logs."""

    def __init__(self, out: OutputWrapper, wanted: int, before: int) -> None:
        self._out, self._wanted, self._before, self._started = out, wanted, before, time.monotonic()

    def show(self, done: int) -> None:
        rate = (done - self._before) / max(time.monotonic() - self._started, 0.001)
        left = (self._wanted - done) / rate
        self._out.write(f"{done:,} of {self._wanted:,} people, {rate:,.0f} a second, {left:.0f} s to go")

    def close(self) -> None:
        self._out.flush()
