from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sampling.queries import RegisterTooSmall, sample_numbers


class Command(BaseCommand):
    help = "Write license numbers drawn at random from the register to a file, one a line, for benchmarks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, required=True, metavar="M")
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            numbers = sample_numbers(options["count"])
        except RegisterTooSmall as refusal:
            raise CommandError(str(refusal)) from None
        options["output"].write_text("".join(f"{number}\n" for number in numbers), encoding="utf-8")
        self.stdout.write(f"{len(numbers):,} license numbers in {options['output']}")
