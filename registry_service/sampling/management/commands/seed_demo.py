import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.rules import Role, Scope
from accounts.services import create_account, make_secret_live, put_service_client
from sampling.cast import CAST
from sampling.services import add_cast
from sampling.waiting import add_waiting_file

# For a machine that only its owner reaches. The command refuses to run in production.
PASSWORD = "zuma-rock-at-dawn"  # noqa: S105
CLIENT_SECRET = "phb_demo.for-local-use-only.everyone-may-know-it.0000"  # noqa: S105
NEVER_ISSUED = "PHB-MED-DEM0-999H"
APPLICANT = "applicant@demo.phb.ng"

ACCOUNTS: tuple[tuple[str, str, dict[Role, str]], ...] = (
    ("professional@demo.phb.ng", "Adébáyọ̀ Ògúnyẹmí", {Role.PROFESSIONAL: ""}),
    (APPLICANT, "Grace Okonkwo", {Role.PROFESSIONAL: ""}),
    ("officer.mdcn@demo.phb.ng", "Halima Sani", {Role.OFFICER: "mdcn"}),
    ("second.officer.mdcn@demo.phb.ng", "Ibrahim Danjuma", {Role.OFFICER: "mdcn"}),
    ("officer.nmcn@demo.phb.ng", "Tochukwu Obi", {Role.OFFICER: "nmcn"}),
    ("national.admin@demo.phb.ng", "Folake Bello", {Role.NATIONAL_ADMINISTRATOR: ""}),
    ("auditor@demo.phb.ng", "Uche Nwosu", {Role.AUDITOR: ""}),
)


class Command(BaseCommand):
    help = "Make the demonstration's accounts, service clients and people, and say in a file who they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--output", type=Path, required=True, metavar="FILE.json")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PHB_ENV == "production":
            raise CommandError("Demonstration accounts have a password that everyone knows: not in production.")
        now = timezone.now()
        accounts = {
            email: create_account(email=email, password=PASSWORD, full_name=full_name, roles=roles, now=now)[0]
            for email, full_name, roles in ACCOUNTS
        }
        client = put_service_client(client_id="demo-client", name="Whoever tries the API", scopes=[Scope.VERIFY])
        make_secret_live(client, CLIENT_SECRET)
        add_cast(now)
        add_waiting_file(accounts[APPLICANT], now)
        options["output"].write_text(json.dumps(_told(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        self.stdout.write(f"The demonstration's accounts and licenses are in {options['output']}")


def _told() -> dict[str, Any]:
    return {
        "accounts": [
            {
                "email": email,
                "password": PASSWORD,
                "roles": [{"role": role.value, "regulator": regulator} for role, regulator in roles.items()],
            }
            for email, _, roles in ACCOUNTS
        ],
        "client": {"client_id": "demo-client", "client_secret": CLIENT_SECRET, "scope": Scope.VERIFY.value},
        "licenses": [
            {
                "key": member.key,
                "license_number": license.number,
                "council_number": license.council_number,
                "full_name": member.full_name,
                "story": member.story.value,
            }
            for member in CAST
            for license in member.licenses
        ],
        "never_issued": NEVER_ISSUED,
    }
