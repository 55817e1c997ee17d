from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from reference.services import load_reference


class Command(BaseCommand):
    help = "Add the reference rows of reference/data that are missing (states, councils, register parts, …)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--update", action="store_true", help="Also set existing rows to what the files say.")

    def handle(self, *args: Any, **options: Any) -> None:
        added = load_reference(update=options["update"])
        self.stdout.write(", ".join(f"{count} {table.replace('_', ' ')}" for table, count in added.items()) + " added")
