import re
from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.key_files import retire_keys, write_key
from accounts.keys import UnusableKeyFile, read_keys

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def duration(text: str) -> timedelta:
    """Read 30s, 10m, 24h or 90d."""
    match = re.fullmatch(r"(\d{1,6})([smhd])", text)
    if match is None:
        raise ArgumentTypeError(f"{text!r} is not like 30s, 10m, 24h or 90d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


class Command(BaseCommand):
    help = (
        "Write the next signing key into SIGNING_KEYS_DIR. It is published at once and signs from its instant on; "
        "the first key signs at once. Running processes notice within seconds."
    )
    # The check of the keys would refuse to run what makes them.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--in",
            dest="signs_in",
            type=duration,
            default=timedelta(hours=24),
            metavar="24h",
            help="when it begins to sign; whoever checks tokens keeps the key set for up to five minutes",
        )
        parser.add_argument("--if-missing", action="store_true", help="write none when a key signs already")
        parser.add_argument(
            "--retire",
            type=duration,
            metavar="OLDER_THAN",
            help="keep only the public half of keys replaced longer ago than this, such as 90d",
        )

    def handle(
        self, *args: Any, signs_in: timedelta, if_missing: bool, retire: timedelta | None, **options: Any
    ) -> None:
        folder, now = Path(settings.SIGNING_KEYS_DIR), timezone.now()
        try:
            keys = read_keys(folder) if folder.is_dir() else []
            signs = any(key.private and key.signs_from <= now for key in keys)
            if not (signs and if_missing):
                path = write_key(folder, signs_from=now + signs_in if signs else now)
                self.stdout.write(f"{path.name} signs from the instant in its name.")
            if retire is not None:
                for path in retire_keys(folder, older_than=retire, now=now):
                    self.stdout.write(f"{path.name} keeps only its public half.")
        except (OSError, UnusableKeyFile) as error:
            raise CommandError(f"{folder}: {error}") from None
