from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.rules import Scope, is_client_id
from accounts.services import make_secret_live, put_service_client
from common.errors import DomainError


class Command(BaseCommand):
    help = "Make a service client with a secret that both sides read from a file. May be run again and again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--client-id", required=True, help="lower-case letters, digits and hyphens")
        parser.add_argument("--name", required=True, help="who it is, for people")
        parser.add_argument("--scopes", required=True, nargs="+", choices=Scope.values)
        parser.add_argument("--secret-file", required=True, type=Path, help="holds the secret and nothing else")

    @transaction.atomic
    def handle(
        self, *args: Any, client_id: str, name: str, scopes: list[str], secret_file: Path, **options: Any
    ) -> None:
        if not is_client_id(client_id):
            raise CommandError(f"{client_id!r} is not a client id: lower-case letters, digits and hyphens.")
        try:
            secret = secret_file.read_text(encoding="utf-8").strip()
            client = put_service_client(client_id=client_id, name=name, scopes=[Scope(scope) for scope in scopes])
            added = make_secret_live(client, secret)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"Cannot read {secret_file}: {error}") from None
        except DomainError as refusal:
            raise CommandError(f"{refusal.title}. {refusal}") from None
        self.stdout.write(f"{client_id}: the secret {'is live now' if added else 'was live already'}.")
