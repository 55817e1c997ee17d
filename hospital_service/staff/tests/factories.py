"""Affiliations for tests, also those of other modules."""

from datetime import date
from itertools import count
from typing import Any

from django.utils import timezone

from common.asker import asking_as_worker
from hospitals.models import Hospital
from license_gate.queries import license_key
from staff.models import Affiliation

_numbers = count(1)


def make_affiliation(hospital: Hospital, **fields: Any) -> Affiliation:
    """Somebody who works at the hospital since the second of January, not verified yet."""
    return make_affiliations(hospital, 1, **fields)[0]


def make_affiliations(hospital: Hospital, how_many: int, **fields: Any) -> list[Affiliation]:
    """As many of them, each with a license of their own."""
    defaults = {
        "hospital": hospital,
        "full_name": "Adaeze Okafor",
        "job_title": "Staff nurse",
        "joined_on": date(2026, 1, 2),
        "verify_next_at": timezone.now(),
    }
    with asking_as_worker():
        return Affiliation.objects.bulk_create(
            Affiliation(**{**defaults, **_license(), **fields}) for _ in range(how_many)
        )


def stored(affiliation: Affiliation) -> Affiliation:
    """The affiliation as it is in the database now, whoever asks."""
    with asking_as_worker():
        return Affiliation.objects.select_related("verification").get(pk=affiliation.pk)


def _license() -> dict[str, str]:
    number = f"PHB-NUR-{next(_numbers):07d}"
    return {"license_number": number, "license_key": license_key(number)}
