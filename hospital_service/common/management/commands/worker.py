from typing import Any

from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from common.worker import work_until_told_to_stop


class Command(BaseCommand):
    help = "Run what is due (config/due_tasks.py) until SIGTERM. Several workers may run side by side."

    def handle(self, *args: Any, **options: Any) -> None:
        # Only the composition root knows every module, so the table is looked up by name.
        work_until_told_to_stop(import_string("config.due_tasks.TASKS"))
