from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from search.services import refresh_statistics


class Command(BaseCommand):
    help = "Compute the published figures now, as the worker does every few minutes."

    def handle(self, *args: Any, **options: Any) -> None:
        statistics = refresh_statistics(timezone.now())
        totals = statistics.figures["totals"]
        self.stdout.write(
            f"{totals['licenses']:,} licenses of {totals['people']:,} people, of which {totals['may_practise']:,} "
            f"may practise today (position {statistics.position})"
        )
