"""Reading the directory of hospitals."""

from uuid import UUID

from django.db.models import QuerySet

from hospitals.models import Hospital


def directory() -> "QuerySet[Hospital]":
    """Return every hospital with its place, by name."""
    return Hospital.objects.select_related("state", "lga").order_by("name", "id")


def hospital_exists(hospital_id: UUID) -> bool:
    """Return whether there is such a hospital."""
    return Hospital.objects.filter(pk=hospital_id).exists()


def hospitals_of_source(source: str) -> list[tuple[str, UUID]]:
    """Return name and id of each hospital that was imported from this list, in its order."""
    return list(Hospital.objects.filter(source=source).order_by("source_id").values_list("name", "id"))
