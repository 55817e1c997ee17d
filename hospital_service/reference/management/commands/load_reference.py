from typing import Any

from django.core.management.base import BaseCommand

from reference.services import load_reference


class Command(BaseCommand):
    help = "Add the states and local government areas that are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        added = load_reference()
        self.stdout.write(", ".join(f"{count} {table}" for table, count in added.items()) + " added")
