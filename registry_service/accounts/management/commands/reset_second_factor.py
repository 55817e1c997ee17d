"""Taking away a second factor where no operator can: the last one of them has lost theirs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import services
from accounts.models import User


class Command(BaseCommand):
    help = "Take away the second factor of a person and end their sign-ins; an e-mail tells them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(email)
        except User.DoesNotExist:
            raise CommandError("Nobody has this e-mail address.") from None
        was_there = services.reset_second_factor(user.id, by="manage.py", now=timezone.now())
        self.stdout.write("The second factor is gone." if was_there else "There was none.")
