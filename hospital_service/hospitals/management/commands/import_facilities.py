import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from hospitals.services import UnreadableListError, import_facilities


class Command(BaseCommand):
    help = "Add the facilities of a CSV file to the directory; a second run updates what the first one added."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="What the list is called, e.g. maina-2019.")
        parser.add_argument("--report", type=Path, help="Where to say why rows were refused; beside the file.")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with tqdm(unit=" rows", desc=path.name) as bar:
                result = import_facilities(path, source=options["source"], progress=bar.update)
            self.stdout.write(f"{result.added} added, {result.updated} updated, {len(result.refused)} refused")
            if result.refused:
                self._report(options["report"] or path.with_name(path.name + ".rejected.csv"), result.refused)
        except (UnreadableListError, OSError) as error:
            raise CommandError(str(error)) from None

    def _report(self, report: Path, refused: list[tuple[int, str]]) -> None:
        with report.open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows([("line", "why"), *refused])
        self.stdout.write(f"Why they were refused: {report}")
