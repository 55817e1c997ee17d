import csv
import json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.queries import Role
from accounts.services import create_account
from common.asker import asking_as_worker
from common.clock import day_in_lagos
from hospitals.queries import hospitals_of_source
from hospitals.services import import_facilities
from staff.queries import affiliations_of
from staff.services import join_hospital

PASSWORD = "zuma-rock-at-dawn"  # noqa: S105 -- known to everyone, and good for nothing but a demonstration
SOURCE = "demo"
HOSPITALS = Path(settings.BASE_DIR, "hospitals/data/hospitals.csv")
STAFF = Path(settings.BASE_DIR, "staff/data/demo_staff.csv")
ZUMA, MARINA = "Zuma Foot General Hospital", "Marina Lights Teaching Hospital"


@dataclass(frozen=True)
class Person:
    """Somebody who may sign in; without a hospital, over all of them."""

    email: str
    full_name: str
    role: Role
    hospital: str = ""
    is_operator: bool = False


PEOPLE = [
    Person("national.admin@demo.phb.ng", "Ibrahim Tanko Musa", Role.NATIONAL_ADMINISTRATOR, is_operator=True),
    Person("admin@zuma.demo.phb.ng", "Halima Sule Gana", Role.HOSPITAL_ADMIN, ZUMA),
    Person("doctor@zuma.demo.phb.ng", "Adébáyọ̀ Samuel Ògúnyẹmí", Role.DOCTOR, ZUMA),
    Person("admin@marina.demo.phb.ng", "Folake Abiodun Martins", Role.HOSPITAL_ADMIN, MARINA),
]


class Command(BaseCommand):
    help = "Add hospitals, accounts and staff for demonstrations. Safe to repeat; refused in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", type=Path, help="Write down there, as JSON, whom and what there is to try.")

    def handle(self, *args: Any, output: Path | None, **options: Any) -> None:
        if settings.PHB_ENV == "production":
            raise CommandError("These accounts have a password that everyone knows: they are not for production.")
        with asking_as_worker():
            demo = seed(timezone.now())
        text = json.dumps(demo, indent=2, ensure_ascii=False) + "\n"
        if output is None:
            self.stdout.write(text)
        else:
            output.write_text(text, encoding="utf-8")


def seed(now: datetime) -> dict[str, Any]:
    """Add what is missing, and return what there is to try."""
    import_facilities(HOSPITALS, source=SOURCE)
    hospitals = {name: hospital_id for name, hospital_id in hospitals_of_source(SOURCE) if name in (ZUMA, MARINA)}
    return {
        "accounts": [_account(person, hospitals, now) for person in PEOPLE],
        "hospitals": [{"id": str(hospital_id), "name": name} for name, hospital_id in hospitals.items()],
        "staff": [row for name in hospitals for row in _staff(name, hospitals[name], now)],
    }


def _account(person: Person, hospitals: dict[str, UUID], now: datetime) -> dict[str, Any]:
    hospital_id = hospitals.get(person.hospital)
    create_account(
        email=person.email,
        password=PASSWORD,
        full_name=person.full_name,
        roles=[(person.role, hospital_id)],
        is_operator=person.is_operator,
        now=now,
    )
    return {
        "email": person.email,
        "password": PASSWORD,
        "role": " at ".join(filter(None, [person.role.label, person.hospital])),
        "roles": [{"role": person.role.value, "hospital": hospital_id and str(hospital_id)}],
        "operator": person.is_operator,
    }


def _staff(hospital: str, hospital_id: UUID, now: datetime) -> Iterator[dict[str, str]]:
    """Let the hospital's people join, unless it has had staff already: whoever left is not brought back."""
    if not affiliations_of(hospital_id).exists():
        with STAFF.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if row.pop("hospital") == hospital:
                    join_hospital(**row, hospital_id=hospital_id, joined_on=day_in_lagos(now), now=now)
    for affiliation in affiliations_of(hospital_id):
        yield {
            "id": str(affiliation.id),
            "hospital": str(hospital_id),
            "full_name": affiliation.full_name,
            "license_number": affiliation.license_number,
        }
